package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.chatbridge.sandbox.Truth;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final Truth TRUTH = new Truth(
            List.of(
                    new Truth.Agent("ada", "accepting_chats", "not_accepting_chats"),
                    new Truth.Agent("bob", "accepting_chats", "accepting_chats"),
                    new Truth.Agent("cyd", "accepting_chats", null)),
            List.of(new Truth.OpenThread(
                    "chat",
                    "thread",
                    Instant.EPOCH,
                    List.of("ada"),
                    "customer",
                    new Truth.LastEvent("e", "message", 1, "hi"))),
            List.of(),
            Map.of(),
            0,
            true);

    @Test
    void shouldForgiveWhatTheViewSaysItDoesNotKnow() {
        List<JsonNode> rows = rows("""
                {"agent_id":"ada","routing_status":"unknown"}""", """
                {"agent_id":"bob","routing_status":"accepting_chats"}""");

        assertThat(Comparison.knownAgents(TRUTH, rows)).isEmpty();
        assertThat(Comparison.unknownAgents(TRUTH, rows)).isEqualTo(2);
    }

    @Test
    void shouldSeeAStatusThatIsStaleAndAnAgentWhoIsNot() {
        List<JsonNode> rows = rows("""
                {"agent_id":"ada","routing_status":"not_accepting_chats"}""", """
                {"agent_id":"dan","routing_status":"accepting_chats"}""");

        assertThat(Comparison.knownAgents(TRUTH, rows))
                .containsExactly(
                        "agent ada: LiveChat has accepting_chats, the view has not_accepting_chats",
                        "agent dan: LiveChat has null, the view has accepting_chats");
    }

    @Test
    void shouldSeeAThreadThatDiffers() {
        String row = """
                {"chat_id":"chat","thread_id":"thread","opened_at":"1970-01-01T00:00:00Z","agent_ids":["ada"],
                "customer_id":"customer","last_event":{"id":"e","type":"message","text":"hi"}}""";

        assertThat(Comparison.threads(TRUTH, rows(row))).isEmpty();
        assertThat(Comparison.threads(TRUTH, rows(row.replace("\"e\"", "\"d\""))))
                .hasSize(1);
        assertThat(Comparison.threads(TRUTH, rows())).hasSize(1);
        assertThat(Comparison.threads(TRUTH, rows(row, row.replace("\"chat\"", "\"other\""))))
                .hasSize(1);
    }

    private static List<JsonNode> rows(String... rows) {
        JsonMapper json = JsonMapper.builder().build();
        return Stream.of(rows)
                .map(row -> {
                    try {
                        return json.readTree(row);
                    } catch (IOException e) {
                        throw new IllegalArgumentException(row, e);
                    }
                })
                .toList();
    }
}
