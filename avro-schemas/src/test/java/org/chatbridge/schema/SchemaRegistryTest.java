package org.chatbridge.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldNotWaitWithoutEndForARegistryThatDoesNotAnswer() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                SchemaRegistry registry = new SchemaRegistry("http://127.0.0.1:" + silent.getLocalPort(), Map.of())) {
            assertThatThrownBy(() -> registry.byId(1))
                    .isInstanceOf(SchemaRegistryException.class)
                    .hasMessageContaining("schema.registry.url=http://127.0.0.1:" + silent.getLocalPort());
        }
    }

    @Test
    void shouldGoToTheNextRegistryWhereOneDoesNotAnswerInTime() throws IOException {
        HttpServer answers = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answers.createContext("/", exchange -> {
            byte[] body = "{\"schema\":\"\\\"string\\\"\"}".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        answers.start();
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                SchemaRegistry registry = new SchemaRegistry(
                        "http://127.0.0.1:" + silent.getLocalPort() + ",http://127.0.0.1:"
                                + answers.getAddress().getPort(),
                        Map.of("http.read.timeout.ms", "2000"))) {
            assertThat(registry.byId(1)).isEqualTo(Schema.create(Schema.Type.STRING));
        } finally {
            answers.stop(0);
        }
    }

    /** Such as a gateway before it, while the registry is away. */
    @Test
    void shouldNotTakeAnAnswerWithoutAnIdForOne() throws IOException {
        AtomicReference<String> says = new AtomicReference<>("{\"ok\":true}");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] body = Objects.requireNonNull(says.get()).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        try (SchemaRegistry registry = new SchemaRegistry(url, Map.of())) {
            Schema schema = Schema.create(Schema.Type.STRING);
            assertThatThrownBy(() -> registry.register("a-value", schema))
                    .isInstanceOfSatisfying(SchemaRegistryException.class, e -> assertThat(e.isTransient())
                            .isTrue())
                    .hasMessageContaining("schema.registry.url=" + url)
                    .hasMessageContaining("names no id");

            says.set("{\"id\":7}");
            assertThat(registry.register("a-value", schema)).isEqualTo(7);
        } finally {
            server.stop(0);
        }
    }
}
