package org.chatbridge.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chatbridge.sandbox.Truth;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.TopicNames;
import org.jspecify.annotations.Nullable;

/** Holds what came out against what the simulated LiveChat knows to be so. Pure. */
final class Comparison {
    private static final String UNKNOWN = "unknown";

    private Comparison() {}

    /** Topics whose records are not as many as the pushes of their action, each a sentence. */
    static List<String> topics(Truth truth, TopicNames names, Map<String, Long> counts) {
        SortedMap<String, Long> expected = new TreeMap<>();
        names.received().forEach(topic -> expected.put(topic, 0L));
        truth.pushes().forEach((name, count) -> {
            Action action = Action.ofWireName(name);
            expected.merge(action == null ? names.otherPushes() : names.of(action), (long) count, Long::sum);
        });
        List<String> differences = new ArrayList<>();
        expected.forEach((topic, pushes) -> {
            long records = counts.getOrDefault(topic, 0L);
            if (records != pushes) {
                differences.add(topic + ": " + pushes + " pushes and " + records + " records");
            }
        });
        return differences;
    }

    /** Agents whose row differs from the truth, each a sentence. */
    static List<String> agents(Truth truth, List<JsonNode> rows) {
        SortedMap<String, String> expected = new TreeMap<>();
        truth.agents().forEach(agent -> {
            if (agent.announcedStatus() != null) {
                expected.put(agent.agentId(), agent.announcedStatus());
            }
        });
        return differences("agent", expected, statuses(rows));
    }

    /**
     * Agents whose row says a status that they do not have, each a sentence. What is not known says nothing wrong: of what
     * happened in a gap nobody told.
     */
    static List<String> knownAgents(Truth truth, List<JsonNode> rows) {
        SortedMap<String, String> actual = statuses(rows);
        actual.values().removeIf(UNKNOWN::equals);
        SortedMap<String, String> expected = new TreeMap<>();
        truth.agents().forEach(agent -> expected.put(agent.agentId(), agent.routingStatus()));
        expected.keySet().retainAll(actual.keySet());
        return differences("agent", expected, actual);
    }

    /** How many agents have no row, or one that says that nobody knows. */
    static long unknownAgents(Truth truth, List<JsonNode> rows) {
        return truth.agents().size()
                - statuses(rows).values().stream()
                        .filter(status -> !UNKNOWN.equals(status))
                        .count();
    }

    /** The status of each agent, without those of whom only a chat told. */
    private static SortedMap<String, String> statuses(List<JsonNode> rows) {
        SortedMap<String, String> statuses = new TreeMap<>();
        rows.stream()
                .filter(row -> row.path("routing_status").isTextual())
                .forEach(row -> statuses.put(
                        row.path("agent_id").asText(),
                        row.path("routing_status").asText()));
        return statuses;
    }

    /** Chats whose open thread differs from the truth, each a sentence. */
    static List<String> threads(Truth truth, List<JsonNode> rows) {
        SortedMap<String, String> expected = new TreeMap<>();
        truth.openThreads().forEach(thread -> {
            Truth.LastEvent last = thread.lastEvent();
            expected.put(
                    thread.chatId(),
                    describe(
                            thread.threadId(),
                            thread.openedAt(),
                            thread.agentIds(),
                            thread.customerId(),
                            last.id(),
                            last.type(),
                            last.text()));
        });
        SortedMap<String, String> actual = new TreeMap<>();
        rows.forEach(row -> {
            List<String> agents = new ArrayList<>();
            row.path("agent_ids").forEach(id -> agents.add(id.asText()));
            JsonNode last = row.path("last_event");
            actual.put(
                    row.path("chat_id").asText(),
                    describe(
                            row.path("thread_id").asText(),
                            Instant.parse(row.path("opened_at").asText()),
                            agents,
                            row.path("customer_id").textValue(),
                            last.path("id").textValue(),
                            last.path("type").textValue(),
                            last.path("text").textValue()));
        });
        return differences("chat", expected, actual);
    }

    private static String describe(@Nullable Object... parts) {
        return Arrays.toString(parts);
    }

    private static List<String> differences(String kind, Map<String, String> expected, Map<String, String> actual) {
        List<String> differences = new ArrayList<>();
        SortedMap<String, String> all = new TreeMap<>(expected);
        all.putAll(actual);
        for (String key : all.keySet()) {
            if (!Objects.equals(expected.get(key), actual.get(key))) {
                differences.add(
                        kind + " " + key + ": LiveChat has " + expected.get(key) + ", the view has " + actual.get(key));
            }
        }
        return differences;
    }
}
