package org.chatbridge.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.avro.shaded.org.apache.avro.Schema;
import org.apache.flink.formats.avro.registry.confluent.ConfluentRegistryAvroDeserializationSchema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.chatbridge.bridge.convert.Leaves;
import org.chatbridge.sandbox.SimulatedLiveChat;
import org.chatbridge.sandbox.SimulatorSettings;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.DeadLetterHeaders;
import org.chatbridge.schema.SampleFrames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames go in by a real socket, and come out of real topics, for a client that is not ours: Flink's avro-confluent. */
class EveryFrameReachesKafkaIT {
    @TempDir
    Path journal;

    @Test
    void shouldCarryEverySampleFrame() throws Exception {
        Map<String, byte[]> frames = new LinkedHashMap<>(SampleFrames.all());
        frames.remove("agent_disconnected-1.json"); // for an effect of its own, see below

        List<ConsumerRecord<byte[], byte[]>> records = carry(frames);

        Received received = received();
        int number = 1; // the own agent's leaving of routing is the first push
        Map<Long, ConsumerRecord<byte[], byte[]>> bySequence = bySequence(records);
        for (Map.Entry<String, byte[]> frame : frames.entrySet()) {
            number++;
            ConsumerRecord<byte[], byte[]> record = at(bySequence, number, frame.getKey());
            if (received.isDeadLetter(record)) {
                assertThat(frame.getKey()).endsWith(".txt");
                assertThat(record.value()).isEqualTo(frame.getValue());
                assertThat(Received.header(record, DeadLetterHeaders.REASON)).isNotBlank();
            } else {
                JsonNode payload =
                        Leaves.parse(new String(frame.getValue(), UTF_8)).path("payload");
                GenericRecord value = received.value(record);
                if (!record.topic().equals(received.topics().otherPushes())) {
                    assertThat(Leaves.missing(payload, value))
                            .as("%s in %s", frame.getKey(), value)
                            .isEmpty();
                }
                assertThat(Leaves.parse(asFlinkReads(record)))
                        .as("%s as Flink reads it", frame.getKey())
                        .isEqualTo(Leaves.parse(value.toString()));
                long micros = (Long) ((GenericRecord) value.get("push")).get("received_at");
                assertThat(record.timestamp()).isEqualTo(micros / 1_000);
            }
        }
        for (Action action : Action.values()) {
            if (action != Action.AGENT_DISCONNECTED) {
                assertThat(records).as("records of %s", action).anyMatch(record -> record.topic()
                        .equals(received.topics().of(action)));
            }
        }
    }

    @Test
    void shouldCarryHostileFramesOnOneConnection() throws Exception {
        Map<String, byte[]> frames = new LinkedHashMap<>();
        String deep = "[".repeat(10_000) + "]".repeat(10_000);
        put(frames, "deep payload", push("incoming_event", "{\"chat_id\":\"c\",\"x\":" + deep + "}"));
        put(frames, "deep frame", deep);
        put(
                frames,
                "16 MiB",
                push("incoming_event", "{\"chat_id\":\"big\",\"event\":{\"text\":\"" + "é".repeat(8 << 20) + "\"}}"));
        put(frames, "16 MiB of brackets", "[".repeat(16 << 20));
        put(frames, "lone surrogate", push("thread_closed", "{\"chat_id\":\"a\\ud800\"}"));
        put(frames, "escaped NUL", push("thread_closed", "{\"chat_id\":\"a\\u0000\"}"));
        put(frames, "NUL", push("thread_closed", "{\"chat_id\":\"a\0\"}"));
        put(frames, "empty", "");
        put(frames, "no action", "{\"type\":\"push\"}");
        put(frames, "answer to nothing asked", "{\"type\":\"response\",\"action\":");

        List<ConsumerRecord<byte[], byte[]>> records = carry(frames);

        Received received = received();
        Map<Long, ConsumerRecord<byte[], byte[]>> bySequence = bySequence(records);
        List<String> deadLetters = new ArrayList<>();
        int number = 1;
        for (Map.Entry<String, byte[]> frame : frames.entrySet()) {
            ConsumerRecord<byte[], byte[]> record = at(bySequence, ++number, frame.getKey());
            if (received.isDeadLetter(record)) {
                deadLetters.add(frame.getKey());
                assertThat(record.value()).isEqualTo(frame.getValue());
            }
        }
        assertThat(deadLetters)
                .containsExactly(
                        "deep frame", "16 MiB of brackets", "NUL", "empty", "no action", "answer to nothing asked");
    }

