package org.chatbridge.streams;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.chatbridge.program.Obstacle;
import org.jspecify.annotations.Nullable;

/**
 * Measures once a second how far the views of this instance are behind: the end of each partition of their topics less what
 * the consumer group has committed, and how much of the changelogs is not in the copies that follow. Queries read the last
 * measurement and never wait. It also is the first to notice that Kafka went away, and says so.
 */
final class LagMeter implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);
    /** While a copy is not whole: the sooner that is known the sooner it answers. */
    private static final Duration SHORT_PERIOD = Duration.ofMillis(200);

    private static final long ANSWER_WITHIN_S = 5;
    /** An older measurement says nothing, as after the process was frozen. */
    private static final Duration GOOD_FOR = Duration.ofSeconds(10);

    /** What was measured at once, and the sums that were asked of it: the same few, by every answer. */
    private record Measurement(Map<TopicPartition, Long> lags, Map<Sum, OptionalLong> sums) {
        private record Sum(Collection<String> topics, int partition) {}

        Measurement(Map<TopicPartition, Long> lags) {
            this(lags, new ConcurrentHashMap<>());
        }

        OptionalLong of(Collection<String> topics, int partition) {
            return sums.computeIfAbsent(new Sum(topics, partition), this::add);
        }

        private OptionalLong add(Sum of) {
            long sum = 0;
            for (String topic : of.topics()) {
                Long lag = lags.get(new TopicPartition(topic, of.partition()));
                if (lag == null) {
                    return OptionalLong.empty();
                }
                sum += lag;
            }
            return OptionalLong.of(sum);
        }
    }

    private final Map<String, Object> adminSettings;
    private final String applicationId;
    private final Supplier<Set<TopicPartition>> localPartitions;
    private final Supplier<Map<String, Map<Integer, CopyProgress.Reach>>> changelogs;
    private final Positions positions;
    private final CopyProgress copies;
    private final LongSupplier nanos;
    private final Obstacle kafkaAway;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "lag-meter");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Measurement last = new Measurement(Map.of());
    private volatile boolean measured;
    private volatile long measuredNanos;
    private @Nullable Admin admin;

    /**
     * @param localPartitions the partitions of the topics that this instance folds or follows now
     * @param changelogs asks Kafka how far the copies of the stores are; may take its time
     * @param positions told what the group has committed
     * @param copies told how far the copies are
     * @param nanos a clock that never goes back, in nanoseconds
     */
    LagMeter(
            Map<String, Object> adminSettings,
            String applicationId,
            Supplier<Set<TopicPartition>> localPartitions,
            Supplier<Map<String, Map<Integer, CopyProgress.Reach>>> changelogs,
            Positions positions,
            CopyProgress copies,
            LongSupplier nanos,
            Obstacle kafkaAway) {
        this.changelogs = changelogs;
        this.positions = positions;
        this.copies = copies;
        this.nanos = nanos;
        this.kafkaAway = kafkaAway;
        this.adminSettings = adminSettings;
        this.applicationId = applicationId;
        this.localPartitions = localPartitions;
    }

    void start() {
        measureIn(Duration.ZERO);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // measure() lets nothing out
    private void measureIn(Duration delay) {
        executor.schedule(
                () -> {
                    measure();
                    measureIn(copies.areWhole() ? PERIOD : SHORT_PERIOD);
                },
                delay.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Records not yet folded, over the local partitions of these topics; empty before the first measurement. */
    OptionalLong lag(Collection<String> topics) {
        if (!isKnown()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(last.lags().entrySet().stream()
                .filter(entry -> topics.contains(entry.getKey().topic()))
                .mapToLong(Map.Entry::getValue)
                .sum());
    }

    /** Records not yet folded of one partition of these topics; empty where it was not measured. */
    OptionalLong lag(Collection<String> topics, int partition) {
        return isKnown() ? last.of(topics, partition) : OptionalLong.empty();
    }

    private boolean isKnown() {
        return measured && nanos.getAsLong() - measuredNanos < GOOD_FOR.toNanos();
    }

    private void measure() {
        try {
            Set<TopicPartition> partitions = new HashSet<>(localPartitions.get());
            if (partitions.isEmpty()) {
                return;
            }
            Admin client = admin;
            if (client == null) {
                client = Admin.create(adminSettings);
                admin = client;
            }
            Map<TopicPartition, Long> ends = offsets(client, partitions, OffsetSpec.latest());
            Map<TopicPartition, Long> folded = offsets(client, partitions, OffsetSpec.earliest());
            Map<TopicPartition, Long> committed = committed(client);
            committed.forEach((partition, next) ->
                    folded.computeIfPresent(partition, (same, earliest) -> Math.max(earliest, next)));
            Map<TopicPartition, Long> found = new HashMap<>();
            ends.forEach(
                    (partition, end) -> found.put(partition, Math.max(0, end - folded.getOrDefault(partition, 0L))));
            // Read after what was committed: a copy that is as far has all of that.
            copies.measured(committed, changelogs.get());
            positions.committed(committed);
            last = new Measurement(found);
            measuredNanos = nanos.getAsLong();
            measured = true;
            positions.look();
            kafkaAway.isGone();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | KafkaException | IllegalStateException e) {
            // An old lag would be a lie.
            measured = false;
            kafkaAway.is(ViewsKeys.BOOTSTRAP_SERVERS + "=" + adminSettings.get(ViewsKeys.BOOTSTRAP_SERVERS)
                    + ": Kafka does not tell how far its topics are; the views go on answering with what they have");
        }
    }

    private Map<TopicPartition, Long> committed(Admin client)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, Long> committed = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> all = client.listConsumerGroupOffsets(applicationId)
                .partitionsToOffsetAndMetadata()
                .get(ANSWER_WITHIN_S, TimeUnit.SECONDS);
        all.forEach((partition, offset) -> {
            if (offset != null) {
                committed.put(partition, offset.offset());
            }
        });
        return committed;
    }

    private static Map<TopicPartition, Long> offsets(Admin client, Set<TopicPartition> partitions, OffsetSpec which)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetSpec> question = new HashMap<>();
        partitions.forEach(partition -> question.put(partition, which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        client.listOffsets(question)
                .all()
                .get(ANSWER_WITHIN_S, TimeUnit.SECONDS)
                .forEach((partition, result) -> offsets.put(partition, result.offset()));
        return offsets;
    }

    @Override
    public void close() {
        executor.shutdownNow();
        Admin client = admin;
        if (client != null) {
            client.close(Duration.ZERO);
        }
    }
}
