package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That Grafana can draw deploy/grafana/dashboards/chatbridge.json as it stands. What it asks for: {@link QuickstartIT}. */
class DashboardTest {
    static final Path DEPLOY = Path.of("../../deploy");
    private static final int COLUMNS = 24;

    private JsonNode dashboard;

    @BeforeEach
    void read() throws IOException {
        dashboard = Watched.dashboard(DEPLOY);
    }

    @Test
    void shouldSayWhatEachPanelShows() {
        Set<Integer> ids = new HashSet<>();
        Set<String> titles = new HashSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            String title = panel.path("title").asText();
            assertThat(title).isNotBlank();
            assertThat(titles.add(title)).as(title).isTrue();
            assertThat(ids.add(panel.path("id").asInt())).as("id of " + title).isTrue();
            assertThat(panel.path("type").asText()).as(title).isIn("row", "stat", "timeseries", "state-timeline");
            if (!panel.path("type").asText().equals("row")) {
                assertThat(panel.path("description").asText()).as(title).endsWith(".");
                assertThat(panel.path("targets")).as(title).isNotEmpty();
                JsonNode defaults = panel.path("fieldConfig").path("defaults");
                assertThat(defaults.has("unit") || defaults.has("mappings"))
                        .as("unit of " + title)
                        .isTrue();
            }
        }
    }

    @Test
    void shouldGiveEachPanelAPlaceOfItsOwn() {
        Set<Integer> taken = new HashSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            JsonNode place = panel.path("gridPos");
            int right = place.path("x").asInt() + place.path("w").asInt();
            assertThat(right).as(panel.path("title").asText()).isLessThanOrEqualTo(COLUMNS);
            for (int x = place.path("x").asInt(); x < right; x++) {
                for (int y = 0; y < place.path("h").asInt(); y++) {
                    assertThat(taken.add((place.path("y").asInt() + y) * COLUMNS + x))
                            .as(panel.path("title").asText())
                            .isTrue();
                }
            }
        }
    }

    @Test
    void shouldAskTheDataSourceThatIsProvisioned() throws IOException {
        JsonNode first = dashboard.path("templating").path("list").path(0);
        String uid = first.path("current").path("value").asText();

        assertThat(first.path("name").asText()).isEqualTo("datasource");
        assertThat(Files.readString(DEPLOY.resolve("grafana/provisioning/datasources/prometheus.yml")))
                .contains("uid: " + uid + "\n");
        assertThat(dashboard.findValuesAsText("uid")).containsOnly("${datasource}", "chatbridge");
    }
}
