package org.chatbridge.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Asks a view what remains of what it keeps, when that is due. Time is that of the records; where none come, it goes on by
 * the clock from the last one, so that clocks of several machines need not agree.
 *
 * <p>What is due is known in memory, and found again, a part at a time, when a task begins here.
 */
final class Ageing<S extends SpecificRecord> {
    /**
     * How often it looks: the least time for which anything is kept is 5 seconds, and an answer leaves out what is over. Each look
     * makes Kafka Streams commit the task, and there is one for each view and partition.
     */
    private static final Duration PERIOD = Duration.ofSeconds(1);

    /** So many keys are looked at each time, until all were seen that were kept before this task began here. */
    private static final int LOOKED_AT_ONCE = 2_000;

    /** Told what became of a key. */
    interface Outcome<S> {
        /** Time changed it. */
        void aged(String key, S before, S after, Instant now);

        /**
         * Nothing remains of it.
         *
         * @return false to be told so once more at the next look
         */
        boolean ended(String key, S last, Instant now);
    }

    private record Due(Instant at, String key) {}

    /**
     * What is known of a key that is due some day.
     *
     * @param touchedMs when a fact came last, by this machine's clock
     */
    private record Waiting(Instant at, long touchedMs) {}

    private final View<S, ?> view;
    private final TimestampedKeyValueStore<String, S> states;
    private final Outcome<S> outcome;

    /** One for each key that waits. */
    private final NavigableSet<Due> queue =
            new TreeSet<>(Comparator.comparing(Due::at).thenComparing(Due::key));

    private final Map<String, Waiting> waiting = new HashMap<>();
    private @Nullable String seenUpTo;
    private boolean allSeen;
    private long streamTimeMs = -1;
    private long advancedAtMs;
    private long clockMs;

    Ageing(View<S, ?> view, TimestampedKeyValueStore<String, S> states, Outcome<S> outcome) {
        this.view = view;
        this.states = states;
        this.outcome = outcome;
    }

    void start(ProcessorContext<?, ?> context) {
        clockMs = context.currentSystemTimeMs();
        context.schedule(PERIOD, PunctuationType.WALL_CLOCK_TIME, now -> look(context.currentStreamTimeMs(), now));
    }

    /** A fact came for a key. */
    void touched(String key, S state) {
        view.due(state).ifPresent(at -> put(key, new Waiting(at, clockMs)));
    }

    /** How many are due some day. */
    int queued() {
        return queue.size();
    }

    private void put(String key, Waiting next) {
        Waiting before = waiting.put(key, next);
        if (before == null || !before.at().equals(next.at())) {
            if (before != null) {
                queue.remove(new Due(before.at(), key));
            }
            queue.add(new Due(next.at(), key));
        }
    }

    private void look(long newestMs, long nowMs) {
        clockMs = nowMs;
        advance(newestMs);
        findKept();
        if (streamTimeMs >= 0) {
            age(Instant.ofEpochMilli(streamTimeMs + (nowMs - advancedAtMs)));
        }
    }

    private void advance(long toMs) {
        if (toMs > streamTimeMs) {
            streamTimeMs = toMs;
            advancedAtMs = clockMs;
        }
    }

    @SuppressWarnings("NullAway") // a range without an end has null there
    private void findKept() {
        if (allSeen) {
            return;
        }
        int looked = 0;
        try (KeyValueIterator<String, ValueAndTimestamp<S>> rest = states.range(seenUpTo, null)) {
            while (rest.hasNext() && looked++ < LOOKED_AT_ONCE) {
                var one = rest.next();
                seenUpTo = one.key;
                // The time of the records begins anew with a task, and must not wait for the next one.
                advance(one.value.timestamp());
                touched(one.key, one.value.value());
            }
            allSeen = !rest.hasNext();
        }
    }

    private void age(Instant now) {
        Map<String, Waiting> later = new HashMap<>();
        try {
            while (!queue.isEmpty() && !queue.first().at().isAfter(now)) {
                Due due = Objects.requireNonNull(queue.pollFirst());
                Waiting last = Objects.requireNonNull(waiting.remove(due.key()));
                ValueAndTimestamp<S> kept = states.get(due.key());
                if (kept != null) {
                    // Where what remains cannot be written, the handler of bad records goes on, and others are due all
                    // the same.
                    later.put(due.key(), new Waiting(now.plus(view.untouched()), last.touchedMs()));
                    Optional<Instant> at = aged(due.key(), kept.value(), now, clockMs - last.touchedMs());
                    later.remove(due.key());
                    at.ifPresent(next -> later.put(due.key(), new Waiting(next, last.touchedMs())));
                }
            }
        } finally {
            later.forEach(this::put);
        }
    }

    /** When it is to be looked at again; empty for never. */
    private Optional<Instant> aged(String key, S before, Instant now, long untouchedMs) {
        Duration touchedFor = view.untouched().minusMillis(untouchedMs);
        boolean touched = touchedFor.toMillis() > 0;
        S after = view.aged(before, now, touched);
        if (after == null) {
            return outcome.ended(key, before, now) ? Optional.empty() : Optional.of(now);
        }
        if (!after.equals(before)) {
            outcome.aged(key, before, after, now);
        }
        Duration again = touched ? touchedFor : view.untouched();
        return view.due(after).map(at -> at.isAfter(now) ? at : now.plus(again));
    }
}
