package org.chatbridge.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.chatbridge.schema.ViewTopic;

/** How a view reads its topics and keeps its stores: serdes, names, and what is seen in passing. */
final class Sources {
    private final TopicNames topics;
    private final SchemaRegistry registry;
    private final Upstream upstream;
    private final MeterRegistry meters;
    private final Positions positions;
    private final StoresAtHand stores;
    private final Duration historyKeptFor;
    private final LargestRow largest;
    private final MisplacedRecords misplaced;

    Sources(
            TopicNames topics,
            SchemaRegistry registry,
            Upstream upstream,
            MeterRegistry meters,
            Positions positions,
            StoresAtHand stores,
            Duration historyKeptFor,
            LargestRow largest,
            MisplacedRecords misplaced) {
        this.misplaced = misplaced;
        this.largest = largest;
        this.stores = stores;
        this.historyKeptFor = historyKeptFor;
        this.positions = positions;
        this.topics = topics;
        this.registry = registry;
        this.upstream = upstream;
        this.meters = meters;
    }

    /**
     * The records of a topic.
     *
     * @param reader what its operators are called after
     */
    KStream<String, SpecificRecord> all(StreamsBuilder builder, String reader, Source source) {
        return builder.stream(
                        topics.prefix() + source.topic(),
                        Consumed.with(Serdes.String(), this.<SpecificRecord>serde(source.schema()))
                                .withName(Names.operator(reader, "source", source)))
                .filter((key, value) -> value != null, Named.as(Names.operator(reader, "present", source)))
                .peek(
                        (key, value) -> upstream.saw(Source.push(value)),
                        Named.as(Names.operator(reader, "seen", source)));
    }

    /**
     * The records of a topic by their key. Those without one, of whom nobody can say whom they are about, are counted and
     * left out.
     */
    KStream<String, SpecificRecord> keyed(StreamsBuilder builder, String view, Source source) {
        String topic = topics.prefix() + source.topic();
        Counter withoutKey = Counter.builder(Names.RECORDS_WITHOUT_KEY)
                .description("Records that were left out because nobody can say whom they are about")
                .tag("topic", topic)
                .register(meters);
        misplaced.counter(topic);
        return all(builder, view, source)
                .processValues(
                        () -> new KeyedRecords(withoutKey, misplaced), Named.as(Names.operator(view, "keyed", source)));
    }

    /** The store of a view. Without a cache: a range would not see what a single key shows, until the next commit. */
    <S extends SpecificRecord> StoreBuilder<TimestampedKeyValueStore<String, S>> states(View<S, ?> view) {
        return Stores.timestampedKeyValueStoreBuilder(
                        Stores.persistentTimestampedKeyValueStore(view.name()),
                        Serdes.String(),
                        new StoredSerde<>(this.<S>serde(view.stateSchema()), () -> largest.valueBytes(view.topic())))
                .withCachingDisabled();
    }

    /** Where a view keeps the words that a resync is complete: by connection, the microseconds of 1970. */
    StoreBuilder<KeyValueStore<String, Long>> words(View<?, ?> view) {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(Names.resyncs(view.name())), Serdes.String(), Serdes.Long())
                .withCachingDisabled();
    }

    /** A store of the counting of activity. With a cache: nobody asks it, and it changes with every push. */
    <T extends SpecificRecord> StoreBuilder<KeyValueStore<String, T>> counting(String store, Schema schema) {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(store),
                        Serdes.String(),
                        new StoredSerde<>(this.<T>serde(schema), () -> largest.valueBytes(ViewTopic.ACTIVITY)))
                .withCachingEnabled();
    }

    /** Which keys of a view have which terms. Without a changelog: it is made of what the view keeps. */
    StoreBuilder<KeyValueStore<Bytes, byte[]>> terms(View<?, ?> view) {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(Names.terms(view.name())), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingDisabled()
                .withCachingDisabled();
    }

    /** Where it is kept what the rows of a view were. Not cached: most versions are written once and never read. */
    StoreBuilder<KeyValueStore<Bytes, Version>> history(View<?, ?> view) {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(Names.history(view.name())),
                        Serdes.Bytes(),
                        new StoredSerde<>(
                                new VersionSerde(
                                        this.<SpecificRecord>serde(view.topic().schema())),
                                () -> largest.valueBytes(view.topic())))
                .withCachingDisabled();
    }

    /** How long versions of rows are kept. */
    Duration historyKeptFor() {
        return historyKeptFor;
    }

    /** Where it is told how far each view has read. */
    Positions positions() {
        return positions;
    }

    /** Where the stores that are folded are at hand. */
    StoresAtHand stores() {
        return stores;
    }

    /** The topic of a view's rows. */
    String topic(View<?, ?> view) {
        return topics.of(view.topic());
    }

    /** How a view's rows are written. */
    Produced<String, SpecificRecord> rows(View<?, ?> view) {
        return Produced.with(
                        Serdes.String(), this.<SpecificRecord>serde(view.topic().schema()))
                .withName(view.name() + "-sink");
    }

    /** How views tell each other something. */
    Repartitioned<String, SpecificRecord> between(Source source) {
        return Repartitioned.with(Serdes.String(), this.<SpecificRecord>serde(source.schema()))
                .withName(source.topic());
    }

    private <T extends SpecificRecord> Serde<T> serde(Schema schema) {
        return new AvroSerde<>(registry, schema);
    }
}
