package org.chatbridge.quickstart;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.chatbridge.quickstart.Arrived.Arrival;
import org.chatbridge.quickstart.Arrived.DeclaredGap;
import org.chatbridge.schema.DeadLetterHeaders;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.chatbridge.schema.WireFormat;
import org.jspecify.annotations.Nullable;

/** Reads all that is on the bridge's topics now. */
final class TopicReader {
    private static final Pattern MARK = Pattern.compile("sim\\W{1,6}(\\d+-\\d+)");
    private static final Duration POLL = Duration.ofMillis(500);

    private final String bootstrapServers;
    private final SchemaRegistry registry;
    private final TopicNames topics;
    private final Map<Integer, GenericDatumReader<GenericRecord>> readers = new HashMap<>();

    TopicReader(String bootstrapServers, String registryUrl, TopicNames topics) {
        this.bootstrapServers = bootstrapServers;
        this.registry = new SchemaRegistry(registryUrl, Map.of());
        this.topics = topics;
    }

    Arrived read() throws IOException {
        List<Arrival> arrivals = new ArrayList<>();
        Map<String, DeclaredGap> gaps = new LinkedHashMap<>();
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = partitions(consumer);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.topic().equals(topics.of(OwnRecord.GAP))) {
                        DeclaredGap gap = gap(value(record.value()));
                        gaps.put(gap.connectionId(), gap);
                    } else {
                        arrivals.add(arrival(record));
                    }
                }
            }
        }
        return new Arrived(arrivals, List.copyOf(gaps.values()));
    }

    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
        List<String> wanted = new ArrayList<>(topics.received());
        wanted.add(topics.of(OwnRecord.GAP));
        List<TopicPartition> partitions = new ArrayList<>();
        consumer.listTopics().forEach((topic, infos) -> {
            if (wanted.contains(topic)) {
                infos.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
            }
        });
        return partitions;
    }

    private Arrival arrival(ConsumerRecord<byte[], byte[]> record) throws IOException {
        if (record.topic().equals(topics.deadLetters())) {
            return new Arrival(
                    record.topic(),
                    record.partition(),
                    new String(record.key(), UTF_8).intern(),
                    header(record, DeadLetterHeaders.CONNECTION_ID).intern(),
                    Long.parseLong(header(record, DeadLetterHeaders.SEQUENCE)),
                    Instant.ofEpochMilli(record.timestamp()),
                    mark(new String(record.value(), ISO_8859_1)));
        }
        GenericRecord push = (GenericRecord) value(record.value()).get("push");
        return new Arrival(
                record.topic(),
                record.partition(),
                new String(record.key(), UTF_8).intern(),
                push.get("connection_id").toString().intern(),
                (Long) push.get("sequence"),
                instant(push.get("received_at")),
                mark(push.get("extra").toString()));
    }

    private static DeclaredGap gap(GenericRecord gap) {
        Object closed = gap.get("closed_at");
        return new DeclaredGap(
                gap.get("connection_id").toString(),
                instant(gap.get("opened_at")),
                closed == null ? null : instant(closed),
                gap.get("cause").toString(),
                (Long) gap.get("last_sequence"));
    }

    private GenericRecord value(byte[] bytes) throws IOException {
        GenericDatumReader<GenericRecord> reader =
                readers.computeIfAbsent(WireFormat.schemaId(bytes), id -> new GenericDatumReader<>(registry.byId(id)));
        return reader.read(
                null,
                DecoderFactory.get()
                        .binaryDecoder(bytes, WireFormat.HEADER_BYTES, bytes.length - WireFormat.HEADER_BYTES, null));
    }

    private static Instant instant(Object micros) {
        return Instant.EPOCH.plus((Long) micros, ChronoUnit.MICROS);
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private static SentLog.@Nullable Mark mark(String text) {
        Matcher matcher = MARK.matcher(text);
        return matcher.find() ? SentLog.Mark.of(matcher.group(1)) : null;
    }
}
