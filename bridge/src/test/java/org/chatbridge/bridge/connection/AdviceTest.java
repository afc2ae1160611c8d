package org.chatbridge.bridge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every row of PROTOCOL 1.7 and 1.8. What each advice does is shown by {@link SupervisorTest}. */
class AdviceTest {
    @ParameterizedTest
    @CsvSource({
        "access_token_revoked, STOP",
        "license_expired, STOP",
        "agent_deleted, STOP",
        "logged_out_remotely, STOP",
        "agent_logged_out_remotely, STOP",
        "unsupported_version, STOP",
        "access_token_expired, RECONNECT_WITH_FRESH_TOKEN",
        "ping_timeout, RECONNECT",
        "connection_timeout, RECONNECT",
        "internal_error, RECONNECT",
        "agent_disconnected_by_server, STOP",
        "too_many_unauthorized_connections, RECONNECT",
        "misdirected_connection, MOVE_TO_REGION",
        "misdirected_request, MOVE_TO_REGION",
        "license_not_found, STOP",
        "product_version_changed, STOP",
        "connection_evicted, STOP",
        "role_permissions_changed, RECONNECT",
        "something_new, UNKNOWN",
        ", UNKNOWN"
    })
    void shouldDoAsLiveChatAdvisesWhenItEndsTheConnection(String reason, Advice advice) {
        assertThat(Advice.onDisconnected(reason, ApiVersion.V3_6)).isEqualTo(advice);
    }

    @ParameterizedTest
    @CsvSource({
        "auth, STOP",
        "authentication, STOP",
        "authorization, STOP",
        "validation, STOP",
        "internal, RECONNECT",
        "request_timeout, RECONNECT",
        "license_expired, STOP",
        "unsupported_version, STOP",
        "misdirected_request, MOVE_TO_REGION",
        "license_not_found, STOP",
        "wrong_product_version, STOP",
        "requester_already_offline, RECONNECT",
        "requester_awaiting_approval, STOP",
        "requester_suspended, STOP",
        "seats_limit_exceeded, STOP",
        "too_many_requests, RECONNECT",
        "pending_requests_limit_reached, RECONNECT",
        "service_unavailable, RECONNECT",
        "something_new, UNKNOWN",
        ", UNKNOWN"
    })
    void shouldDoAsLiveChatAdvisesWhenItRefusesALogin(String error, Advice advice) {
        assertThat(Advice.onRefused(error, ApiVersion.V3_6)).isEqualTo(advice);
    }

    @Test
    void shouldMindThatTheAdviceOnTooManyConnectionsChanged() {
        assertThat(Advice.onDisconnected("too_many_connections", ApiVersion.V3_2))
                .isEqualTo(Advice.RECONNECT);
        assertThat(Advice.onDisconnected("too_many_connections", ApiVersion.V3_3))
                .isEqualTo(Advice.STOP);
    }
}
