package org.chatbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.chatbridge.sandbox.FreePort;
import org.chatbridge.sandbox.SchemaRegistryServer;
import org.chatbridge.sandbox.SimulatedLiveChat;
import org.chatbridge.sandbox.SimulatorSettings;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.SchemaRegistryException;
import org.chatbridge.schema.TopicNames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Without the registry the bridge waits and keeps all; once it knows its schemas it needs it no more. */
@Timeout(180)
class RegistryAwayIT {
    private final String prefix = Servers.newPrefix();

    @TempDir
    Path directory;

    @Test
    void shouldWaitForTheRegistryAndThenDoWithoutIt() throws Exception {
        int port = FreePort.find();
        try (SimulatedLiveChat liveChat =
                new SimulatedLiveChat(SimulatorSettings.defaults().withRate(0))) {
            liveChat.start();
            try (RunningBridge bridge = new RunningBridge(
                    liveChat,
                    prefix,
                    directory.resolve("journal"),
                    "schema.registry.url=http://127.0.0.1:" + port + "/apis/ccompat/v7")) {
                Await.until("it says so", () -> bridge.get("/health/ready")
                        .contains("schema.registry.url=http://127.0.0.1:" + port));
                Await.until("it hears LiveChat all the same", () -> bridge.get("/status")
                        .contains("\"state\":\"streaming\""));
                liveChat.send(event(1));
                Await.until("it is kept", () -> bridge.get("/status").contains("\"sequence\":2"));

                try (SchemaRegistryServer registry = new SchemaRegistryServer(port, directory.resolve("registry"))) {
                    registry.start();
                    bridge.awaitReady();
                    Await.until("all is delivered", () -> bridge.get("/status").contains("\"pending\":0"));
                    assertThatNothingIsLostIn(registry.url());
                }
                liveChat.send(event(2));
                Await.until("it is received", () -> bridge.get("/status").contains("\"sequence\":3"));
                Await.until("it is delivered", () -> bridge.get("/status").contains("\"pending\":0"));
                assertThat(bridge.get("/health/ready")).contains("\"ready\"");
                assertThat(new Received(prefix).all()).hasSize(3);
            }
        }
    }

    /** What a bridge asks a registry every two minutes, and views where they meet a new id; this one is a real one. */
    private void assertThatNothingIsLostIn(String url) {
        TopicNames topics = new TopicNames(prefix);
        String subject = TopicNames.subject(topics.of(Action.INCOMING_EVENT));
        try (SchemaRegistry asked = new SchemaRegistry(url, Map.of())) {
            int id = asked.register(subject, Action.INCOMING_EVENT.schema());
            assertThat(asked.registerAgain(subject, Action.INCOMING_EVENT.schema()))
                    .isEqualTo(id);
            assertThat(asked.registerAgain("lost-" + subject, Action.INCOMING_EVENT.schema()))
                    .isPositive();
            assertThatThrownBy(() -> asked.byId(999_999))
                    .isInstanceOfSatisfying(SchemaRegistryException.class, e -> assertThat(e.isUnknownSchema())
                            .isTrue());
        }
    }

    private static String event(int number) {
        return "{\"action\":\"incoming_event\",\"type\":\"push\",\"payload\":{\"chat_id\":\"c\",\"event\":{\"id\":\"e"
                + number + "\",\"type\":\"message\",\"text\":\"Zoë\"}}}";
    }
}
