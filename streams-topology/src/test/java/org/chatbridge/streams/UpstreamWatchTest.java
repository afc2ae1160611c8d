package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.chatbridge.avro.Gap;
import org.chatbridge.program.Obstacle;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class UpstreamWatchTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    /** So much faster than a clock time goes by for it. */
    private static final long FASTER = 100;

    private final TopicNames topics = new TopicNames("livechat.");
    private final SchemaRegistry registry = new SchemaRegistry("mock://upstream-watch", Map.of());
    private final Upstream upstream = new Upstream();
    private final Obstacle obstacle =
            new Obstacle(LoggerFactory.getLogger(UpstreamWatchTest.class), Duration.ofMinutes(1), System::nanoTime, "");
    private final Queue<Consumer<byte[], byte[]>> consumers = new ConcurrentLinkedQueue<>();
    private final UpstreamWatch watch = new UpstreamWatch(
            () -> Objects.requireNonNull(consumers.poll()),
            topics,
            registry,
            upstream,
            () -> FASTER * System.nanoTime(),
            obstacle);

    @AfterEach
    void stop() {
        watch.close();
        registry.close();
    }

    @Test
    void shouldKnowWhereTheTopicsStandThoughItIsQuiet() throws InterruptedException {
        // given
        Topics kafka = new Topics();
        kafka.add(
                topics.of(Action.AGENT_UPDATED),
                Pushes.agent("ada", "accepting_chats", Pushes.push("c1", 1, "agent_updated")),
                Pushes.agent("ada", "accepting_chats", Pushes.push("c1", 9, "agent_updated")));
        consumers.add(kafka);

        // when
        watch.start();

        // then
        await(() -> upstream.lastPushAt().equals(Optional.of(Pushes.receivedAt(9))));
        await(() -> upstream.state() == Upstream.State.STREAMING);
    }

    @Test
    void shouldNotSayThatPushesCanBeExpectedBeforeTheGapsAreRead() throws InterruptedException {
        // given
        Topics kafka = new Topics();
        kafka.add(
                topics.of(Action.AGENT_UPDATED),
                Pushes.agent("ada", "accepting_chats", Pushes.push("c1", 1, "agent_updated")));
        kafka.updateEndOffsets(Map.of(new TopicPartition(topics.of(OwnRecord.GAP), 0), 1L));
        consumers.add(kafka);

        // when
        watch.start();

        // then
        await(() -> upstream.lastPushAt().isPresent());
        assertThat(upstream.state()).isEqualTo(Upstream.State.CONNECTING);

        // and when
        kafka.add(topics.of(OwnRecord.GAP), Pushes.gap("c1", "shutdown"));

        // then
        await(() -> upstream.state() == Upstream.State.STOPPED);
    }

    @Test
    void shouldLookAgainThoughItFoldsNothing() throws InterruptedException {
        // given
        Topics kafka = new Topics();
        kafka.add(
                topics.of(Action.AGENT_UPDATED),
                Pushes.agent("ada", "accepting_chats", Pushes.push("c1", 1, "agent_updated")));
        consumers.add(kafka);
        watch.start();
        await(() -> upstream.lastPushAt().isPresent());

        // when
        kafka.add(
                topics.of(Action.AGENT_UPDATED),
                Pushes.agent("ada", "accepting_chats", Pushes.push("c1", 1, "agent_updated")),
                Pushes.agent("ada", "offline", Pushes.push("c1", 50, "agent_updated")));

        // then
        await(() -> upstream.lastPushAt().equals(Optional.of(Pushes.receivedAt(50))));

        // and when
        kafka.add(topics.of(OwnRecord.GAP), Pushes.gap("c1", "shutdown"));

        // then: the gaps go on
        await(() -> upstream.state() == Upstream.State.STOPPED);
        assertThat(obstacle.now()).isEmpty();
    }

    @Test
    void shouldKnowEveryGap() throws InterruptedException {
        // given
        Gap gap = Pushes.gap("c1", "silence");
        Topics kafka = new Topics();
        kafka.add(topics.of(OwnRecord.GAP), gap, Pushes.closed(gap), Pushes.gap("c2", "shutdown"), gap);
        consumers.add(kafka);

        // when
        watch.start();

        // then
        await(() -> upstream.state() == Upstream.State.STOPPED);
    }

    @Test
    void shouldReadTheGapsThoughNobodyLeadsOneOfTheirPartitions() throws InterruptedException {
        // given
        String gaps = topics.of(OwnRecord.GAP);
        Topics kafka = new Topics();
        kafka.add(gaps, Pushes.gap("c1", "shutdown"));
        kafka.loseLeader(new TopicPartition(gaps, 1));
        consumers.add(kafka);

        // when
        watch.start();

        // then
        await(() -> kafka.hasReadOne(new TopicPartition(gaps, 0), new TopicPartition(gaps, 1)));
        assertThat(upstream.state()).as("a newer one may be there").isEqualTo(Upstream.State.CONNECTING);

        // and when: it looks again
        kafka.add(
                topics.of(Action.AGENT_UPDATED),
                Pushes.agent("ada", "accepting_chats", Pushes.push("c1", 1, "agent_updated")));

        // then
        await(() -> upstream.lastPushAt().isPresent());
        assertThat(obstacle.now()).isEmpty();

        // and when
        kafka.findLeader();

        // then
        await(() -> upstream.state() == Upstream.State.STOPPED);
        assertThat(obstacle.now()).isEmpty();
    }

    @Test
    void shouldTryAgainWhereKafkaRefuses() throws InterruptedException {
        // given
        Topics refusing = new Topics();
        refusing.setPollException(new KafkaException("refused"));
        refusing.add(topics.of(OwnRecord.GAP), Pushes.gap("c1", "shutdown"));
        Topics kafka = new Topics();
        kafka.add(topics.of(OwnRecord.GAP), Pushes.gap("c1", "shutdown"));
        consumers.addAll(List.of(refusing, kafka));

        // when
        watch.start();

        // then
        await(() -> obstacle.now().contains("refused"));
        await(() -> upstream.state() == Upstream.State.STOPPED && obstacle.now().isEmpty());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** Topics of one partition each, of which only what was sought is read. */
    private final class Topics extends MockConsumer<byte[], byte[]> {
        private final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
        private @Nullable TopicPartition leaderless;

        Topics() {
            super("none");
            Views.sources().forEach(source -> add((topics.prefix() + source.topic())));
        }

        synchronized void add(String topic, SpecificRecord... values) {
            TopicPartition partition = new TopicPartition(topic, 0);
            List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
            for (SpecificRecord value : values) {
                try (AvroSerde<SpecificRecord> serde = new AvroSerde<>(registry, value.getSchema())) {
                    all.add(new ConsumerRecord<>(
                            topic,
                            0,
                            all.size(),
                            new byte[0],
                            serde.serializer().serialize(topic, value)));
                }
            }
            records.put(partition, all);
            updatePartitions(topic, List.of(new PartitionInfo(topic, 0, new Node(1, "kafka", 9092), null, null)));
            updateBeginningOffsets(Map.of(partition, 0L));
            updateEndOffsets(Map.of(partition, (long) all.size()));
        }

        /** @param partition a second one of its topic */
        synchronized void loseLeader(TopicPartition partition) {
            leaderless = partition;
            Node node = new Node(1, "kafka", 9092);
            updatePartitions(
                    partition.topic(),
                    List.of(
                            new PartitionInfo(partition.topic(), 0, node, null, null),
                            new PartitionInfo(partition.topic(), 1, null, null, null)));
            updateBeginningOffsets(Map.of(partition, 0L));
            updateEndOffsets(Map.of(partition, 0L));
        }

        /** Whether it has read a record of a partition while it asks for those of another, too. */
        synchronized boolean hasReadOne(TopicPartition partition, TopicPartition other) {
            return assignment().containsAll(List.of(partition, other)) && position(partition) == 1;
        }

        synchronized void findLeader() {
            leaderless = null;
        }

        @Override
        public synchronized Map<TopicPartition, Long> endOffsets(
                Collection<TopicPartition> partitions, Duration timeout) {
            if (partitions.contains(leaderless)) {
                throw new TimeoutException("nobody leads " + leaderless);
            }
            return super.endOffsets(partitions, timeout);
        }

        @Override
        public synchronized long position(TopicPartition partition) {
            if (partition.equals(leaderless)) {
                throw new TimeoutException("nobody leads " + leaderless);
            }
            return super.position(partition);
        }

        @Override
        public synchronized OptionalLong currentLag(TopicPartition partition) {
            return partition.equals(leaderless) ? OptionalLong.empty() : super.currentLag(partition);
        }

        @Override
        public synchronized void assign(Collection<TopicPartition> partitions) {
            super.assign(partitions);
            partitions.forEach(
                    partition -> records.getOrDefault(partition, List.of()).forEach(this::addRecord));
        }
    }
}
