package org.chatbridge.bridge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConnectionStateTest {
    @ParameterizedTest
    @EnumSource
    void shouldReachStoppedFromEverywhereAndNothingAfterwards(ConnectionState state) {
        assertThat(ConnectionState.STOPPED.mayFollow(state)).isEqualTo(state != ConnectionState.STOPPED);
        assertThat(state.mayFollow(ConnectionState.STOPPED)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECTING", "LOGGING_IN", "SYNCING", "STREAMING"})
    void shouldBackOffFromEveryActiveState(ConnectionState state) {
        assertThat(ConnectionState.BACKING_OFF.mayFollow(state)).isTrue();
    }
}
