package org.chatbridge.streams;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
import org.chatbridge.schema.RecordForm;
import org.chatbridge.streams.state.InChat;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * Folds the records of one partition into the store of a view, and tells every change of a row: the row, or no value where
 * it is gone; and {@link InChat} where the view tells of people.
 *
 * <p>The word that a resync is complete is about all keys of its partition: those that are kept meet it at once, and it is
 * kept itself, for those whose other topics are read later.
 */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init first
final class FoldProcessor<S extends SpecificRecord, R extends SpecificRecord>
        extends ContextualProcessor<String, SpecificRecord, String, SpecificRecord> implements Ageing.Outcome<S> {
    /** What is folded into again and again need not be read and decoded each time. */
    private static final int RECENT = 100;

    private final View<S, R> view;
    private final RecordForm<S> formOfState;
    private final RecordForm<R> formOfRow;
    private final Map<Class<?>, Fact<?, S>> facts;
    private final Resyncs resyncs = new Resyncs();
    private final LastTold told = new LastTold();
    private final LastTold toldOfPeople = new LastTold();

    /** The keys that were told to be gone, and are not removed yet. */
    private final Set<String> toldGone = new HashSet<>();

    private final Positions positions;
    private final StoresAtHand stores;
    private final Duration historyKeptFor;
    private @Nullable History<R> history;
    private @Nullable TermIndex<S> terms;
    private Ageing<S> ageing;
    private TimestampedKeyValueStore<String, S> states;
    private LastRead.OfStore<S> readByOthers;
    private Recent<ValueAndTimestamp<S>, @Nullable ValueAndTimestamp<S>> recent;
    private KeyValueStore<String, Long> words;
    private int kept;

    FoldProcessor(View<S, R> view, Positions positions, StoresAtHand stores, Duration historyKeptFor) {
        this.view = view;
        this.stores = stores;
        this.historyKeptFor = historyKeptFor;
        this.positions = positions;
        this.formOfState = new RecordForm<>(view.stateSchema());
        this.formOfRow = new RecordForm<>(view.topic().schema());
        this.facts = view.facts().stream().collect(Collectors.toMap(Fact::type, Function.identity()));
    }

    @Override
    public void init(ProcessorContext<String, SpecificRecord> context) {
        super.init(context);
        states = context.getStateStore(view.name());
        recent = new Recent<>(states, RECENT, (key, state) -> state, Objects::requireNonNull);
        ageing = new Ageing<>(view, states, this);
        ageing.start(context);
        if (view.keepsHistory()) {
            history =
                    new History<>(context.getStateStore(Names.history(view.name())), historyKeptFor, System::nanoTime);
            history.start(context);
        }
        // A task that is given back, or revived, begins with the same processor: what it told may be lost.
        told.clear();
        toldOfPeople.clear();
        toldGone.clear();
        kept = 0;
        if (view.mostRows() < Integer.MAX_VALUE) {
            try (KeyValueIterator<String, ValueAndTimestamp<S>> all = states.all()) {
                all.forEachRemaining(state -> kept++);
            }
        }
        if (view.heedsResyncs()) {
            words = context.getStateStore(Names.resyncs(view.name()));
            try (KeyValueIterator<String, Long> known = words.all()) {
                known.forEachRemaining(word -> resyncs.add(word.key, instant(word.value)));
            }
        }
        if (view.hasTerms()) {
            terms = new TermIndex<>(view, context.getStateStore(Names.terms(view.name())));
            terms.start(states);
            stores.openedTerms(view.name(), context.taskId().partition(), terms.entries());
        }
        positions.opened(view.name(), context.taskId().partition());
        readByOthers = stores.opened(view.name(), context.taskId().partition(), states);
    }

    @Override
    public void close() {
        if (terms != null) {
            stores.closedTerms(view.name(), context().taskId().partition(), terms.entries());
        }
        stores.closed(view.name(), context().taskId().partition(), readByOthers);
        positions.closed(view.name(), context().taskId().partition());
    }

    @Override
    public void process(Record<String, SpecificRecord> record) {
        if (record.value() instanceof Snapshot snapshot && Resyncs.isWord(snapshot)) {
            resynced(snapshot);
        } else {
            folded(record);
        }
        context().recordMetadata().ifPresent(metadata -> positions.folded(view.name(), metadata));
    }

    private void folded(Record<String, SpecificRecord> record) {
        String key = view.key(record.key(), record.value());
        ValueAndTimestamp<S> before = recent.get(key);
        S after = Objects.requireNonNull(facts.get(record.value().getClass()))
                .after(record.value(), before == null ? null : before.value());
        if (after != null) {
            put(key, before, view.resynced(after, resyncs), record.timestamp(), true);
        }
    }

    private void resynced(Snapshot word) {
        Instant receivedAt = word.getPush().getReceivedAt();
        resyncs.add(word.getPush().getConnectionId(), receivedAt);
        words.put(word.getPush().getConnectionId(), ChronoUnit.MICROS.between(Instant.EPOCH, receivedAt));
        try (KeyValueIterator<String, ValueAndTimestamp<S>> all = states.all()) {
            all.forEachRemaining(state -> put(
                    state.key,
                    state.value,
                    view.resynced(state.value.value(), resyncs),
                    Math.max(state.value.timestamp(), receivedAt.toEpochMilli()),
                    // What it changed has at least its time, and was perhaps not told before a crash.
                    state.value.timestamp() >= receivedAt.toEpochMilli()));
        }
    }

    /**
     * @param asked whether it is read for this key, perhaps again: what was told of it before, and what the changelogs are to have of
     *     it, may be lost with a crash, and is written again
     */
    private void put(String key, @Nullable ValueAndTimestamp<S> before, S after, long timestamp, boolean asked) {
        boolean changed = before == null || !formOfState.equal(before.value(), after);
        long at = before == null ? timestamp : Math.max(timestamp, before.timestamp());
        if (changed || (asked && !told.isKnown(key))) {
            keep(key, before == null ? null : before.value(), after, at);
        }
        if (changed || asked) {
            S known = toldGone.remove(key) || before == null ? null : before.value();
            tell(key, known, after, changed, at);
            if (!toldOfPeople.isKnown(key) || known == null || !view.samePeople(known, after)) {
                tellOfPeople(key, after, true, at);
            }
            ageing.touched(key, after);
        }
        if (before == null) {
            kept++;
            dropLowest(at);
        }
    }

    private void dropLowest(long at) {
        while (kept > view.mostRows()) {
            try (KeyValueIterator<String, ValueAndTimestamp<S>> all = states.all()) {
                var lowest = all.next();
                tellGone(lowest.key, lowest.value.value(), at);
                remove(lowest.key, lowest.value.value());
            }
        }
    }

    private void tellOfPeople(String key, S state, boolean isKept, long at) {
        toldOfPeople.isNews(key, 0);
        for (InChat user : view.people(key, state, isKept)) {
            String which = key + " " + user.getUserId();
            if (toldOfPeople.isNews(
                    which,
                    // Of several chats the push that named somebody last counts, also where it is as one of this chat
                    // did before.
                    Objects.hash(user.getKind(), user.getIn(), user.getName(), user.getEmail(), namedBy(user)))) {
                context().forward(new Record<>(user.getUserId(), user, at));
            }
        }
    }

    /** Null where a resync did, which tells all names there are. */
    private static @Nullable Stamp namedBy(InChat user) {
        Stamp at = user.getSeenAt();
        return at == null || Stamps.isOfResync(at) ? null : at;
    }

    @Override
    public void aged(String key, S before, S after, Instant now) {
        long at = now.toEpochMilli();
        keep(key, before, after, at);
        tell(key, before, after, true, at);
    }

    /**
     * Tells that it is gone; only at the next look, a second later, is it removed. What is told and what is kept are written
     * apart: a crash that lost the former alone would leave a row that nothing ever takes away.
     */
    @Override
    public boolean ended(String key, S last, Instant now) {
        if (toldGone.add(key)) {
            tellGone(key, last, now.toEpochMilli());
            return false;
        }
        toldGone.remove(key);
        remove(key, last);
        return true;
    }

    private void keep(String key, @Nullable S before, S after, long at) {
        along(key, before, after, () -> {
            recent.put(key, ValueAndTimestamp.make(after, at));
            readByOthers.changed(key);
        });
    }

    private void along(String key, @Nullable S before, @Nullable S after, Runnable change) {
        if (terms == null) {
            change.run();
        } else {
            terms.along(key, before, after, change);
        }
    }

    private void remove(String key, S last) {
        along(key, last, null, () -> {
            recent.remove(key);
            readByOthers.changed(key);
        });
        kept--;
    }

    private void tellGone(String key, S last, long at) {
        tellOfPeople(key, last, false, at);
        told.forget(key);
        remember(key, Optional.empty(), Instant.ofEpochMilli(at));
        context().forward(new Record<>(key, gone(), at));
    }

    /** A row costs more to make than to compare: the one before is made only where it is not known what was told last. */
    private void tell(String key, @Nullable S before, S after, boolean stateChanged, long timestamp) {
        boolean known = told.isKnown(key);
        if (known && !stateChanged) {
            return; // what only time makes another one, such as seconds of the day, is no news
        }
        Instant at = Instant.ofEpochMilli(timestamp);
        Optional<R> row = view.row(key, after, at);
        boolean news = told.isNews(key, row.map(formOfRow::hash).orElse(0));
        boolean changed = (known && news) || !equal(row, before == null ? Optional.empty() : view.row(key, before, at));
        if (changed) {
            remember(key, row, at);
        } else if (!known && history != null) {
            history.again(key);
        }
        if (changed || news) {
            context()
                    .forward(new Record<>(
                            key, row.map(SpecificRecord.class::cast).orElseGet(FoldProcessor::gone), timestamp));
        }
    }

    private boolean equal(Optional<R> one, Optional<R> other) {
        return (one.isPresent() && other.isPresent())
                ? formOfRow.equal(one.get(), other.get())
                : one.isPresent() == other.isPresent();
    }

    private void remember(String key, Optional<R> row, Instant at) {
        if (history != null) {
            history.changed(key, row, at);
        }
    }

    @SuppressWarnings("NullAway") // a row without a value is a tombstone
    private static SpecificRecord gone() {
        return null;
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
