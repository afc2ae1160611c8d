package org.chatbridge.bridge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationTest {
    /** As a host's or a header's value they would lead elsewhere, or nowhere, as long as the process lives. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "fra\n", "fra\r\nX-Evil: 1", "fra.example", "a b", "é", "a23456789012345678901234567890123"})
    void shouldGoNowhereWhereTheNameOfARegionCannotBeOne(String name) {
        Destination destination = new Destination(URI.create("ws://proxy.example/agent"));

        assertThat(destination.move(name)).contains("set livechat.url=ws://proxy.example/agent to that of");
        assertThat(destination.region()).isNull();
    }

    @Test
    void shouldAskForARegionByNameBehindAnotherHost() {
        Destination destination = new Destination(URI.create("ws://proxy.example/agent"));

        assertThat(destination.move("us-east_2")).isEmpty();
        assertThat(destination.region()).isEqualTo("us-east_2");
    }
}
