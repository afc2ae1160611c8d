# Part of dev/docker-offline.sh: what the demo has to do.
views=http://localhost:8080/v1
bridge=http://localhost:8081

compose() { docker-compose --profile demo --profile observability "$@"; }
services=$(compose config --services | grep -vx grafana)

seconds() { # WITHIN WHAT COMMAND…: how long until it succeeds
  local within=$1 what=$2 begun=$SECONDS
  shift 2
  until "$@" >/dev/null 2>&1; do
    if [ $((SECONDS - begun)) -ge "$within" ]; then
      echo "not within $within s: $what" >&2
      compose ps >&2
      compose logs --tail 15 >&2
      exit 1
    fi
    sleep 0.2
  done
  say "$what: $((SECONDS - begun)) s"
}
has_thread() { curl -sf -m 2 "$views/threads?limit=1" | grep -q '"thread_id"'; }
total() { curl -sf -m 5 "$views/$1limit=1000" | { grep -o "\"$2\"" || true; } | wc -l; }

begun=$SECONDS
say "all but grafana, which no image stands in for"
compose up -d $services
seconds 90 "docker compose --profile demo up, until a thread is at localhost:8080/v1/threads" has_thread

say "alert rules"
$docker run --rm -v "$checkout/deploy/prometheus:/rules:ro" --entrypoint promtool prom/prometheus:v3.5.0 test rules /rules/alerts.test.yml
prometheus() { curl -sf -m 5 --data-urlencode "query=$1" http://localhost:9090/api/v1/query; }
scraped() { prometheus 'count(up == 1)' | grep -q '"2"\]' && prometheus 'sum(rate(bridge_records_delivered_total[30s])) > 1' | grep -q '"value"'; }
seconds 60 "Prometheus has read bridge and views, and sees pushes" scraped

. dev/docker-offline/dashboard.sh
seconds 60 "every panel of Grafana's dashboard that never is empty has data" drawn
say "$(drawn)"

say "images, without the $($docker images -q debian:bookworm-slim | xargs $docker inspect -f '{{.Size}}' | awk '{printf "%.0f", $1 / 1e6}') MB of the stand-in for Debian below them:"
for program in bridge views livechat; do
  $docker inspect -f '{{.Size}} {{.Config.User}}' chatbridge/$program | awk -v p=$program '{printf "  %-9s %.0f MB in all, user %s\n", p, $1 / 1e6, $2}'
  $docker inspect -f '{{.HostConfig.ReadonlyRootfs}}' "chatbridge_${program}_1" | sed 's/^/            read-only root: /'
done

answers_after() { # CONTAINER WORDS: from the container's start to the line of its log that says where it answers
  local from to
  from=$(date -d "$($docker inspect -f '{{.State.StartedAt}}' "$1")" +%s%3N)
  to=$(date -d "$($docker logs "$1" 2>&1 | grep -m 1 "$2" | cut -d ' ' -f 1)" +%s%3N)
  awk -v ms=$((to - from)) 'BEGIN { printf "%.1f s", ms / 1000 }'
}
say "answer HTTP after their start, beside all the others that start: bridge $(answers_after chatbridge_bridge_1 'health, status and metrics at'), views $(answers_after chatbridge_views_1 'answering HTTP')"

say "queries while the views are scaled to three instances and back"
asked=$home/asked
touch "$home/asking"
( # every answer with its second and status: a row that is there must be answered with 200 throughout
  chat=$(curl -sf "$views/threads?status=all&limit=1" | grep -oE '"chat_id":"[^"]+"' | head -1 | cut -d'"' -f4)
  while [ -e "$home/asking" ]; do
    printf '%s %s\n' "$(date +%s.%N)" "$(curl -s -m 5 -o /dev/null -w '%{http_code}' "$views/chats/$chat")"
    sleep 0.02
  done
) >"$asked" &
asking=$!
compose up -d --no-recreate --scale views=3 $services 2>/dev/null
three_ready() { [ "$($docker ps -q --filter name=chatbridge_views --filter health=healthy | wc -l)" = 3 ] && [ "$(curl -sf "$views/agents?limit=1" | grep -c incomplete)" = 1 ]; }
seconds 120 "three instances are healthy" three_ready
sleep 30
compose up -d --no-recreate --scale views=1 $services 2>/dev/null
sleep 30
rm "$home/asking"
wait "$asking"
# Of what is asked over and over, so many seconds without an answer at the most.
awk -v most="${MOST_SECONDS_SILENT:-5}" '{ all++; codes[$2]++ }
  $2 != 200 { if (!since) since = $1; next }
  { if (since && $1 - since > longest) longest = $1 - since; since = 0 }
  END { printf "%d asked; ", all; for (c in codes) printf "%s: %d  ", c, codes[c]; printf "longest without an answer: %.1f s\n", longest
        exit longest > most || codes[404] + codes[421] > 0 }' "$asked"

say "down, and up again"
before=$(total "threads?status=all&" thread_id)
gaps=$(total "gaps?" opened_at)
compose down 2>/dev/null
compose up -d $services 2>/dev/null
again() { has_thread && [ "$(total "threads?status=all&" thread_id)" -ge "$before" ] && [ "$(total "gaps?" opened_at)" -gt "$gaps" ]; }
seconds 120 "all $before threads are there again, and there is one gap more than $gaps" again
curl -s "$bridge/status"; echo
