package org.chatbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.chatbridge.sandbox.KafkaBroker;
import org.chatbridge.sandbox.SimulatedLiveChat;
import org.chatbridge.sandbox.SimulatorSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No record goes to a topic whose number of partitions is another one: a key would lead elsewhere. */
@Timeout(180)
class TopicsChangedIT {
    @TempDir
    static Path brokerDirectory;

    private static KafkaBroker broker;

    private final String prefix = Servers.newPrefix();
    private final String topic = prefix + "thread-closed";
    private int sent;

    @TempDir
    Path journal;

    @BeforeAll
    static void startBroker() {
        broker = new KafkaBroker(0, brokerDirectory, Map.of("auto.create.topics.enable", "true"));
        broker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.kill();
    }

    @Test
    void shouldWaitWhereTheBrokerMadeATopicAgainThatWasDeleted() throws Exception {
        try (SimulatedLiveChat liveChat =
                        new SimulatedLiveChat(SimulatorSettings.defaults().withRate(0));
                RunningBridge bridge = start(liveChat);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            bridge.awaitReady();
            admin.deleteTopics(List.of(topic)).all().get();
            Await.until("named", () -> {
                send(liveChat);
                return bridge.get("/health/ready")
                        .contains("topics.partitions=3: the topic " + topic
                                + " has 1; set topics.partitions=1, or another" + " topics.prefix. Or delete ");
            });
            // Nothing asks for it any more, so it stays deleted until the bridge makes it.
            admin.deleteTopics(List.of(topic)).all().get();

            bridge.awaitReady();
            assertThat(partitions(admin)).isEqualTo(3);
            Await.until("delivered", () -> bridge.get("/status").contains("\"pending\":0"));
            assertThat(partitions(admin)).isEqualTo(3);
        }
    }

    /** The record waits in the producer, which does not say so, and no other comes that would be looked at. */
    @Test
    void shouldNoticeItWhereNothingIsSentAfterwards() throws Exception {
        try (SimulatedLiveChat liveChat =
                        new SimulatedLiveChat(SimulatorSettings.defaults().withRate(0));
                RunningBridge bridge = start(liveChat, "producer.metadata.max.age.ms=300000");
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            bridge.awaitReady();
            admin.deleteTopics(List.of(topic)).all().get();
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
            Await.until("held", () -> {
                // A broker that has not heard of the deletion yet takes it.
                if (bridge.get("/status").contains("\"pending\":0")) {
                    sendToTheLastPartition(liveChat);
                }
                return bridge.get("/health/ready").contains(". Or delete it while the bridge runs");
            });
            admin.deleteTopics(List.of(topic)).all().get();

            bridge.awaitReady();
            Await.until("delivered", () -> bridge.get("/status").contains("\"pending\":0"));
            assertThat(partitions(admin)).isEqualTo(3);
        }
    }

    @Test
    void shouldWaitWherePartitionsWereAdded() throws Exception {
        try (SimulatedLiveChat liveChat =
                        new SimulatedLiveChat(SimulatorSettings.defaults().withRate(0));
                RunningBridge bridge = start(liveChat);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            bridge.awaitReady();
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(4)))
                    .all()
                    .get();
            Await.until("named", () -> {
                send(liveChat);
                return bridge.get("/health/ready").contains("the topic " + topic + " has 4");
            });
            for (int i = 0; i < 100; i++) {
                send(liveChat);
            }
            Await.until("kept", () -> !bridge.get("/status").contains("\"pending\":0"));

            assertThat(bridge.get("/health/ready")).contains("the topic " + topic + " has 4");
            TopicPartition added = new TopicPartition(topic, 3);
            ListOffsetsResult.ListOffsetsResultInfo end =
                    Objects.requireNonNull(admin.listOffsets(Map.of(added, OffsetSpec.latest()))
                            .all()
                            .get()
                            .get(added));
            assertThat(end.offset()).isZero();
        }
    }

    private RunningBridge start(SimulatedLiveChat liveChat) {
        return start(liveChat, "producer.metadata.max.age.ms=500");
    }

    private RunningBridge start(SimulatedLiveChat liveChat, String setting) {
        liveChat.start();
        return new RunningBridge(liveChat, prefix, journal, "bootstrap.servers=" + broker.bootstrapServers(), setting);
    }

    private void sendToTheLastPartition(SimulatedLiveChat liveChat) {
        while (BuiltInPartitioner.partitionForKey(("chat-" + sent).getBytes(StandardCharsets.UTF_8), 3) != 2) {
            sent++;
        }
        send(liveChat);
    }

    private void send(SimulatedLiveChat liveChat) {
        liveChat.send(
                "{\"action\":\"thread_closed\",\"type\":\"push\",\"payload\":{\"chat_id\":\"chat-" + sent++ + "\"}}");
    }

    private int partitions(Admin admin) throws Exception {
        TopicDescription description =
                admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
        return Objects.requireNonNull(description).partitions().size();
    }
}
