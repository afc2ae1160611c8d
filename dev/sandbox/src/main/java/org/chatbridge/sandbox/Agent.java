package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One agent of the simulated team. */
final class Agent {

    static final String ACCEPTING = "accepting_chats";
    static final String NOT_ACCEPTING = "not_accepting_chats";

    final String id;
    final String name;
    String status = ACCEPTING;

    @Nullable
    String announced;

    long lastSeen;

    Agent(String name) {
        this.name = name;
        this.id = name.toLowerCase(Locale.ROOT).replace(' ', '.') + "@kiosk.example";
    }

    boolean accepts() {
        return status.equals(ACCEPTING);
    }

    /** The User object; {@code type} is {@code agent} or {@code supervisor} (PROTOCOL 3.1). */
    ObjectNode toUser(String type) {
        return Json.object()
                .put("id", id)
                .put("type", type)
                .put("name", name)
                .put("email", id)
                .put("present", true)
                .put("last_seen_timestamp", lastSeen)
                .put("avatar", "cdn.kiosk.example/avatars/" + id.substring(0, id.indexOf('@')) + ".png")
                .put("routing_status", status);
    }
}
