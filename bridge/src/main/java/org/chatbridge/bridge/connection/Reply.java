package org.chatbridge.bridge.connection;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * LiveChat's answer to a request. PROTOCOL 1.2.
 *
 * @param requestId {@code request_id}, or {@code id} in the 0.2 era; null where the answer has neither
 * @param success false only where the answer says so
 * @param payload a missing node where there is none
 */
record Reply(@Nullable String requestId, String action, boolean success, JsonNode payload) {
    /** The type of the error: {@code error.type}, or {@code error.code} in the 0.2 era; null where there is none. */
    @Nullable
    String errorType() {
        JsonNode error = payload.path("error");
        return error.hasNonNull("type")
                ? error.path("type").asText()
                : error.hasNonNull("code") ? error.path("code").asText() : null;
    }

    /** What the error says of itself; empty where it says nothing. */
    String errorMessage() {
        return payload.path("error").path("message").asText("");
    }

    /** The region that the error names; null where it names none. */
    @Nullable
    String region() {
        return payload.path("error").path("data").path("region").textValue();
    }
}
