package org.chatbridge.bridge.connection;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A chat with an open thread, as LiveChat tells of it. PROTOCOL 2.1 and 3.3.
 *
 * @param threadId empty where it is not told
 * @param isFollowed whether the own agent follows the chat; false where it is not told
 * @param present ids of the users who are in it
 */
record OpenChat(String id, String threadId, boolean isFollowed, Set<String> present) {
    /**
     * The chat that LiveChat tells of.
     *
     * @param chat of a push, or of an answer, with its thread in the same place
     * @return null where it is no chat, or has no open thread
     */
    static @Nullable OpenChat of(JsonNode chat) {
        String id = chat.path("id").textValue();
        JsonNode thread = chat.path("thread");
        if (id == null || !thread.isObject() || !thread.path("active").asBoolean(true)) {
            return null;
        }
        Set<String> present = new HashSet<>();
        for (JsonNode user : chat.path("users")) {
            if (user.path("present").asBoolean()) {
                present.add(user.path("id").asText());
            }
        }
        return new OpenChat(
                id, thread.path("id").asText(), chat.path("is_followed").asBoolean(), present);
    }
}
