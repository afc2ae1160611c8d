package org.chatbridge.bridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.chatbridge.bridge.convert.FrameConverter;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.MemoryFrameQueue;
import org.chatbridge.program.Obstacle;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SendingTest {
    private static final TopicNames TOPICS = new TopicNames("t.");
    private static final int LARGE = 1_000;

    private final MemoryFrameQueue queue = new MemoryFrameQueue(1 << 20);

    /** Kafka has acknowledged the dead letter of the first when it refuses the second, and takes neither. */
    @Test
    void shouldMakeDeadLettersOfTwoRecordsThatAreTooLargeInATransaction() throws Exception {
        // given
        queue.put(push(1, LARGE));
        queue.put(push(2, 1));
        queue.put(push(3, LARGE));
        try (SchemaRegistry registry = new SchemaRegistry("mock://sending", Map.of())) {
            Sending sending = sending(registry);
            Strict producer = new Strict();

            // when
            for (int attempt = 0; attempt < 3; attempt++) {
                producer = new Strict();
                Sending.Sender sender = sending.with(producer, false);
                sender.shutOutOthers();
                try {
                    sender.sendTogether(Objects.requireNonNull(queue.take(Duration.ZERO)), "");
                } catch (KafkaException e) {
                    queue.rewind();
                }
            }

            // then
            assertThat(producer.history())
                    .extracting(ProducerRecord::topic)
                    .containsExactly("t.dead-letters", "t.thread-closed", "t.dead-letters");
            assertThat(queue.pending()).isZero();
        }
    }

    /** As where so many frames take longer than Kafka lets a transaction take. */
    @Test
    void shouldMakeTransactionsSmallerUntilKafkaTakesOne() throws Exception {
        // given
        for (int i = 1; i <= 1_000; i++) {
            queue.put(push(i, 1));
        }
        List<Integer> taken = new ArrayList<>();
        try (SchemaRegistry registry = new SchemaRegistry("mock://sending", Map.of())) {
            Sending sending = sending(registry);

            // when
            for (int attempt = 0; queue.pending() > 0 && attempt < 100; attempt++) {
                Slow producer = new Slow(taken.isEmpty() ? 1 : 1_000);
                Sending.Sender sender = sending.with(producer, false);
                sender.shutOutOthers();
                try {
                    sender.sendTogether(Objects.requireNonNull(queue.take(Duration.ZERO)), "");
                    taken.add(producer.history().size());
                } catch (KafkaException e) {
                    queue.rewind();
                }
            }

            // then
            assertThat(taken.subList(0, 16))
                    .as("not twice as many at once: every second one would be refused")
                    .containsOnly(1);
            assertThat(taken.subList(16, 32)).containsOnly(3);
            assertThat(taken).as("more again while all is taken").contains(31);
        }
    }

    private Sending sending(SchemaRegistry registry) {
        Obstacle obstacle =
                new Obstacle(LoggerFactory.getLogger(SendingTest.class), Duration.ofMinutes(1), System::nanoTime, "");
        Preparation preparation = new Preparation(
                "127.0.0.1:1",
                new Topics(TOPICS, 3, (short) -1, Set.of()),
                () -> {
                    throw new KafkaException("nobody asks");
                },
                registry,
                time -> {});
        Map<String, Integer> ids = new HashMap<>();
        Records.schemas(TOPICS).keySet().forEach(topic -> ids.put(topic, 1));
        return new Sending(
                queue,
                new FrameConverter("0.2"),
                new Records(TOPICS, 3, ids),
                new Partitions(preparation, obstacle, time -> {}),
                () -> {},
                new StallWatch(
                        queue,
                        () -> "",
                        obstacle,
                        hindrance -> {},
                        () -> {},
                        () -> {},
                        System::nanoTime,
                        System::currentTimeMillis,
                        time -> {}),
                new DeliveryMetrics(new SimpleMeterRegistry(), TOPICS.written()),
                Clock.systemUTC(),
                time -> {});
    }

    private static Frame push(long sequence, int size) {
        String push = "{\"action\":\"thread_closed\",\"type\":\"push\",\"payload\":{\"chat_id\":\"" + "x".repeat(size)
                + "\"}}";
        return new Frame("c1", sequence, 0, null, Frame.Kind.TEXT, push.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes a large record as a dead letter only, and nothing of a transaction in which it has refused one. */
    private static final class Strict extends Partitioned {
        private boolean refused;

        @Override
        public synchronized Future<RecordMetadata> send(
                ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
            if (refused) {
                throw new KafkaException("the transaction has failed");
            }
            if (record.value().length < LARGE || record.topic().equals(TOPICS.deadLetters())) {
                return super.send(record, callback);
            }
            refused = true;
            RecordTooLargeException tooLarge = new RecordTooLargeException("too large");
            Objects.requireNonNull(callback).onCompletion(null, tooLarge);
            return CompletableFuture.failedFuture(tooLarge);
        }

        @Override
        public void commitTransaction() {
            if (refused) {
                throw new KafkaException("the transaction has failed");
            }
            super.commitTransaction();
        }
    }

    /** Takes no transaction of more records. */
    private static final class Slow extends Partitioned {
        private final int most;

        Slow(int most) {
            this.most = most;
        }

        @Override
        public void commitTransaction() {
            if (uncommittedRecords().size() > most) {
                throw new KafkaException("the transaction took too long");
            }
            super.commitTransaction();
        }
    }

    private abstract static class Partitioned extends MockProducer<byte[], byte[]> {
        Partitioned() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public List<PartitionInfo> partitionsFor(String topic) {
            return Collections.nCopies(3, new PartitionInfo(topic, 0, null, null, null));
        }
    }
}
