# Part of dev/docker-offline/demo.sh: whether Prometheus, asked by prometheus(), has what Grafana's dashboard shows.
panels() { # title, what is shown where there is nothing (- where there always is something), query as Grafana asks it for all
  jq -r '.panels[] | select(.targets) | .title as $title
    | (if .type == "stat" then "-" else .fieldConfig.defaults.noValue // "-" end) as $nothing
    | .targets[]
    | [$title, $nothing, (.expr | gsub("\\$__rate_interval"; "30s") | gsub("\\$(bridge|views)"; ".*"))] | join("\t")' \
    deploy/grafana/dashboards/chatbridge.json
}

drawn() { # says how many panels have data, and fails where one has none that always should
  local title nothing query
  panels | while IFS=$'\t' read -r title nothing query; do
    printf '%s\t%s\t%s\n' "$title" "$nothing" "$(prometheus "$query" | jq '.data.result | length')"
  done | awk -F '\t' '{ data[$1] += $3; nothing[$1] = $2 }
    END {
      for (title in data) { panels++; if (data[title]) have++; else { empty = empty "; " title; failed += nothing[title] == "-" } }
      printf "%d of %d panels have data%s\n", have, panels, empty
      exit failed > 0
    }'
}
