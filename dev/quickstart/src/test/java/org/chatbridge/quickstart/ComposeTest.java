package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What {@code docker-compose.yml} says, without an engine. */
class ComposeTest {
    @Test
    void shouldBringEveryServiceBackWithTheMachine() throws Exception {
        // when: after a machine was shut down, a program has ended with 0, which is no failure
        JsonNode services =
                Manifests.tree(Manifests.ROOT.resolve("docker-compose.yml")).path("services");
        TreeMap<String, String> restarts = new TreeMap<>();
        services.properties()
                .forEach(service -> restarts.put(
                        service.getKey(), service.getValue().path("restart").asText()));

        // then
        assertThat(restarts).containsKeys("bridge", "views");
        assertThat(new TreeSet<>(restarts.values())).as("%s", restarts).containsExactly("unless-stopped");
    }
}
