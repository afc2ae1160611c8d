package org.chatbridge.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
    @ParameterizedTest
    @CsvSource({"127.0.0.1:8080,127.0.0.1,8080", "views-2:0,views-2,0", "[::1]:65535,::1,65535"})
    void shouldReadWhatItPrints(String text, String host, int port) {
        assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, port)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"8080", "host", "host:", ":80", "host:65536", "host:-1", "::1:80", "http://host:80", "a b:80"})
    void shouldRefuseAnythingElse(String text) {
        assertThatThrownBy(() -> HostPort.parse(text)).hasMessageStartingWith("expected host:port");
    }
}
