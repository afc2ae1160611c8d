package org.chatbridge.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.chatbridge.sandbox.KafkaBroker;
import org.chatbridge.sandbox.SchemaRegistryServer;

/** The broker and the registry, each in a JVM of its own; the broker notes when it has appended each record. */
final class Cluster implements AutoCloseable {
    private static final long GIVE_UP_NANOS = TimeUnit.MINUTES.toNanos(3);

    private final KafkaBroker broker;
    private final SchemaRegistryServer registry;
    private final Admin admin;
    private final int partitions;

    /** @param partitions of each topic of the pushes */
    Cluster(Path directory, int partitions) {
        this.partitions = partitions;
        broker = new KafkaBroker(0, directory.resolve("kafka"));
        registry = new SchemaRegistryServer(0, directory.resolve("registry"));
        broker.start();
        registry.start();
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    int partitions() {
        return partitions;
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    String registryUrl() {
        return registry.url().toString();
    }

    long brokerPid() {
        return broker.pid();
    }

    /** Makes topics whose records bear the time at which the broker appended them. */
    void create(Collection<String> topics, int partitions) throws ExecutionException, InterruptedException {
        admin.createTopics(topics.stream()
                        .map(topic -> new NewTopic(topic, Optional.of(partitions), Optional.empty())
                                .configs(Map.of("message.timestamp.type", "LogAppendTime")))
                        .toList())
                .all()
                .get();
    }

    /** Deletes all topics whose names begin so. */
    void delete(String prefix) throws ExecutionException, InterruptedException {
        List<String> topics = new ArrayList<>(admin.listTopics().names().get());
        topics.removeIf(topic -> !topic.startsWith(prefix));
        admin.deleteTopics(topics).all().get();
    }

    /** Waits until topics hold so many records, all together. */
    void await(Collection<String> topics, int partitions, long records)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> question = new HashMap<>();
        partitions(topics, partitions).forEach(partition -> question.put(partition, OffsetSpec.latest()));
        long end = System.nanoTime() + GIVE_UP_NANOS;
        long there = 0;
        while (there < records) {
            there = admin.listOffsets(question).all().get().values().stream()
                    .mapToLong(ListOffsetsResultInfo::offset)
                    .sum();
            if (System.nanoTime() > end) {
                throw new IllegalStateException("of " + records + " records only " + there + " have arrived");
            }
            TimeUnit.MILLISECONDS.sleep(there < records ? 100 : 0);
        }
    }

    /** Reads all that topics hold. */
    void read(Collection<String> topics, int partitions, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            Set<TopicPartition> all = partitions(topics, partitions);
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofSeconds(1)).forEach(each);
            }
        }
    }

    /** When each of the records was appended, ascending, in ms since 1970. */
    long[] appended(Collection<String> topics, int partitions, int records) {
        long[] times = new long[records];
        int[] count = {0};
        read(topics, partitions, record -> {
            if (count[0] < records) {
                times[count[0]] = record.timestamp();
            }
            count[0]++;
        });
        if (count[0] != records) {
            throw new IllegalStateException(count[0] + " records in place of " + records);
        }
        Arrays.sort(times);
        return times;
    }

    private static Set<TopicPartition> partitions(Collection<String> topics, int partitions) {
        Set<TopicPartition> all = new HashSet<>();
        for (String topic : topics) {
            for (int i = 0; i < partitions; i++) {
                all.add(new TopicPartition(topic, i));
            }
        }
        return all;
    }

    @Override
    public void close() {
        admin.close();
        registry.close();
        broker.close();
    }
}
