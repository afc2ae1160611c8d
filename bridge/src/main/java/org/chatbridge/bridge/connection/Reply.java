package org.chatbridge.bridge.connection;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.chatbridge.bridge.frames.Quote;
import org.jspecify.annotations.Nullable;

/**
 * LiveChat's answer to a request. PROTOCOL 1.2.
 *
 * @param requestId {@code request_id}, or {@code id} in the 0.2 era; null where the answer has neither
 * @param success false only where the answer says so
 * @param payload a missing node where there is none, or none that can be read; see {@link Envelope#payload}
 * @param tells makes of what somebody else said what may be told on
 */
record Reply(
        @Nullable String requestId, String action, boolean success, JsonNode payload, UnaryOperator<String> tells) {
    private static final Set<String> FOR_NOW = Set.of("internal", "request_timeout");
    private static final Set<String> TOO_MUCH =
            Set.of("too_many_requests", "pending_requests_limit_reached", "service_unavailable");

    Reply(@Nullable String requestId, String action, boolean success, JsonNode payload) {
        this(requestId, action, success, payload, Quote::ofOneLine);
    }

    /** The same, whose words are told on as {@code tells} makes them; decided is by what they are. */
    Reply toldAs(UnaryOperator<String> tells) {
        return new Reply(requestId, action, success, payload, tells);
    }

    /** Its action, as it may be told on. */
    String about() {
        return tells.apply(action);
    }

    /** The type of its error and what that says of itself, as they may be told on. */
    String said() {
        return tells.apply((errorType() + " " + errorMessage()).strip());
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
    private String errorMessage() {
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