    @Test
    void shouldCountWhatTheSchemaHasNoPlaceFor() throws Exception {
        try (SimulatedLiveChat liveChat = still();
                RunningBridge bridge = new RunningBridge(liveChat, prefix, journal)) {
            bridge.awaitReady();
            liveChat.send(push("thread_closed", "{\"chat_id\":\"c\",\"mood\":\"good\",\"thread_id\":{\"a\":1}}"));
            liveChat.send(push("chat_deactivated", "{\"chat_id\":\"c\",\"mood\":\"better\"}"));
            liveChat.send(push("thread_closed", "{\"chat_id\":\"c\"}"));

            Await.until("counted", () -> bridge.get("/metrics")
                    .contains("bridge_drift_total{action=\"thread_closed\"} 3.0"));
        }
    }

    @Test
    void shouldKeyTheDismissalByItsOwnAgent() throws Exception {
        try (SimulatedLiveChat liveChat = still();
                RunningBridge bridge = new RunningBridge(liveChat, prefix, journal)) {
            bridge.awaitReady();
            liveChat.disconnectAll("access_token_revoked");

            assertThat(bridge.bridge().disconnectedForGood().get().lastWord())
                    .startsWith("agent_disconnected: access_token_revoked. Set livechat.token");
            List<ConsumerRecord<byte[], byte[]>> records = received().records(2);
            assertThat(records)
                    .filteredOn(
                            record -> record.topic().equals(received().topics().of(Action.AGENT_DISCONNECTED)))
                    .singleElement()
                    .satisfies(record -> assertThat(Received.key(record)).contains("@"));
        }
    }

    @Test
    void shouldSayThatAFrameIsTooLargeForDeadLettersToo() throws Exception {
        Map<String, String> small = Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "100000");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", Servers.BROKER.bootstrapServers()))) {
            admin.createTopics(Stream.of("customer-unbanned", "dead-letters")
                            .map(name -> new NewTopic(prefix + name, 3, (short) 1).configs(small))
                            .toList())
                    .all()
                    .get();
        }
        try (SimulatedLiveChat liveChat = still();
                RunningBridge bridge = new RunningBridge(liveChat, prefix, journal)) {
            bridge.awaitReady();
            liveChat.send(push("customer_unbanned", "{\"customer_id\":\"" + "k".repeat(200_000) + "\"}"));

            Await.until("not ready", () -> bridge.get("/health/ready").contains("too large for " + prefix + "dead"));
        }
    }

    private final String prefix = Servers.newPrefix();

    private Received received() {
        return new Received(prefix);
    }

    /** Sends frames on one connection; their records once all are there, that of the own agent's parking first. */
    private List<ConsumerRecord<byte[], byte[]>> carry(Map<String, byte[]> frames) throws Exception {
        try (SimulatedLiveChat liveChat = still();
                RunningBridge bridge = new RunningBridge(liveChat, prefix, journal)) {
            bridge.awaitReady();
            for (byte[] frame : frames.values()) {
                assertThat(liveChat.send(new String(frame, UTF_8))).isEqualTo(1);
            }
            List<ConsumerRecord<byte[], byte[]>> records = received().records(frames.size() + 1);
            assertThat(records).hasSize(frames.size() + 1);
            assertThat(bridge.get("/status")).contains("\"reconnects\":0", "\"sequence\":" + (frames.size() + 1));
            return records;
        }
    }

    private static SimulatedLiveChat still() {
        SimulatedLiveChat liveChat =
                new SimulatedLiveChat(SimulatorSettings.defaults().withRate(0));
        liveChat.start();
        return liveChat;
    }

    private Map<Long, ConsumerRecord<byte[], byte[]>> bySequence(List<ConsumerRecord<byte[], byte[]>> records)
            throws Exception {
        Map<Long, ConsumerRecord<byte[], byte[]>> bySequence = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            assertThat(bySequence.put(received().sequence(record), record)).isNull();
        }
        return bySequence;
    }

    private static ConsumerRecord<byte[], byte[]> at(
            Map<Long, ConsumerRecord<byte[], byte[]>> bySequence, long number, String frame) {
        ConsumerRecord<byte[], byte[]> record = bySequence.get(number);
        if (record == null) {
            throw new AssertionError("a hole in the sequence at " + number + ", " + frame);
        }
        return record;
    }

    private String asFlinkReads(ConsumerRecord<byte[], byte[]> record) throws Exception {
        Schema schema =
                new Schema.Parser().parse(received().value(record).getSchema().toString());
        return String.valueOf(ConfluentRegistryAvroDeserializationSchema.forGeneric(schema, Servers.REGISTRY.url())
                .deserialize(record.value()));
    }

    private static void put(Map<String, byte[]> frames, String name, String frame) {
        frames.put(name, frame.getBytes(UTF_8));
    }

    private static String push(String action, String payload) {
        return "{\"action\":\"" + action + "\",\"type\":\"push\",\"payload\":" + payload + "}";
    }
}
