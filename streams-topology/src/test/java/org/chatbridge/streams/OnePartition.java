package org.chatbridge.streams;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.SchemaRegistry;

/** One partition of a view without resyncs, folded as in the program, its store in memory, for tests. */
final class OnePartition<S extends SpecificRecord, R extends SpecificRecord> implements AutoCloseable {
    private final View<S, R> view;
    private final SchemaRegistry registry = new SchemaRegistry("mock://one-partition", Map.of());
    private final MockProcessorContext<String, SpecificRecord> context = new MockProcessorContext<>(
            new Properties(), new TaskId(0, 0), Path.of("").toFile());
    private final TimestampedKeyValueStore<String, S> states;
    private FoldProcessor<S, R> processor;

    /** So many of those that were scheduled are of processors that are no more. */
    private int ended;

    OnePartition(View<S, R> view) {
        this.view = view;
        context.setCurrentSystemTimeMs(0);
        states = Stores.timestampedKeyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(view.name()),
                        Serdes.String(),
                        new AvroSerde<S>(registry, view.stateSchema()))
                .withLoggingDisabled()
                .withCachingDisabled()
                .build();
        StateStore store = states;
        store.init(context.getStateStoreContext(), store);
        if (view.keepsHistory()) {
            StateStore history = Stores.keyValueStoreBuilder(
                            Stores.inMemoryKeyValueStore(Names.history(view.name())),
                            Serdes.Bytes(),
                            new VersionSerde(
                                    new AvroSerde<>(registry, view.topic().schema())))
                    .withLoggingDisabled()
                    .build();
            history.init(context.getStateStoreContext(), history);
        }
        processor = begun();
    }

    private FoldProcessor<S, R> begun() {
        FoldProcessor<S, R> begun = new FoldProcessor<>(view, new Positions(), new StoresAtHand(), Duration.ofDays(30));
        begun.init(context);
        return begun;
    }

    void send(String key, SpecificRecord value) {
        processor.process(new Record<>(key, value, 0));
    }

    /** The program starts again, with what is kept. */
    void restart() {
        processor = begun();
    }

    /** The partition was taken away and given back at once: Kafka Streams begins the same processor again. */
    void resume() {
        processor.close();
        processor.init(context);
    }

    /** The program ends without having told anything, and starts again, with what is kept. */
    void crash() {
        context.resetForwards();
        ended = context.scheduledPunctuators().size();
        restart();
    }

    /**
     * It looks at what is due.
     *
     * @param newest of the records
     * @param clock since it began
     */
    void look(Instant newest, Duration clock) {
        context.setCurrentSystemTimeMs(clock.toMillis());
        context.setCurrentStreamTimeMs(newest.toEpochMilli());
        context.scheduledPunctuators().stream()
                .skip(ended)
                .forEach(scheduled -> scheduled.getPunctuator().punctuate(clock.toMillis()));
    }

    /** The keys of what was told since the last crash, in its order. */
    List<String> toldLast() {
        return context.forwarded().stream()
                .<String>map(forward -> forward.record().key())
                .toList();
    }

    /** The rows that the store holds, in the order of their keys. */
    List<R> rows(Instant at) {
        List<R> rows = new ArrayList<>();
        try (var all = states.all()) {
            all.forEachRemaining(
                    state -> view.row(state.key, state.value.value(), at).ifPresent(rows::add));
        }
        return rows;
    }

    /** The rows that were told, by key, without those that are gone again. */
    Map<String, SpecificRecord> told() {
        Map<String, SpecificRecord> told = new TreeMap<>();
        context.forwarded().forEach(forward -> {
            Optional<SpecificRecord> row = Optional.ofNullable(forward.record().value());
            row.ifPresentOrElse(
                    there -> told.put(forward.record().key(), there),
                    () -> told.remove(forward.record().key()));
        });
        return told;
    }

    @Override
    public void close() {
        states.close();
        registry.close();
    }
}
