package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.junit.jupiter.api.Test;

class PrerequisitesTest {
    private static final KafkaNeeds NOTHING = new KafkaNeeds(Set.of(), Set.of(), Map.of(), true);

    @Test
    void shouldNameTheSettingAndTheRemedyWhereNothingAnswers() throws InterruptedException, IOException {
        // given: a port that nobody listens on any more
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        String registryUrl = "http://127.0.0.1:" + port;
        try (SchemaRegistry registry = new SchemaRegistry(registryUrl, Map.of())) {
            Prerequisites prerequisites = new Prerequisites(
                    Map.of("bootstrap.servers", "127.0.0.1:" + port),
                    registry,
                    new TopicNames("livechat."),
                    "views",
                    NOTHING,
                    new LargestRow(new TopicNames("livechat."), "views"),
                    new MisplacedRecords(new SimpleMeterRegistry()),
                    Duration.ofMillis(300));

            // when / then
            List<String> missing = prerequisites.missing();
            assertThat(missing).hasSize(2);
            assertThat(missing.get(0))
                    .startsWith("bootstrap.servers=127.0.0.1:" + port + ": Kafka does not answer (")
                    .endsWith("); start it or correct the address");
            assertThat(missing.get(1))
                    .startsWith("schema.registry.url=" + registryUrl + ": cannot register a schema")
                    .endsWith("; start the registry or correct the address");
        }
    }

    @Test
    void shouldNameAnAddressThatDoesNotResolve() throws InterruptedException {
        try (SchemaRegistry registry = new SchemaRegistry("mock://prerequisites", Map.of())) {
            Prerequisites prerequisites = new Prerequisites(
                    Map.of("bootstrap.servers", "kafka.invalid:9092"),
                    registry,
                    new TopicNames("livechat."),
                    "views",
                    NOTHING,
                    new LargestRow(new TopicNames("livechat."), "views"),
                    new MisplacedRecords(new SimpleMeterRegistry()),
                    Duration.ofMillis(300));

            assertThat(prerequisites.missing())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "bootstrap.servers=kafka.invalid:9092: Kafka does not answer (No resolvable bootstrap urls");
        }
    }
}
