package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/** One thread of a chat, with the latest of its events. */
final class ChatThread {

    private static final int EVENTS_KEPT = 40;

    final String id;
    final long order;
    final long openedAt;
    final Set<String> userIds = new LinkedHashSet<>();
    final ObjectNode properties = Json.object();
    final Deque<ObjectNode> events = new ArrayDeque<>();
    boolean active = true;
    private long lastEventOrder;

    ChatThread(String id, long order, long openedAt) {
        this.id = id;
        this.order = order;
        this.openedAt = openedAt;
    }

    long nextEventOrder() {
        return ++lastEventOrder;
    }

    void add(ObjectNode event) {
        events.addLast(event);
        if (events.size() > EVENTS_KEPT) {
            events.removeFirst();
        }
        if (event.has("author_id")) {
            userIds.add(event.get("author_id").textValue());
        }
    }

    ObjectNode lastEvent() {
        return events.getLast();
    }

    /** The Thread object with its events (PROTOCOL 3.2). */
    ObjectNode toJson() {
        ObjectNode json = Json.object().put("id", id).put("timestamp", openedAt).put("active", active);
        userIds.forEach(json.putArray("user_ids")::add);
        ArrayNode array = json.putArray("events");
        events.forEach(event -> array.add(event.deepCopy()));
        json.put("order", order);
        if (!properties.isEmpty()) {
            json.set("properties", properties.deepCopy());
        }
        return json;
    }

    /** The {@code last_thread_summary} of chats in the login response (PROTOCOL 1.6); it does not say whether it is open. */
    ObjectNode toSummary() {
        ObjectNode json = Json.object().put("id", id).put("timestamp", openedAt);
        userIds.forEach(json.putArray("user_ids")::add);
        ArrayNode array = json.putArray("last_event_per_type");
        Set<String> seen = new LinkedHashSet<>();
        events.descendingIterator().forEachRemaining(event -> {
            if (seen.add(event.get("type").textValue())) {
                array.add(event.deepCopy());
            }
        });
        json.put("order", order);
        if (!properties.isEmpty()) {
            json.set("properties", properties.deepCopy());
        }
        return json;
    }
}
