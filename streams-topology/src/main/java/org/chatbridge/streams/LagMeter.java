package org.chatbridge.streams;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.chatbridge.program.Obstacle;
import org.jspecify.annotations.Nullable;

/**
 * Measures once a second how far the views are behind, whichever instance folds them: the end of each partition of their
 * topics less what the consumer group has committed, and how much of the changelogs is not in the copies that follow here.
 * A view that others tell something is behind by what those have still to read, too. Queries read the last measurement and
 * never wait. It also is the first to notice that Kafka went away, and says so.
 */
final class LagMeter implements Standing.Measured.Lag, AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);
    /** While a copy is not whole: the sooner that is known the sooner it answers. */
    private static final Duration SHORT_PERIOD = Duration.ofMillis(200);

    private static final long ANSWER_WITHIN_S = 5;
    /** An older measurement says nothing, as after the process was frozen. */
    private static final Duration GOOD_FOR = Duration.ofSeconds(10);

    private final Map<String, Object> adminSettings;
    private final String applicationId;
    private final Map<String, Set<String>> feeding;
    private final BooleanSupplier isRunning;
    private final Supplier<Map<String, Map<Integer, CopyProgress.Reach>>> changelogs;
    private final Positions positions;
    private final CopyProgress copies;
    private final Duration session;
    private final DeletedUnread deleted;
    private final LongSupplier nanos;
    private final Obstacle kafkaAway;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "lag-meter");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Integer> partitionsOf = new HashMap<>();
    private volatile Lags last = new Lags(Map.of(), Map.of(), Map.of());
    private volatile boolean measured;
    private volatile long measuredNanos;
    private volatile long heardNanos;
    private @Nullable Admin admin;

    /**
     * @param feeding the topics that views read, and of each of them those out of which other views write it
     * @param isRunning whether Kafka Streams can be asked
     * @param changelogs asks Kafka how far the copies of the stores are; may take its time
     * @param positions told what the group has committed
     * @param copies told how far the copies are
     * @param session how long the group waits for an instance before others fold what it has
     * @param deleted told where partitions begin
     * @param nanos a clock that never goes back, in nanoseconds
     */
    LagMeter(
            Map<String, Object> adminSettings,
            String applicationId,
            Map<String, Set<String>> feeding,
            BooleanSupplier isRunning,
            Supplier<Map<String, Map<Integer, CopyProgress.Reach>>> changelogs,
            Positions positions,
            CopyProgress copies,
            Duration session,
            DeletedUnread deleted,
            LongSupplier nanos,
            Obstacle kafkaAway) {
        this.changelogs = changelogs;
        this.positions = positions;
        this.copies = copies;
        this.session = session;
        this.deleted = deleted;
        this.nanos = nanos;
        this.heardNanos = nanos.getAsLong();
        this.kafkaAway = kafkaAway;
        this.adminSettings = adminSettings;
        this.applicationId = applicationId;
        this.feeding = feeding;
        this.isRunning = isRunning;
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

    /** Records not yet folded of all partitions of these topics, and of what feeds them; empty where that is not known. */
    OptionalLong lag(Collection<String> topics) {
        return isKnown() ? last.of(topics) : OptionalLong.empty();
    }

    @Override
    public OptionalLong lag(Collection<String> topics, int partition) {
        return isKnown() ? last.of(topics, partition) : OptionalLong.empty();
    }

    @Override
    public OptionalLong lagOfAnyRow(Collection<String> topics, int partition) {
        return isKnown() ? last.ofAnyRow(topics, partition) : OptionalLong.empty();
    }

    @Override
    public boolean isCutOff() {
        return nanos.getAsLong() - heardNanos > session.toNanos();
    }

    private boolean isKnown() {
        return measured && nanos.getAsLong() - measuredNanos < GOOD_FOR.toNanos();
    }

    private void measure() {
        try {
            if (!isRunning.getAsBoolean()) {
                return;
            }
            Admin client = admin;
            if (client == null) {
                client = Admin.create(adminSettings);
                admin = client;
            }
            Set<TopicPartition> partitions = partitions(client);
            Map<TopicPartition, Long> ends = offsets(client, partitions, OffsetSpec.latest());
            Map<TopicPartition, Long> folded = offsets(client, partitions, OffsetSpec.earliest());
            Map<TopicPartition, Long> committed = committed(client);
            deleted.measured(folded, committed);
            committed.forEach((partition, next) ->
                    folded.computeIfPresent(partition, (same, earliest) -> Math.max(earliest, next)));
            Map<TopicPartition, Long> found = new HashMap<>();
            folded.forEach((partition, next) -> {
                Long end = ends.get(partition);
                if (end != null) {
                    found.put(partition, Math.max(0, end - next));
                }
            });
            // Read after what was committed: a copy that is as far has all of that.
            copies.measured(committed, changelogs.get());
            positions.committed(committed);
            last = new Lags(found, Map.copyOf(partitionsOf), feeding);
            measuredNanos = nanos.getAsLong();
            measured = true;
            positions.look();
            kafkaAway.isGone();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            // Whatever it is, also what Kafka Streams throws while tasks move: let out, it would be the last
            // measurement.
            // An old lag would be a lie.
            measured = false;
            kafkaAway.is(ViewsKeys.BOOTSTRAP_SERVERS + "=" + adminSettings.get(ViewsKeys.BOOTSTRAP_SERVERS)
                    + ": Kafka does not tell how far its topics are; the views go on answering with what they have"
                    + (e instanceof RuntimeException && !(e instanceof KafkaException) ? " (" + e + ")" : ""));
            listen();
        }
    }

    /** A partition without a leader is enough for a measurement to fail, and the group may be heard all the same. */
    private void listen() {
        Admin client = admin;
        if (client == null) {
            return;
        }
        try {
            committed(client);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            // It is not, which shows in that nothing is.
        }
    }

    private Map<TopicPartition, Long> committed(Admin client)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, Long> committed = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> all = client.listConsumerGroupOffsets(applicationId)
                .partitionsToOffsetAndMetadata()
                .get(ANSWER_WITHIN_S, TimeUnit.SECONDS);
        heardNanos = nanos.getAsLong();
        all.forEach((partition, offset) -> {
            if (offset != null) {
                committed.put(partition, offset.offset());
            }
        });
        return committed;
    }

    /** Of all topics that are there; each is asked after until it is. */
    private Set<TopicPartition> partitions(Admin client)
            throws InterruptedException, ExecutionException, TimeoutException {
        Set<String> unknown = new HashSet<>(feeding.keySet());
        feeding.values().forEach(unknown::addAll);
        unknown.removeAll(partitionsOf.keySet());
        if (!unknown.isEmpty()) {
            Map<String, KafkaFuture<TopicDescription>> described =
                    client.describeTopics(unknown).topicNameValues();
            partitionsOf.putAll(values(described, topic -> topic.partitions().size()));
        }
        Set<TopicPartition> all = new HashSet<>();
        partitionsOf.forEach((topic, count) ->
                IntStream.range(0, count).forEach(partition -> all.add(new TopicPartition(topic, partition))));
        return all;
    }

    private static Map<TopicPartition, Long> offsets(Admin client, Set<TopicPartition> partitions, OffsetSpec which)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetSpec> question = new HashMap<>();
        partitions.forEach(partition -> question.put(partition, which));
        ListOffsetsResult listed = client.listOffsets(question);
        Map<TopicPartition, KafkaFuture<ListOffsetsResult.ListOffsetsResultInfo>> answers = new HashMap<>();
        partitions.forEach(partition -> answers.put(partition, listed.partitionResult(partition)));
        return values(answers, ListOffsetsResult.ListOffsetsResultInfo::offset);
    }

    /** Those of topics that are there: Kafka Streams makes some of them itself, a moment later. */
    private static <K, A, V> Map<K, V> values(Map<K, KafkaFuture<A>> answers, Function<A, V> value)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<K, V> values = new HashMap<>();
        for (Map.Entry<K, KafkaFuture<A>> answer : answers.entrySet()) {
            try {
                values.put(answer.getKey(), value.apply(answer.getValue().get(ANSWER_WITHIN_S, TimeUnit.SECONDS)));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return values;
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
