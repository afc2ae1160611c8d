package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A naive consumer: what somebody knows who has nothing but the pushes, in order. */
final class Fold {

    private static final class Row {
        String threadId = "";
        long openedAt;
        String customerId = "";
        final TreeSet<String> agents = new TreeSet<>();
        Truth.@Nullable LastEvent last;
        boolean open;
    }

    private final Map<String, Row> chats = new TreeMap<>();
    final Map<String, Integer> bans = new TreeMap<>();
    final Map<String, String> statuses = new TreeMap<>();
    int count;

    void add(Push push) {
        count++;
        JsonNode payload = Json.read(push.frame()).get("payload");
        Row row = chats.computeIfAbsent(payload.path("chat_id").asText(), id -> new Row());
        switch (push.action()) {
            case "incoming_chat_thread" -> opened(payload.get("chat"));
            case "chat_users_updated" -> {
                JsonNode agents = payload.get("updated_users").get("agents");
                agents.get("removed_ids").forEach(id -> row.agents.remove(id.asText()));
                agents.get("added")
                        .forEach(user -> row.agents.add(user.get("id").asText()));
            }
            case "incoming_event" -> row.last = last(payload.get("event"));
            case "thread_closed" -> row.open = false;
            case "customer_banned" ->
                bans.put(
                        payload.get("customer_id").asText(),
                        payload.get("ban").get("days").asInt());
            case "customer_unbanned" -> bans.remove(payload.get("customer_id").asText());
            case "agent_updated" ->
                statuses.put(
                        payload.get("agent_id").asText(),
                        payload.get("routing_status").asText());
            default -> {
                // changes nothing that the truth speaks of
            }
        }
    }

    List<Truth.OpenThread> threads() {
        List<Truth.OpenThread> threads = new ArrayList<>();
        chats.forEach((id, row) -> {
            if (row.open && row.last != null) {
                threads.add(new Truth.OpenThread(
                        id,
                        row.threadId,
                        Instant.ofEpochSecond(row.openedAt),
                        List.copyOf(row.agents),
                        row.customerId,
                        row.last));
            }
        });
        return threads;
    }

    private void opened(JsonNode chat) {
        Row row = chats.computeIfAbsent(chat.get("id").asText(), id -> new Row());
        JsonNode thread = chat.get("thread");
        row.open = true;
        row.threadId = thread.get("id").asText();
        row.openedAt = thread.get("timestamp").asLong();
        TreeSet<String> before = new TreeSet<>(row.agents);
        row.agents.clear();
        for (JsonNode user : chat.get("users")) {
            switch (user.get("type").asText()) {
                case "customer" -> row.customerId = user.get("id").asText();
                case "agent" -> row.agents.add(user.get("id").asText());
                default -> {
                    // supervisors are no agents of the chat
                }
            }
        }
        if (!before.equals(row.agents)) {
            throw new AssertionError("the users of the chat changed without a push: " + before + " → " + row.agents);
        }
        thread.get("events").forEach(event -> row.last = last(event));
    }

    private static Truth.LastEvent last(JsonNode event) {
        return new Truth.LastEvent(
                event.get("id").asText(),
                event.get("type").asText(),
                event.get("order").asLong(),
                event.path("text").textValue());
    }
}
