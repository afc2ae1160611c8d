package org.chatbridge.streams.changes;

import java.time.Clock;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.chatbridge.streams.changes.EventIds.Progress;
import org.jspecify.annotations.Nullable;

/**
 * What all readers share for as long as the topics stay the same.
 *
 * @param freshness JSON, of views
 * @param alike the vector from which on this instance tells what every other tells; before it Kafka has removed records that others may
 *     have told
 */
record Era(
        Layout layout,
        EventIds ids,
        Ring ring,
        Replica replica,
        ToldRows rows,
        Function<Selection, byte[]> freshness,
        Clock clock,
        ChangesMetrics metrics,
        Set<Session> sessions,
        AtomicReference<long[]> alike) {
    Era(
            Layout layout,
            Ring ring,
            Replica replica,
            ToldRows rows,
            Function<Selection, byte[]> freshness,
            Clock clock,
            ChangesMetrics metrics,
            long[] alike) {
        this(
                layout,
                new EventIds(layout),
                ring,
                replica,
                rows,
                freshness,
                clock,
                metrics,
                ConcurrentHashMap.newKeySet(),
                new AtomicReference<>(alike.clone()));
    }

    /**
     * The id of an event.
     *
     * @param position the reader knows the rows as they are at this vector
     * @param upTo the last row that it knows; null where it knows all
     */
    byte[] id(Selection selection, long[] position, @Nullable RowKey upTo) {
        boolean isAlike = selection.covers(layout, position, Objects.requireNonNull(alike.get()));
        // Where Kafka is away the clock goes on, and the rows do not.
        long minutes = Math.min(minutes(clock), replica.followedAt());
        return ids.of(selection, new Progress(position, upTo, isAlike ? minutes : EventIds.OF_NO_TIME));
    }

    /** The id of the event after which a reader knows nothing. */
    byte[] idOfNothing(Selection selection) {
        return ids.of(selection, new Progress(new long[layout.size()], null, EventIds.OF_NO_TIME));
    }

    /** From this vector on, and not before. */
    void alikeFrom(long[] vector) {
        alike.updateAndGet(before -> {
            long[] later = before.clone();
            Arrays.setAll(later, place -> Math.max(before[place], vector[place]));
            return later;
        });
    }

    static long minutes(Clock clock) {
        return TimeUnit.MILLISECONDS.toMinutes(clock.millis());
    }

    /** Brings a vector forward to another, as far as these views go. */
    void raise(Selection selection, long[] position, long[] to) {
        for (int topic : selection.topics()) {
            int end = layout.first(topic + 1);
            for (int place = layout.first(topic); place < end; place++) {
                position[place] = Math.max(position[place], to[place]);
            }
        }
    }
}
