package org.chatbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.chatbridge.sandbox.SimulatedLiveChat;
import org.chatbridge.sandbox.SimulatorSettings;
import org.chatbridge.schema.Action;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While Kafka is away nothing is lost, and each chat keeps its order. */
class WithoutKafkaIT {
    private static final int CHATS = 20;

    private final String prefix = Servers.newPrefix();

    @TempDir
    Path journal;

    @Test
    void shouldLoseNothingKeepTheOrderOfEachChatAndSayThatKafkaIsAwayAndThatItIsBack() throws Exception {
        try (SimulatedLiveChat liveChat =
                        new SimulatedLiveChat(SimulatorSettings.defaults().withRate(0));
                RunningBridge bridge = start(liveChat)) {
            bridge.awaitReady();
            int sent = 0;
            for (; sent < 500; sent++) {
                liveChat.send(frame(sent));
            }
            Servers.BROKER.kill();
            try {
                for (; sent < 1_500; sent++) {
                    liveChat.send(frame(sent));
                }
                Await.until("not ready", () -> bridge.get("/health/ready").contains("Kafka does not answer"));
                assertThat(bridge.get("/status")).contains("\"state\":\"streaming\"");
            } finally {
                Servers.BROKER.start();
            }
            for (; sent < 2_000; sent++) {
                liveChat.send(frame(sent));
            }
            bridge.awaitReady();

            Received received = new Received(prefix);
            List<ConsumerRecord<byte[], byte[]>> records = received.records(sent + 1);
            assertThat(records).hasSize(sent + 1);
            Map<String, Long> last = new HashMap<>();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                GenericRecord push = (GenericRecord) received.value(record).get("push");
                long sequence = (Long) push.get("sequence");
                Long before = last.put(Received.key(record), sequence);
                assertThat(before == null || before < sequence)
                        .as("%s: %s then %s", Received.key(record), before, sequence)
                        .isTrue();
            }
            Await.until("all are freed", () -> bridge.get("/status").contains("\"pending\":0"));
        }
    }

    @Test
    void shouldKeepTheOrderOfEachChatWhereKafkaRefusesSomeRecordsForAWhile() throws Exception {
        try (SimulatedLiveChat liveChat =
                        new SimulatedLiveChat(SimulatorSettings.defaults().withRate(0));
                RunningBridge bridge = start(liveChat)) {
            bridge.awaitReady();
            int sent = 0;
            for (; sent < 200; sent++) {
                liveChat.send(frame(sent));
            }
            Await.until("delivered", () -> bridge.get("/status").contains("\"pending\":0"));
            refuseOlderThan("8"); // so that some pass
            boolean refused = false;
            while (sent < 3_000 || !refused) {
                for (int i = 0; i < 20; i++, sent++) {
                    liveChat.send(frame(sent));
                }
                // Asking leaves time for a batch to go, so that there are many.
                refused |= bridge.get("/health/ready").contains("sending all that is not delivered");
                assertThat(sent).as("frames of which none was refused").isLessThan(100_000);
            }
            refuseOlderThan(Long.toString(Long.MAX_VALUE));
            Await.until("delivered", () -> bridge.get("/status").contains("\"pending\":0"));

            Received received = new Received(prefix);
            Map<String, Long> last = new HashMap<>();
            Set<Long> seen = new HashSet<>();
            for (ConsumerRecord<byte[], byte[]> record : received.all()) {
                long sequence = received.sequence(record);
                if (seen.add(sequence)) { // a copy says nothing new
                    Long before = last.put(record.topic() + " " + Received.key(record), sequence);
                    assertThat(before == null || before < sequence)
                            .as("%s: %s then %s", Received.key(record), before, sequence)
                            .isTrue();
                }
            }
            assertThat(seen).hasSize(sent + 1);
        }
    }

    private void refuseOlderThan(String milliseconds) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", Servers.BROKER.bootstrapServers()))) {
            ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, prefix + "incoming-event");
            AlterConfigOp change = new AlterConfigOp(
                    new ConfigEntry("message.timestamp.before.max.ms", milliseconds), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(topic, List.of(change))).all().get();
        }
    }

    @Test
    void shouldLoseNothingWhereKafkaIsAwayBeforeTheFirstPush() throws Exception {
        try (SimulatedLiveChat liveChat =
                        new SimulatedLiveChat(SimulatorSettings.defaults().withRate(0));
                RunningBridge bridge = start(liveChat)) {
            bridge.awaitReady();
            Servers.BROKER.kill();
            int sent = 0;
            try {
                for (; sent < 20_000; sent++) { // several batches for each partition
                    liveChat.send(frame(sent));
                }
            } finally {
                Servers.BROKER.start();
            }

            Received received = new Received(prefix);
            Map<String, Long> last = new HashMap<>();
            for (ConsumerRecord<byte[], byte[]> record : received.records(sent + 1)) {
                long sequence = received.sequence(record);
                Long before = last.put(record.topic() + " " + Received.key(record), sequence);
                assertThat(before == null || before < sequence)
                        .as("%s: %s then %s", Received.key(record), before, sequence)
                        .isTrue();
            }
        }
    }

    @Test
    void shouldMakeATopicAgainThatWasDeleted() throws Exception {
        try (SimulatedLiveChat liveChat =
                        new SimulatedLiveChat(SimulatorSettings.defaults().withRate(0));
                RunningBridge bridge = start(liveChat);
                Admin admin = Admin.create(Map.of("bootstrap.servers", Servers.BROKER.bootstrapServers()))) {
            bridge.awaitReady();
            ConfigResource made = new ConfigResource(ConfigResource.Type.TOPIC, prefix + "incoming-event");
            Config settings = Objects.requireNonNull(
                    admin.describeConfigs(List.of(made)).all().get().get(made));
            assertThat(settings.get("message.timestamp.type").value()).isEqualTo("CreateTime");
            admin.deleteTopics(List.of(prefix + "incoming-event")).all().get();
            Await.until("deleted", () -> !admin.listTopics().names().get().contains(prefix + "incoming-event"));
            liveChat.send(frame(1));

            Await.until("delivered", () -> bridge.get("/metrics")
                    .contains("bridge_records_delivered_total{topic=\"" + prefix + "incoming-event\"} 1.0"));
            TopicDescription topic = admin.describeTopics(List.of(prefix + "incoming-event"))
                    .allTopicNames()
                    .get()
                    .get(prefix + "incoming-event");
            assertThat(Objects.requireNonNull(topic).partitions()).hasSize(3);
        }
    }

    /** A record that Kafka does not take is seen although it takes others all the time. */
    @Test
    void shouldMakeATopicAgainThatWasDeletedWhileOtherRecordsFlow() throws Exception {
        try (SimulatedLiveChat liveChat =
                        new SimulatedLiveChat(SimulatorSettings.defaults().withRate(0));
                RunningBridge bridge = start(liveChat);
                Admin admin = Admin.create(Map.of("bootstrap.servers", Servers.BROKER.bootstrapServers()))) {
            bridge.awaitReady();
            admin.deleteTopics(List.of(prefix + "thread-closed")).all().get();
            Await.until("deleted", () -> !admin.listTopics().names().get().contains(prefix + "thread-closed"));
            liveChat.send("{\"action\":\"thread_closed\",\"type\":\"push\",\"payload\":{\"chat_id\":\"chat-0\","
                    + "\"thread_id\":\"t-1\"}}");

            AtomicInteger sent = new AtomicInteger();
            Await.until("delivered", () -> {
                liveChat.send(frame(sent.incrementAndGet()));
                return bridge.get("/metrics")
                        .contains("bridge_records_delivered_total{topic=\"" + prefix + "thread-closed\"} 1.0");
            });
            Await.until(
                    "nothing is in the way", () -> bridge.get("/health/ready").contains("\"ready\""));
            Await.until("all are freed", () -> bridge.get("/status").contains("\"pending\":0"));
        }
    }

    /** Its own session is still to end in the group when it could deliver already. */
    @Test
    void shouldDeliverAsLiveWhatItHadWhenItWasKilledAndNobodyTookOver() throws Exception {
        try (SimulatedLiveChat liveChat =
                        new SimulatedLiveChat(SimulatorSettings.defaults().withRate(0));
                BridgeJar only = startInGroup(liveChat)) {
            only.awaitStatus("\"state\":\"streaming\"");
            Await.until("all is delivered", () -> only.get("/status").contains("\"pending\":0"));
            Servers.BROKER.kill();
            try {
                for (int i = 0; i < 100; i++) {
                    liveChat.send("{\"action\":\"thread_closed\",\"type\":\"push\",\"payload\":{\"chat_id\":\"chat-" + i
                            + "\"}}");
                }
                only.awaitStatus("\"sequence\":101"); // after one of LiveChat's own
                only.program().kill();
            } finally {
                Servers.BROKER.start();
            }
            try (BridgeJar again = inGroup(liveChat)) {
                again.awaitStatus("\"state\":\"streaming\"");
                Await.until(
                        "what was left is delivered", () -> again.get("/status").contains("\"pending\":0"));
                again.program().stop();
            }
        }
        Received received = new Received(prefix);
        List<String> origins = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record :
                received.all(List.of(received.topics().of(Action.THREAD_CLOSED)))) {
            origins.add(((GenericRecord) received.value(record).get("push"))
                    .get("origin")
                    .toString());
        }
        assertThat(origins).hasSizeGreaterThanOrEqualTo(100).containsOnly("live");
    }

    private BridgeJar startInGroup(SimulatedLiveChat liveChat) {
        liveChat.start();
        return inGroup(liveChat);
    }

    private BridgeJar inGroup(SimulatedLiveChat liveChat) {
        return new BridgeJar(liveChat, prefix, journal, "only", "bridge.group=shop");
    }

    private RunningBridge start(SimulatedLiveChat liveChat) {
        liveChat.start();
        return new RunningBridge(liveChat, prefix, journal);
    }

    private static String frame(int number) {
        return "{\"action\":\"incoming_event\",\"type\":\"push\",\"payload\":{\"chat_id\":\"chat-" + number % CHATS
                + "\",\"event\":{\"id\":\"e-" + number + "\",\"type\":\"message\",\"text\":\"Zoë\"}}}";
    }
}
