package org.chatbridge.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.chatbridge.avro.Gap;
import org.chatbridge.program.Obstacle;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells {@link Upstream}, from a thread of its own, what every instance must know, whichever partitions it folds and
 * however quiet it is: the last records on each partition of the views' topics, then every gap. The former again now and then,
 * where it was told of no push meanwhile.
 */
final class UpstreamWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamWatch.class);

    /** So many offsets back from the end: those of a bridge in a group are taken by the ends of transactions, too. */
    private static final int LAST = 16;

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(30);
    /** A partition may be without a leader, and the gaps are to go on. */
    private static final Duration LOOKS_FOR = Duration.ofSeconds(10);

    private static final Duration END_WITHIN = Duration.ofSeconds(5);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Map<String, Deserializer<SpecificRecord>> deserializers = new HashMap<>();
    private final String gaps;
    private final Upstream upstream;
    private final LongSupplier nanos;
    private final Obstacle cannotRead;

    /** Where each partition ended when its last records were told. */
    private final Map<TopicPartition, Long> ended = new HashMap<>();

    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "upstream-watch");
    private volatile @Nullable Consumer<byte[], byte[]> reading;

    /**
     * @param consumers makes a consumer without a group, which begins where it is told to
     * @param nanos a clock that never goes back, in nanoseconds
     */
    UpstreamWatch(
            Supplier<Consumer<byte[], byte[]>> consumers,
            TopicNames topics,
            SchemaRegistry registry,
            Upstream upstream,
            LongSupplier nanos,
            Obstacle cannotRead) {
        this.consumers = consumers;
        Views.sources()
                .forEach(source -> deserializers.put(
                        topics.prefix() + source.topic(),
                        new AvroSerde<SpecificRecord>(registry, source.schema()).deserializer()));
        this.gaps = topics.of(OwnRecord.GAP);
        this.upstream = upstream;
        this.nanos = nanos;
        this.cannotRead = cannotRead;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            do {
                watch();
            } while (!stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when it is to end, and after a failure: what was told already may be told again. */
    private void watch() {
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            reading = consumer;
            lastOfEach(consumer, List.of());
            List<TopicPartition> partitions = partitions(consumer, Set.of(gaps), any -> true);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Set<TopicPartition> unread = new HashSet<>(partitions);
            Optional<Instant> lastPushAt = upstream.lastPushAt();
            long lookedNanos = nanos.getAsLong();
            while (stopping.getCount() > 0) {
                consumer.poll(POLL).forEach(this::tell);
                cannotRead.isGone();
                // Of one that nobody leads it is not known, and the others are read on.
                unread.removeIf(partition -> consumer.currentLag(partition).orElse(1) == 0);
                if (unread.isEmpty()) {
                    upstream.gapsAreKnown();
                }
                if (nanos.getAsLong() - lookedNanos > LOOK_EVERY.toNanos()) {
                    if (upstream.lastPushAt().equals(lastPushAt)) {
                        lookAgain(consumer, partitions);
                    }
                    lastPushAt = upstream.lastPushAt();
                    lookedNanos = nanos.getAsLong();
                }
            }
        } catch (RuntimeException e) {
            if (stopping.getCount() > 0) {
                cannotRead.is("the topic " + gaps + " cannot be read now, freshness.upstream may be old: " + e);
            }
        }
    }

    /** @param partitions that are read, and are read on afterwards */
    private void lookAgain(Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        consumer.pause(partitions);
        try {
            lastOfEach(consumer, partitions);
        } catch (RuntimeException e) {
            LOG.debug("{} is not known to be the newest push", upstream.lastPushAt(), e);
        } finally {
            consumer.assign(partitions);
            consumer.resume(partitions);
        }
    }

    /** @param kept that stay assigned, and so keep their place: where nobody leads one, to ask for it would take a minute */
    private void lastOfEach(Consumer<byte[], byte[]> consumer, List<TopicPartition> kept) {
        // One that nobody leads would hold up what is asked of all.
        List<TopicPartition> all = partitions(consumer, pushes(), partition -> partition.leader() != null);
        // It warns of each partition that it is asked about and has not.
        assign(consumer, all, kept);
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(all, LOOKS_FOR));
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(all, LOOKS_FOR);
        // What begins where it ends is empty.
        beginnings.forEach(ends::remove);
        ended.forEach(ends::remove);
        Map<TopicPartition, Long> reached = new HashMap<>(ends);
        assign(consumer, ends.keySet(), kept);
        ends.forEach((partition, end) ->
                consumer.seek(partition, Math.max(end - LAST, beginnings.getOrDefault(partition, 0L))));
        long begunNanos = nanos.getAsLong();
        while (!hasReached(ends, consumer)
                && stopping.getCount() > 0
                && nanos.getAsLong() - begunNanos < LOOKS_FOR.toNanos()) {
            consumer.poll(POLL).forEach(this::tell);
        }
        reached.keySet().removeAll(ends.keySet());
        ended.putAll(reached);
    }

    private static void assign(
            Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions, List<TopicPartition> kept) {
        List<TopicPartition> all = new ArrayList<>(kept);
        all.addAll(partitions);
        consumer.assign(all);
    }

    /** The topics that are looked at; the gaps are read from the beginning. */
    private Set<String> pushes() {
        Set<String> pushes = new HashSet<>(deserializers.keySet());
        pushes.remove(gaps);
        return pushes;
    }

    /** @param ends of partitions; those that were reached are taken out */
    private static boolean hasReached(Map<TopicPartition, Long> ends, Consumer<byte[], byte[]> consumer) {
        ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
        return ends.isEmpty();
    }

    private static List<TopicPartition> partitions(
            Consumer<byte[], byte[]> consumer, Set<String> topics, Predicate<PartitionInfo> which) {
        return topics.stream()
                .flatMap(topic -> consumer.partitionsFor(topic, LOOKS_FOR).stream())
                .filter(which)
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
    }

    private void tell(ConsumerRecord<byte[], byte[]> message) {
        Deserializer<SpecificRecord> deserializer = deserializers.get(message.topic());
        try {
            SpecificRecord record =
                    deserializer == null ? null : deserializer.deserialize(message.topic(), message.value());
            if (record instanceof Gap gap) {
                upstream.lost(gap);
            } else if (record != null) {
                upstream.saw(Source.push(record));
            }
        } catch (RuntimeException e) {
            // The views count it.
            if (!SkipBadRecords.recordIsToBlame(e)) {
                throw e;
            }
        }
    }

    /** Ends the thread; what it told stays. */
    @Override
    public void close() {
        stopping.countDown();
        // Not interrupted: a consumer that is cannot close in order.
        Consumer<byte[], byte[]> consumer = reading;
        if (consumer != null) {
            consumer.wakeup();
        }
        try {
            thread.join(END_WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
