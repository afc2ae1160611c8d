package org.chatbridge.streams;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.LoadResult;
import org.chatbridge.program.Settings;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.chatbridge.schema.ViewTopic;
import org.jspecify.annotations.Nullable;

/** The topology as the program builds it, without a broker: topics in, stores out. */
final class TestDriver implements AutoCloseable {
    final Upstream upstream = new Upstream();
    final Positions positions = new Positions();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final MisplacedRecords misplaced = new MisplacedRecords(meters);
    final TopicNames topics = new TopicNames("livechat.");
    private final SchemaRegistry registry;
    private final TopologyTestDriver driver;

    TestDriver(Path stateDirectory) {
        String url = "mock://" + stateDirectory.getFileName();
        Settings settings = settings(
                "--set", "bootstrap.servers=localhost:1",
                "--set", "schema.registry.url=" + url,
                "--set", "state.dir=" + stateDirectory);
        registry = new SchemaRegistry(url, Map.of());
        upstream.gapsAreKnown();
        Properties properties =
                StreamsProperties.of(settings, HostPort.parse("127.0.0.1:1"), new SkipBadRecords(meters, List.of()));
        driver = new TopologyTestDriver(
                ViewsTopology.build(
                        Views.ALL,
                        properties,
                        new Sources(
                                topics,
                                registry,
                                upstream,
                                meters,
                                positions,
                                new StoresAtHand(),
                                Duration.ofDays(30),
                                new LargestRow(topics, "livechat-views"),
                                misplaced)),
                properties);
    }

    static Settings settings(String... arguments) {
        LoadResult result = Settings.load(ViewsKeys.definition(), arguments, Map.of());
        if (result instanceof LoadResult.Answer answer) {
            throw new AssertionError(answer.text());
        }
        return ((LoadResult.Loaded) result).settings();
    }

    void send(Action action, @Nullable String key, SpecificRecord push) {
        sendTo(topics.of(action), key, push);
    }

    void send(OwnRecord type, @Nullable String key, SpecificRecord record) {
        sendTo(topics.of(type), key, record);
    }

    /** To a topic whose whole name is known. */
    void sendTo(String topic, @Nullable String key, SpecificRecord record) {
        try (AvroSerde<SpecificRecord> serde = new AvroSerde<>(registry, record.getSchema())) {
            sendBytes(
                    topic,
                    key,
                    serde.serializer().serialize(topic, record),
                    Source.push(record).getReceivedAt());
        }
    }

    void sendBytes(Action action, @Nullable String key, byte[] value) {
        sendBytes(topics.of(action), key, value, Pushes.receivedAt(0));
    }

    /** As a record that has no time: -1 stands for it. */
    void sendWithoutTime(Action action, String key, SpecificRecord push) {
        String topic = topics.of(action);
        try (AvroSerde<SpecificRecord> serde = new AvroSerde<>(registry, push.getSchema())) {
            sendBytes(topic, key, serde.serializer().serialize(topic, push), Instant.ofEpochMilli(-1));
        }
    }

    private void sendBytes(String topic, @Nullable String key, byte[] value, Instant at) {
        TestInputTopic<String, byte[]> input =
                driver.createInputTopic(topic, new StringSerializer(), new ByteArraySerializer());
        input.pipeInput(key, value, at);
    }

    /** Lets time pass. */
    void advance(Duration time) {
        driver.advanceWallClockTime(time);
    }

    SchemaRegistry registry() {
        return registry;
    }

    /** What was written to the topic of a view since it was last asked: keys, and rows as they are on the topic. */
    List<KeyValue<String, byte[]>> written(ViewTopic view) {
        return driver.createOutputTopic(topics.of(view), new StringDeserializer(), new ByteArrayDeserializer())
                .readKeyValuesToList();
    }

    /** What Kafka Streams tells of its tasks, operators and stores. */
    Map<MetricName, ? extends Metric> metrics() {
        return driver.metrics();
    }

    double count(String meter) {
        return meters.find(meter).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    /** Reads the history of a view as the instance that has all of it. */
    VersionStores versions(String view) {
        return partition -> driver.getKeyValueStore(Names.history(view));
    }

    /** What the store of a view keeps. */
    <S> KeyValueStore<String, ValueAndTimestamp<S>> states(String store) {
        return driver.getTimestampedKeyValueStore(store);
    }

    /** The terms of a view. */
    KeyValueStore<Bytes, byte[]> terms(String view) {
        return driver.getKeyValueStore(Names.terms(view));
    }

    /** Reads a store as the instance that has all of it. */
    <S> StoreReader<S> reader(String store) {
        return new StoreReader<>() {
            @Override
            public Found<S> get(int partition, String key) {
                ValueAndTimestamp<S> value =
                        driver.<String, S>getTimestampedKeyValueStore(store).get(key);
                return new Found.Here<>(value == null ? null : value.value());
            }

            @Override
            public Rows<S> from(Set<Integer> numbers, @Nullable String after) {
                List<KeyValueIterator<String, ValueAndTimestamp<S>>> partitions = new ArrayList<>();
                partitions.add(
                        driver.<String, S>getTimestampedKeyValueStore(store).range(after, null));
                return new MergedRows<>(partitions, after, numbers);
            }

            @Override
            public Rows<S> withTerm(String term, Set<Integer> numbers, @Nullable String after) {
                return new MergedRows<>(
                        List.of(TermIndex.states(
                                terms(store), driver.<String, S>getTimestampedKeyValueStore(store), term, after)),
                        after,
                        numbers);
            }
        };
    }

    @Override
    public void close() {
        driver.close();
        registry.close();
    }

    static byte[] rubbish() {
        return "no Avro".getBytes(StandardCharsets.UTF_8);
    }
}
