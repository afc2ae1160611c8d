package org.chatbridge.bridge.standby;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When the group said last whose turn it is, by two clocks: one that nobody sets, which stands still while the machine is
 * suspended, and one that goes on then, which may be set. By any thread.
 */
final class Confirmation {
    private final LongSupplier nanos;
    private final LongSupplier wallMillis;
    private volatile Moment last;

    /** A moment, by both. */
    record Moment(long nanos, long millis) {}

    /**
     * Counts from now.
     *
     * @param nanos of the clock that nobody sets
     * @param wallMillis of the other
     */
    Confirmation(LongSupplier nanos, LongSupplier wallMillis) {
        this.nanos = nanos;
        this.wallMillis = wallMillis;
        this.last = now();
    }

    Moment now() {
        return new Moment(nanos.getAsLong(), wallMillis.getAsLong());
    }

    /** It was asked then, and has said so since. */
    void at(Moment asked) {
        last = asked;
    }

    /** Whether it was within that time. A clock that was set forward makes it seem longer ago, one that was set back no shorter. */
    boolean isWithin(Duration time) {
        Moment then = last;
        Moment now = now();
        return now.nanos - then.nanos < time.toNanos() && now.millis - then.millis < time.toMillis();
    }
}
