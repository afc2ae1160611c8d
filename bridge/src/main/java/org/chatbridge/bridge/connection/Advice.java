package org.chatbridge.bridge.connection;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to do when LiveChat refuses a login or ends a connection: one table for all the reasons it is known to give.
 * PROTOCOL 1.7 and 1.8.
 */
enum Advice {
    /** Connecting again would not help, or would do harm: end with a clear last word. */
    STOP,
    /** Connect again after the usual wait. */
    RECONNECT,
    /** Connect again with the token read anew. */
    RECONNECT_WITH_FRESH_TOKEN,
    /** Connect to another region, which the data of the reason name. */
    MOVE_TO_REGION,
    /** Not documented: connect again after the usual wait, and say so loudly. */
    UNKNOWN;

    /** Reasons of {@code agent_disconnected}, PROTOCOL 1.8. */
    private static final Map<String, Advice> DISCONNECTED = Map.ofEntries(
            Map.entry("access_token_revoked", STOP),
            Map.entry("license_expired", STOP),
            Map.entry("agent_deleted", STOP),
            Map.entry("logged_out_remotely", STOP),
            Map.entry("agent_logged_out_remotely", STOP),
            Map.entry("unsupported_version", STOP),
            Map.entry("access_token_expired", RECONNECT_WITH_FRESH_TOKEN),
            Map.entry("ping_timeout", RECONNECT),
            Map.entry("connection_timeout", RECONNECT),
            Map.entry("internal_error", RECONNECT),
            Map.entry("agent_disconnected_by_server", STOP),
            Map.entry("too_many_unauthorized_connections", RECONNECT),
            Map.entry("misdirected_connection", MOVE_TO_REGION),
            Map.entry("misdirected_request", MOVE_TO_REGION),
            Map.entry("license_not_found", STOP),
            Map.entry("product_version_changed", STOP),
            Map.entry("connection_evicted", STOP),
            Map.entry("role_permissions_changed", RECONNECT));

    /** Types of errors that answer a request of ours, PROTOCOL 1.7. */
    private static final Map<String, Advice> REFUSED = Map.ofEntries(
            Map.entry("auth", STOP),
            Map.entry("authentication", STOP),
            Map.entry("authorization", STOP),
            Map.entry("validation", STOP),
            Map.entry("internal", RECONNECT),
            Map.entry("request_timeout", RECONNECT),
            Map.entry("license_expired", STOP),
            Map.entry("unsupported_version", STOP),
            Map.entry("misdirected_request", MOVE_TO_REGION),
            Map.entry("misdirected_connection", MOVE_TO_REGION),
            Map.entry("license_not_found", STOP),
            Map.entry("wrong_product_version", STOP),
            Map.entry("requester_already_offline", RECONNECT),
            Map.entry("requester_awaiting_approval", STOP),
            Map.entry("requester_suspended", STOP),
            Map.entry("seats_limit_exceeded", STOP),
            Map.entry("too_many_requests", RECONNECT),
            Map.entry("pending_requests_limit_reached", RECONNECT),
            Map.entry("service_unavailable", RECONNECT));

    private static final String TOO_MANY_CONNECTIONS = "too_many_connections";

    /**
     * What to do when LiveChat ended the connection.
     *
     * @param reason of {@code agent_disconnected}; null where the push had none
     */
    static Advice onDisconnected(@Nullable String reason, ApiVersion version) {
        return of(DISCONNECTED, reason, version);
    }

    /**
     * What to do when LiveChat refused a request without which the bridge cannot work.
     *
     * @param error the type of the error; null where the answer had none
     */
    static Advice onRefused(@Nullable String error, ApiVersion version) {
        return of(REFUSED, error, version);
    }

    /**
     * What to do when LiveChat refused to take the own agent off routing, without which customers may be sent to it: end
     * where the agent itself is not what it should be, and go on where only this request is.
     *
     * @param error the type of the error; null where the answer had none
     */
    static Advice onRefusedParking(@Nullable String error) {
        return error != null && !error.equals("validation") && REFUSED.get(error) == STOP ? STOP : RECONNECT;
    }

    private static Advice of(Map<String, Advice> table, @Nullable String reason, ApiVersion version) {
        if (reason == null) {
            return UNKNOWN;
        }
        if (reason.equals(TOO_MANY_CONNECTIONS)) {
            return version.isAtLeast(ApiVersion.V3_3) ? STOP : RECONNECT;
        }
        return table.getOrDefault(reason, UNKNOWN);
    }
}
