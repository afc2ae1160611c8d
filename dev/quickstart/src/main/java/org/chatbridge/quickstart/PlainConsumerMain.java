package org.chatbridge.quickstart;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.chatbridge.schema.SchemaRegistry;

/**
 * Reads all that the views read, with the settings of their consumer, makes the same records of it, and does nothing with
 * them: what folding costs is the difference. Arguments: Kafka, the registry. Prints one line of {@link Pace}.
 */
public final class PlainConsumerMain {
    private static final Duration POLL = Duration.ofMillis(100);

    private PlainConsumerMain() {}

    /** Runs until it is ended. */
    public static void main(String[] args) throws InterruptedException {
        try (SchemaRegistry registry = new SchemaRegistry(args[1], Map.of());
                KafkaConsumer<String, SpecificRecord> consumer = new KafkaConsumer<>(
                        // those of Kafka Streams where they are not the consumer's own
                        Map.of("bootstrap.servers", args[0], "max.poll.records", 1_000),
                        new StringDeserializer(),
                        new RecordsOfViews(registry).deserializer())) {
            System.out.println(read(consumer));
            System.out.flush();
            new CountDownLatch(1).await();
        }
    }

    private static Pace read(KafkaConsumer<String, SpecificRecord> consumer) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : TopicsOfViews.ALL) {
            consumer.partitionsFor(topic)
                    .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        long all = consumer.endOffsets(partitions).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        List<Pace.Sample> samples = new ArrayList<>();
        long records = 0;
        long fields = 0;
        while (records < all) {
            for (ConsumerRecord<String, SpecificRecord> record : consumer.poll(POLL)) {
                records++;
                fields += record.value().getSchema().getFields().size();
            }
            samples.add(new Pace.Sample(System.currentTimeMillis(), records, cpuMicros()));
        }
        if (fields < records) {
            throw new IllegalStateException("records without fields");
        }
        return Pace.of(samples, all);
    }

    private static double cpuMicros() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                        .getProcessCpuTime()
                / 1e3;
    }
}
