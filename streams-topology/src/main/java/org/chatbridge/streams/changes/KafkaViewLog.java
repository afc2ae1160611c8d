package org.chatbridge.streams.changes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.chatbridge.schema.TopicNames;
import org.chatbridge.schema.ViewTopic;
import org.jspecify.annotations.Nullable;

/** The topics of the views in Kafka, read by a consumer without a group. */
final class KafkaViewLog implements ViewLog {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
    /** Kafka's default, for where it may not be asked. */
    private static final long TOMBSTONES_KEPT_MS = Duration.ofDays(1).toMillis();

    private final List<ViewTopic> views;
    private final TopicNames names;
    private final Consumer<byte[], byte[]> consumer;
    private final Admin admin;
    private Layout layout = new Layout("", List.of());
    private List<TopicPartition> partitions = List.of();
    private Map<String, Integer> numbers = Map.of();

    /** @param consumer one that throws where an offset is out of range; it and {@code admin} are closed with this */
    KafkaViewLog(List<ViewTopic> views, TopicNames names, Consumer<byte[], byte[]> consumer, Admin admin) {
        this.views = List.copyOf(views);
        this.names = names;
        this.consumer = consumer;
        this.admin = admin;
    }

    @Override
    public Layout layout() {
        List<String> topics = views.stream().map(names::of).toList();
        List<ConfigResource> resources = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        String cluster = answer(admin.describeCluster().clusterId());
        Map<String, TopicDescription> descriptions =
                answer(admin.describeTopics(topics).allTopicNames());
        Map<ConfigResource, Config> configs = configs(resources);
        List<Layout.Topic> found = new ArrayList<>();
        for (int i = 0; i < topics.size(); i++) {
            TopicDescription description = Objects.requireNonNull(descriptions.get(topics.get(i)));
            found.add(new Layout.Topic(
                    views.get(i),
                    topics.get(i),
                    description.topicId().toString(),
                    description.partitions().size(),
                    tombstonesKeptMs(configs.get(resources.get(i)))));
        }
        Layout now = new Layout(cluster == null ? "" : cluster, found);
        if (!now.equals(layout)) {
            assign(now);
        }
        return now;
    }

    @Override
    public long[] beginnings() {
        return vector(consumer.beginningOffsets(partitions)::get);
    }

    @Override
    public long[] ends() {
        return vector(consumer.endOffsets(partitions)::get);
    }

    @Override
    public void seek(long[] offsets) {
        for (int place = 0; place < offsets.length; place++) {
            consumer.seek(partitions.get(place), offsets[place]);
        }
    }

    @Override
    public List<LogRecord> poll(Duration atMost) {
        List<LogRecord> records = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
            if (record.key() != null) {
                records.add(new LogRecord(
                        Objects.requireNonNull(numbers.get(record.topic())),
                        record.partition(),
                        record.offset(),
                        record.key(),
                        record.value()));
            }
        }
        return records;
    }

    @Override
    public long[] position() {
        return vector(consumer::position);
    }

    @Override
    public OptionalLong lag() {
        long sum = 0;
        for (TopicPartition partition : partitions) {
            OptionalLong lag = consumer.currentLag(partition);
            if (lag.isEmpty()) {
                return lag;
            }
            sum += lag.getAsLong();
        }
        return OptionalLong.of(sum);
    }

    @Override
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
        admin.close(Duration.ZERO);
    }

    private void assign(Layout now) {
        List<TopicPartition> all = new ArrayList<>();
        Map<String, Integer> byName = new HashMap<>();
        for (int topic = 0; topic < now.topics().size(); topic++) {
            byName.put(now.topics().get(topic).name(), topic);
            for (int partition = 0; partition < now.topics().get(topic).partitions(); partition++) {
                all.add(new TopicPartition(now.topics().get(topic).name(), partition));
            }
        }
        consumer.assign(all);
        layout = now;
        partitions = all;
        numbers = byName;
    }

    private long[] vector(Function<TopicPartition, @Nullable Long> offset) {
        long[] vector = new long[partitions.size()];
        for (int place = 0; place < vector.length; place++) {
            vector[place] = Objects.requireNonNull(offset.apply(partitions.get(place)));
        }
        return vector;
    }

    private Map<ConfigResource, Config> configs(List<ConfigResource> resources) {
        try {
            return answer(admin.describeConfigs(resources).all());
        } catch (AuthorizationException e) {
            return Map.of();
        }
    }

    private static long tombstonesKeptMs(@Nullable Config config) {
        return config == null || config.get(TopicConfig.DELETE_RETENTION_MS_CONFIG) == null
                ? TOMBSTONES_KEPT_MS
                : Long.parseLong(
                        config.get(TopicConfig.DELETE_RETENTION_MS_CONFIG).value());
    }

    private static <T> T answer(KafkaFuture<T> question) {
        try {
            return question.get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("no answer within " + ANSWER_WITHIN.toMillis() + " ms", e);
        }
    }
}
