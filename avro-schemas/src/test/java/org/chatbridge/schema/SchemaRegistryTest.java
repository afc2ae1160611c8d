package org.chatbridge.schema;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemaRegistryTest {
    @Test
    void shouldSayWhichCertificatesItCannotUse() {
        assertThatThrownBy(() -> new SchemaRegistry(
                        "https://127.0.0.1:1",
                        Map.of("ssl.truststore.type", "PEM", "ssl.truststore.location", "/nowhere/authority.pem")))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageStartingWith("schema.registry.*: the client cannot use what is set: ")
                .hasMessageContaining("/nowhere/authority.pem");
    }

    @Test
    void shouldNotShowThePasswordInItsUrl() throws IOException {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        try (SchemaRegistry registry = new SchemaRegistry("http://me:hush@127.0.0.1:" + nobody, Map.of())) {
            assertThatThrownBy(() -> registry.byId(1))
                    .isInstanceOf(SchemaRegistryException.class)
                    .hasMessageContaining("schema.registry.url=http://…@127.0.0.1:" + nobody)
                    .hasMessageNotContaining("hush");
        }
    }
}
