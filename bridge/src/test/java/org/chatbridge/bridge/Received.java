package org.chatbridge.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.chatbridge.schema.DeadLetterHeaders;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.chatbridge.schema.WireFormat;

/** All records on the topics of a bridge, in the order of each partition. */
final class Received {
    private final SchemaRegistry registry = new SchemaRegistry(Servers.REGISTRY.url(), Map.of());
    private final TopicNames topics;
    private final Map<Integer, Schema> schemas = new HashMap<>();

    Received(String prefix) {
        this.topics = new TopicNames(prefix);
    }

    TopicNames topics() {
        return topics;
    }

    /** Waits until there are so many records of what LiveChat sent, and returns them. */
    List<ConsumerRecord<byte[], byte[]>> records(int count) throws Exception {
        return records(topics.received(), (consumer, read) -> read >= count);
    }

    /** All of what LiveChat sent that are there now. */
    List<ConsumerRecord<byte[], byte[]>> all() throws Exception {
        return all(topics.received());
    }

    /** All records of some topics that are there now. */
    List<ConsumerRecord<byte[], byte[]>> all(List<String> names) throws Exception {
        Map<TopicPartition, Long> ends = new HashMap<>(); // as they are at the beginning: more may come all the time
        return records(names, (consumer, read) -> {
            if (ends.isEmpty()) {
                ends.putAll(consumer.endOffsets(consumer.assignment()));
            }
            return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        });
    }

    /** The last record of each gap, by the connection that was lost. */
    Map<String, GenericRecord> gaps() throws Exception {
        Map<String, GenericRecord> gaps = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : all(List.of(topics.of(OwnRecord.GAP)))) {
            gaps.put(key(record), value(record));
        }
        return gaps;
    }

    /**
     * Fails unless the sequences of each connection are 1, 2, 3 … without a hole, however often each came.
     *
     * @return the connections, in the order of their ids
     */
    List<String> connectionsWithoutHoles() throws Exception {
        Map<String, TreeSet<Long>> sequences = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : all()) {
            GenericRecord push = (GenericRecord) value(record).get("push");
            sequences
                    .computeIfAbsent(push.get("connection_id").toString(), id -> new TreeSet<>())
                    .add((Long) push.get("sequence"));
        }
        sequences.forEach((connection, those) ->
                assertThat(those).as(connection).contains(1L).hasSize((int) (long) those.last()));
        return List.copyOf(sequences.keySet());
    }

    private interface Enough {
        boolean is(KafkaConsumer<byte[], byte[]> consumer, int read);
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(List<String> names, Enough enough) throws Exception {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                Servers.BROKER.bootstrapServers(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : names) {
                consumer.partitionsFor(topic)
                        .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Await.until("enough records of " + names, () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                return enough.is(consumer, records.size());
            });
            consumer.poll(Duration.ofMillis(300)).forEach(records::add); // what should not be there
        }
        return records;
    }

    boolean isDeadLetter(ConsumerRecord<byte[], byte[]> record) {
        return record.topic().equals(topics.deadLetters());
    }

    GenericRecord value(ConsumerRecord<byte[], byte[]> record) throws Exception {
        Schema schema = schemas.computeIfAbsent(WireFormat.schemaId(record.value()), registry::byId);
        byte[] bytes = record.value();
        return new GenericDatumReader<GenericRecord>(schema)
                .read(
                        null,
                        DecoderFactory.get()
                                .binaryDecoder(
                                        bytes, WireFormat.HEADER_BYTES, bytes.length - WireFormat.HEADER_BYTES, null));
    }

    long sequence(ConsumerRecord<byte[], byte[]> record) throws Exception {
        return isDeadLetter(record)
                ? Long.parseLong(header(record, DeadLetterHeaders.SEQUENCE))
                : (Long) ((GenericRecord) value(record).get("push")).get("sequence");
    }

    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    static String key(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.key(), UTF_8);
    }
}
