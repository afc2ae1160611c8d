package org.chatbridge.streams.changes;

import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * What all readers share for as long as the topics stay the same.
 *
 * @param freshness JSON, of views
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
        Set<Session> sessions) {
    Era(
            Layout layout,
            Ring ring,
            Replica replica,
            ToldRows rows,
            Function<Selection, byte[]> freshness,
            Clock clock,
            ChangesMetrics metrics) {
        this(
                layout,
                new EventIds(layout),
                ring,
                replica,
                rows,
                freshness,
                clock,
                metrics,
                ConcurrentHashMap.newKeySet());
    }

    /** Minutes since 1970. */
    long minutes() {
        return minutes(clock);
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
