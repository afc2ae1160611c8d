package org.chatbridge.bridge.connection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * LiveChat's answer to a request. PROTOCOL 1.2.
 *
 * @param requestId {@code request_id}, or {@code id} in the 0.2 era; null where the answer has neither
 * @param success false only where the answer says so
 * @param payload a missing node where there is none, or none that can be read; see {@link Envelope#payload}
 */
record Reply(@Nullable String requestId, String action, boolean success, JsonNode payload) {
    private static final Set<String> FOR_NOW = Set.of("internal", "request_timeout");
    private static final Set<String> TOO_MUCH =
            Set.of("too_many_requests", "pending_requests_limit_reached", "service_unavailable");

    /** The same, where it is a refusal, with its action and what its error says as they may be told on. */
    Reply quoted(UnaryOperator<String> quote) {
        if (success) {
            return this;
        }
        JsonNode told = payload.deepCopy();
        if (told.path("error") instanceof ObjectNode error) {
            for (String name : List.of("type", "code", "message")) {
                if (error.hasNonNull(name)) {
                    error.put(name, quote.apply(Envelope.text(error.path(name))));
                }
            }
        }
        return new Reply(requestId, quote.apply(action), success, told);
    }

    /** The type of the error: {@code error.type}, or {@code error.code} in the 0.2 era; null where there is none. */
    @Nullable
    String errorType() {
        JsonNode error = payload.path("error");
        return error.hasNonNull("type")
                ? Envelope.text(error.path("type"))
                : error.hasNonNull("code") ? Envelope.text(error.path("code")) : null;
    }

    /** What the error says of itself; empty where it says nothing. */
    String errorMessage() {
        JsonNode error = payload.path("error");
        return error.hasNonNull("message") ? Envelope.text(error.path("message")) : "";
    }

    /** Whether it is refused since too much is asked: it goes for all that is asked now. PROTOCOL 1.7. */
    boolean isAskedTooMuch() {
        return !success && TOO_MUCH.contains(String.valueOf(errorType()));
    }

    /** Whether this one request is refused for a while. PROTOCOL 1.7. */
    boolean isRefusedForNow() {
        return !success && FOR_NOW.contains(String.valueOf(errorType()));
    }

    /** The region that the error names; null where it names none. */
    @Nullable
    String region() {
        return payload.path("error").path("data").path("region").textValue();
    }
}
