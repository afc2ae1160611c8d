package org.chatbridge.streams;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.chatbridge.avro.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * Folds the records of one partition into the store of a view.
 *
 * <p>The word that a resync is complete is about all keys of its partition: those that are kept meet it at once, and it is
 * kept itself, for those whose other topics are read later.
 */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init first
final class FoldProcessor<S extends SpecificRecord> extends ContextualProcessor<String, SpecificRecord, Void, Void> {
    private final View<S> view;
    private final Map<Class<?>, Fact<?, S>> facts;
    private final Resyncs resyncs = new Resyncs();
    private TimestampedKeyValueStore<String, S> states;
    private KeyValueStore<String, Long> words;

    FoldProcessor(View<S> view) {
        this.view = view;
        this.facts = view.facts().stream().collect(Collectors.toMap(Fact::type, Function.identity()));
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        super.init(context);
        states = context.getStateStore(view.name());
        if (!view.heedsResyncs()) {
            return;
        }
        words = context.getStateStore(Names.resyncs(view.name()));
        try (KeyValueIterator<String, Long> known = words.all()) {
            known.forEachRemaining(word -> resyncs.add(word.key, instant(word.value)));
        }
    }

    @Override
    public void process(Record<String, SpecificRecord> record) {
        if (record.value() instanceof Snapshot snapshot && Resyncs.isWord(snapshot)) {
            resynced(snapshot);
            return;
        }
        ValueAndTimestamp<S> before = states.get(record.key());
        S after = Objects.requireNonNull(facts.get(record.value().getClass()))
                .after(record.value(), before == null ? null : before.value());
        if (after != null) {
            put(record.key(), before, view.resynced(after, resyncs), record.timestamp());
        }
    }

    private void resynced(Snapshot word) {
        Instant receivedAt = word.getPush().getReceivedAt();
        resyncs.add(word.getPush().getConnectionId(), receivedAt);
        words.put(word.getPush().getConnectionId(), ChronoUnit.MICROS.between(Instant.EPOCH, receivedAt));
        try (KeyValueIterator<String, ValueAndTimestamp<S>> all = states.all()) {
            all.forEachRemaining(state ->
                    put(state.key, state.value, view.resynced(state.value.value(), resyncs), state.value.timestamp()));
        }
    }

    private void put(String key, @Nullable ValueAndTimestamp<S> before, S after, long timestamp) {
        if (before == null || !before.value().equals(after)) {
            states.put(
                    key,
                    ValueAndTimestamp.make(
                            after, before == null ? timestamp : Math.max(timestamp, before.timestamp())));
        }
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
