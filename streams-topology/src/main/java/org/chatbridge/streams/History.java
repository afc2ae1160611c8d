package org.chatbridge.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what the rows of a view were: with every change a version that holds from the moment of the push that brought it. A
 * push that is read late cannot change what was before the newest version: it counts from then on.
 */
final class History<R extends SpecificRecord> {
    private static final Duration PERIOD = Duration.ofSeconds(5);

    /** So many versions are looked at for those that are too old, and as many again while some are and there is time. */
    private static final int LOOKED_AT_ONCE = 1_000;

    private static final Duration LOOKS_FOR = Duration.ofMillis(50);

    private static final int RECENT = 1_000;

    private final KeyValueStore<Bytes, Version> versions;
    private final Duration keptFor;
    private final LongSupplier nanos;
    private @Nullable Bytes lookedUpTo;

    /** Before that none is too old. */
    private Instant lookAgainAt = Instant.MIN;

    /** The earliest end of those that were seen since it was begun to look at the first, and are kept. */
    private Instant earliestEnd = Instant.MAX;

    /** Since when the newest versions hold, of the rows that changed last: to look for it costs more than to write the next. */
    private final Map<String, Instant> newest = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > RECENT;
        }
    };

    /**
     * @param keptFor how long a version is kept after the next one of its row began
     * @param nanos a clock that never goes back, in nanoseconds
     */
    History(KeyValueStore<Bytes, Version> versions, Duration keptFor, LongSupplier nanos) {
        this.versions = versions;
        this.keptFor = keptFor;
        this.nanos = nanos;
    }

    void start(ProcessorContext<?, ?> context) {
        context.schedule(
                PERIOD,
                PunctuationType.WALL_CLOCK_TIME,
                now -> forget(Instant.ofEpochMilli(Math.max(0, context.currentStreamTimeMs()))));
    }

    /** The row is so from a moment on; empty where it is gone. */
    void changed(String key, Optional<R> row, Instant at) {
        Instant last = last(key);
        if (last == null && row.isEmpty()) {
            return;
        }
        Instant from = last != null && last.isAfter(at) ? last : at;
        versions.put(
                HistoryKeys.of(key, from),
                new Version(row.map(SpecificRecord.class::cast).orElse(null)));
        newest.put(key, from);
    }

    /** Writes the newest version of a row as it is, for its changelog may have lost it with a crash. */
    void again(String key) {
        Instant last = last(key);
        if (last != null) {
            Bytes newest = HistoryKeys.of(key, last);
            versions.put(newest, versions.get(newest));
        }
    }

    /** Since when the newest version holds; null where there is none. */
    private @Nullable Instant last(String key) {
        Instant known = newest.get(key);
        if (known != null) {
            return known;
        }
        try (KeyValueIterator<Bytes, Version> last =
                versions.reverseRange(HistoryKeys.beforeAll(key), HistoryKeys.afterAll(key))) {
            return last.hasNext() ? HistoryKeys.from(last.peekNextKey()) : null;
        }
    }

    /** Removes what is too old, a part at a time, over and over. */
    private void forget(Instant now) {
        if (now.isBefore(lookAgainAt)) {
            return;
        }
        long begun = nanos.getAsLong();
        boolean goesOn;
        do {
            goesOn = forgetSome(now);
        } while (goesOn && nanos.getAsLong() - begun < LOOKS_FOR.toNanos());
    }

    /** Whether some were removed, and more are to be looked at. */
    @SuppressWarnings("NullAway") // a range without a beginning has null there
    private boolean forgetSome(Instant now) {
        Instant oldest = now.minus(keptFor);
        int looked = 0;
        try (KeyValueIterator<Bytes, Version> rest = versions.range(lookedUpTo, null)) {
            Bytes before = null;
            boolean gone = false;
            boolean removed = false;
            while (rest.hasNext() && looked++ < LOOKED_AT_ONCE) {
                var one = rest.next();
                boolean next = before != null && HistoryKeys.key(before).equals(HistoryKeys.key(one.key));
                Bytes end = gone ? before : next ? one.key : null;
                if (before != null && endedBefore(oldest, end)) {
                    delete(before);
                    removed = true;
                } else {
                    seen(end);
                }
                before = one.key;
                gone = one.value.row() == null;
            }
            lookedUpTo = rest.hasNext() ? before : null;
            if (lookedUpTo != null) {
                return removed;
            }
            if (before != null && gone && endedBefore(oldest, before)) {
                delete(before);
            } else if (gone) {
                seen(before);
            }
            // What ends later is kept longer.
            Instant end = earliestEnd.isBefore(now) ? earliestEnd : now;
            lookAgainAt = end.plus(keptFor);
            earliestEnd = Instant.MAX;
            return false;
        }
    }

    private void seen(@Nullable Bytes end) {
        Instant at = end == null ? Instant.MAX : HistoryKeys.from(end);
        earliestEnd = at.isBefore(earliestEnd) ? at : earliestEnd;
    }

    /** It may be the newest one, of a row that is gone. */
    private void delete(Bytes version) {
        versions.delete(version);
        newest.remove(HistoryKeys.key(version));
    }

    /** @param end of a version: where the next one begins, or it tells that the row is gone; null where there is none */
    private static boolean endedBefore(Instant oldest, @Nullable Bytes end) {
        return end != null && HistoryKeys.from(end).isBefore(oldest);
    }
}
