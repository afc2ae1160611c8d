package org.chatbridge.bridge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiVersionTest {
    @ParameterizedTest
    @CsvSource({
        "wss://api.livechat.example/v3.6/agent/rtm/ws, 0.2, 3.6",
        "wss://api.livechat.example/v3.6/agent/rtm/ws, 3.6, ''",
        "wss://api.livechat.example/agent/v0.2/rtm/ws, 3.1, 0.2",
        "wss://api.livechat.example/agent/v3.10, 3.1, 3.10",
        "wss://api.livechat.example/agent/rtm/ws?v=/v3.6/, 0.2, ''",
        "ws://127.0.0.1:9300, 0.2, ''",
    })
    void shouldFindAnotherVersionInAUrl(URI url, String configured, String other) {
        assertThat(ApiVersion.of(configured).otherIn(url).orElse("")).isEqualTo(other);
    }
}
