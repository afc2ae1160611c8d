package org.chatbridge.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaRegistryTest {
    private static final Schema STRING = Schema.create(Schema.Type.STRING);
    private static final String SUBJECT = "/subjects/a-value";
    private static final String VERSIONS = SUBJECT + "/versions";

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
        try (StubRegistry answers = new StubRegistry();
                ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                SchemaRegistry registry = new SchemaRegistry(
                        "http://127.0.0.1:" + silent.getLocalPort() + "," + answers.url(),
                        Map.of("http.read.timeout.ms", "2000"))) {
            answers.says("/schemas/ids/1", 200, "{\"schema\":\"\\\"string\\\"\"}");

            assertThat(registry.byId(1)).isEqualTo(STRING);
        }
    }

    /** Such as a gateway before it, while the registry is away. */
    @Test
    void shouldNotTakeAnAnswerWithoutAnIdForOne() throws IOException {
        try (StubRegistry server = new StubRegistry();
                SchemaRegistry registry = new SchemaRegistry(server.url(), Map.of())) {
            server.says("/config/a-value", 200, "{\"ok\":true}");
            server.says(VERSIONS, 200, "{\"ok\":true}");
            assertThatThrownBy(() -> registry.register("a-value", STRING))
                    .isInstanceOfSatisfying(SchemaRegistryException.class, e -> assertThat(e.isTransient())
                            .isTrue())
                    .hasMessageContaining("schema.registry.url=" + server.url())
                    .hasMessageContaining("names no id");

            server.says(VERSIONS, 200, "{\"id\":7}");
            assertThat(registry.register("a-value", STRING)).isEqualTo(7);
        }
    }

    @Test
    void shouldSayWhichRegistryItCannotAskWhereTheClientThrows() {
        try (SchemaRegistry registry = new SchemaRegistry("http://127.0.0.1:99999", Map.of())) {
            assertThatThrownBy(() -> registry.register("a-value", STRING))
                    .isInstanceOf(SchemaRegistryException.class)
                    .hasMessageContaining("schema.registry.url=http://127.0.0.1:99999");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>not here</html>", "{\"message\":\"no Route matched with those values\"}", "{}"})
    void shouldNotTakeAGatewaysWordForTheRegistrys(String page) throws IOException {
        try (StubRegistry server = new StubRegistry();
                SchemaRegistry registry = new SchemaRegistry(server.url(), Map.of())) {
            server.says("/schemas/ids/1", 404, page);
            assertThatThrownBy(() -> registry.byId(1))
                    .isInstanceOfSatisfying(SchemaRegistryException.class, e -> assertThat(e.isUnknownSchema())
                            .isFalse());

            server.says("/schemas/ids/1", 404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
            assertThatThrownBy(() -> registry.byId(1))
                    .isInstanceOfSatisfying(SchemaRegistryException.class, e -> assertThat(e.isUnknownSchema())
                            .isTrue());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "404; ''",
                "404; <html>not here</html>",
                "404; {\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}",
                "405; <html>not so</html>",
                "421; not this one",
                "425; too early"
            })
    void shouldTryAgainWhereAGatewayAnswersInItsPlace(int status, String page) throws IOException {
        try (StubRegistry server = new StubRegistry();
                SchemaRegistry registry = new SchemaRegistry(server.url(), Map.of())) {
            server.says("/config/a-value", status, page);
            server.says(SUBJECT, status, page);
            assertThatThrownBy(() -> registry.register("a-value", STRING))
                    .isInstanceOfSatisfying(SchemaRegistryException.class, e -> assertThat(e.isTransient())
                            .isTrue());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "401; <html>who are you</html>",
                "403; {\"error_code\":40301,\"message\":\"not allowed\"}",
                "409; {\"error_code\":409,\"message\":\"incompatible\"}",
                "422; {\"error_code\":42201,\"message\":\"invalid\"}"
            })
    void shouldNotTryAgainWhatTheRegistryRefuses(int status, String answer) throws IOException {
        try (StubRegistry server = new StubRegistry();
                SchemaRegistry registry = new SchemaRegistry(server.url(), Map.of())) {
            server.says("/config/a-value", 200, "{}");
            server.says(VERSIONS, status, answer);
            assertThatThrownBy(() -> registry.register("a-value", STRING))
                    .isInstanceOfSatisfying(SchemaRegistryException.class, e -> assertThat(e.isTransient())
                            .isFalse());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "JSON; {\"schemaType\":\"JSON\",\"schema\":\"{\\\"type\\\":\\\"string\\\"}\"}",
                "PROTOBUF; {\"schemaType\":\"PROTOBUF\",\"schema\":\"message A {}\",\"references\":[{\"name\":\"b\",\"subject\":\"b\",\"version\":1}]}",
                "AVRO; {\"schema\":\"{\\\"type\\\":\\\"nothing\\\"}\"}"
            })
    void shouldKnowASchemaThatIsNoAvroAsThat(String type, String answer) throws IOException {
        try (StubRegistry server = new StubRegistry();
                SchemaRegistry registry = new SchemaRegistry(server.url(), Map.of())) {
            server.says("/schemas/ids/1", 200, answer);

            assertThat(registry.byId(1)).isEqualTo(Schema.createRecord(type, null, "unparsable", false, List.of()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>not here</html>",
                "{\"ok\":true}",
                "{\"schema\":\"\\\"a.B\\\"\",\"references\":[{\"name\":\"a.B\",\"subject\":\"b\",\"version\":1}]}"
            })
    void shouldAskAgainForASchemaThatIsNotInTheAnswer(String page) throws IOException {
        try (StubRegistry server = new StubRegistry();
                SchemaRegistry registry = new SchemaRegistry(server.url(), Map.of())) {
            server.says("/schemas/ids/1", 200, page);
            assertThatThrownBy(() -> registry.byId(1)).isInstanceOfSatisfying(SchemaRegistryException.class, e -> {
                assertThat(e.isTransient()).isTrue();
                assertThat(e.isUnknownSchema()).isFalse();
            });

            server.says("/schemas/ids/1", 200, "{\"schema\":\"\\\"string\\\"\"}");
            assertThat(registry.byId(1)).isEqualTo(STRING);
        }
    }

    @Test
    void shouldAskNothingForWhatWasRegisteredBefore() throws IOException {
        try (StubRegistry server = new StubRegistry();
                SchemaRegistry registry = new SchemaRegistry(server.url(), Map.of())) {
            server.says("/config/a-value", 200, "{}");
            server.says(VERSIONS, 200, "{\"id\":7}");
            registry.register("a-value", STRING);
            server.isGone();

            assertThat(registry.register("a-value", STRING)).isEqualTo(7);
        }
    }

    @Test
    void shouldRegisterAgainWhatTheRegistryHasLost() throws IOException {
        try (StubRegistry server = new StubRegistry();
                SchemaRegistry registry = new SchemaRegistry(server.url(), Map.of())) {
            server.says("/config/a-value", 200, "{}");
            server.says(VERSIONS, 200, "{\"id\":7}");
            registry.register("a-value", STRING);

            server.says(SUBJECT, 200, "{\"id\":7,\"version\":1,\"subject\":\"a-value\",\"schema\":\"\\\"string\\\"\"}");
            server.says(VERSIONS, 500, "{}");
            assertThat(registry.registerAgain("a-value", STRING)).isEqualTo(7);

            server.says(SUBJECT, 404, "<html>not here</html>");
            assertThatThrownBy(() -> registry.registerAgain("a-value", STRING))
                    .isInstanceOf(SchemaRegistryException.class);

            server.says(SUBJECT, 404, "{\"error_code\":40401,\"message\":\"Subject not found\"}");
            server.says(VERSIONS, 200, "{\"id\":9}");
            assertThat(registry.registerAgain("a-value", STRING)).isEqualTo(9);
            assertThat(registry.register("a-value", STRING)).isEqualTo(9);
        }
    }
}
