package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedTest {
    @TempDir
    Path deploy;

    @Test
    void shouldFindEverythingThatIsTold() throws Exception {
        Watched watched = watching(
                "sum by (topic) (rate(records_total{topic!=\\\"b\\\",instance=~\\\"$all\\\"}[1m]))", "{{topic}}");

        watched.told("a", "# TYPE records_total counter\nrecords_total{topic=\"x\"} 1.0E3\nlag{view=\"v\"} NaN\n");

        assertThat(watched.questions()).containsExactly("Panel", "$all", "Behind", "Away");
        assertThat(watched.unanswered()).isEmpty();
    }

    @Test
    void shouldNameWhatNobodyTells() throws Exception {
        Watched watched = watching("sum by (topic) (rate(records_total{topic!=\\\"b\\\"}[1m]))", "{{topic}} {{view}}");

        watched.told("other", "records_total{topic=\"b\"} 1\nlag{of=\"v\"} 1\n");

        assertThat(watched.unanswered())
                .containsExactly(
                        "Panel: no series is records_total{topic!=\"b\"}",
                        "Panel: no series has the label topic",
                        "Panel: no series has the label view",
                        "Panel: shows view, by which nothing is grouped",
                        "Behind: no series has the label view");
    }

    private Watched watching(String expression, String legend) throws IOException {
        write("grafana/dashboards/chatbridge.json", """
                {"panels":[{"title":"Panel","targets":[{"expr":"%s","legendFormat":"%s"}]}],
                 "templating":{"list":[{"name":"all","query":{"query":"label_values(records_total, instance)"}}]}}
                """.formatted(expression, legend));
        write("prometheus/prometheus.yml", "scrape_configs:\n  - job_name: a\n");
        write("prometheus/alerts.yml", """
                groups:
                  - name: g
                    rules:
                      - alert: Behind
                        # Why.
                        expr: max by (view) (lag) > 1
                        for: 1m
                      - alert: Away
                        expr: |
                          up{job="a"} == 0
                            or ALERTS{alertname="Behind",alertstate="firing"}
                        labels: {severity: critical}
                """);
        return new Watched(deploy);
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(deploy.resolve(file).getParent());
        Files.writeString(deploy.resolve(file), text);
    }
}
