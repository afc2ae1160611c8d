package org.chatbridge.streams;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.state.KeyValueStore;
import org.chatbridge.avro.Push;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;

/** How a view reads its topics and keeps its store: serdes, names, and what is seen in passing. */
final class Sources {
    private final TopicNames topics;
    private final SchemaRegistry registry;
    private final Upstream upstream;
    private final MeterRegistry meters;

    Sources(TopicNames topics, SchemaRegistry registry, Upstream upstream, MeterRegistry meters) {
        this.topics = topics;
        this.registry = registry;
        this.upstream = upstream;
        this.meters = meters;
    }

    /**
     * The records of an action by their key. Those without one, of whom nobody can say whom they are about, are counted
     * and left out.
     *
     * @param push where the record has its stamp
     */
    <T extends SpecificRecord> KGroupedStream<String, T> grouped(
            StreamsBuilder builder, String view, Action action, Function<T, Push> push) {
        Serde<T> serde = serde(action.schema());
        String topic = topics.of(action);
        return stream(builder, view, action, serde)
                .peek(
                        (key, value) -> upstream.saw(action, push.apply(value)),
                        Named.as(Names.operator(view, "seen", action)))
                .filter(
                        (key, value) -> {
                            boolean keyed = key != null && !key.isEmpty();
                            if (!keyed) {
                                meters.counter(Names.RECORDS_WITHOUT_KEY, "topic", topic)
                                        .increment();
                            }
                            return keyed;
                        },
                        Named.as(Names.operator(view, "keyed", action)))
                .groupByKey(Grouped.with(Names.operator(view, "grouped", action), Serdes.String(), serde));
    }

    /** Only looks at the records of an action. */
    <T extends SpecificRecord> void watched(StreamsBuilder builder, Action action, Function<T, Push> push) {
        KStream<String, T> stream = stream(builder, "upstream", action, serde(action.schema()));
        stream.foreach(
                (key, value) -> upstream.saw(action, push.apply(value)),
                Named.as(Names.operator("upstream", "seen", action)));
    }

    private <T extends SpecificRecord> KStream<String, T> stream(
            StreamsBuilder builder, String view, Action action, Serde<T> serde) {
        KStream<String, T> stream = builder.stream(
                topics.of(action),
                Consumed.with(Serdes.String(), serde).withName(Names.operator(view, "source", action)));
        return stream.filter((key, value) -> value != null, Named.as(Names.operator(view, "present", action)));
    }

    /** The store of a view. */
    <S extends SpecificRecord> Materialized<String, S, KeyValueStore<Bytes, byte[]>> store(View view) {
        return Materialized.<String, S, KeyValueStore<Bytes, byte[]>>as(view.name())
                .withKeySerde(Serdes.String())
                .withValueSerde(serde(view.stateSchema()))
                // With a cache a range would not see what a single key shows already, until the next commit.
                .withCachingDisabled();
    }

    private <T extends SpecificRecord> Serde<T> serde(Schema schema) {
        return new AvroSerde<>(registry, schema);
    }
}
