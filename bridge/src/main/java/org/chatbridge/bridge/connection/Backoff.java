package org.chatbridge.bridge.connection;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: drawn evenly between nothing and a ceiling that doubles with each attempt
 * ("full jitter"), so that many clients do not come back in step.
 */
public final class Backoff {
    private static final int MOST_DOUBLINGS = 30;

    private final Duration first;
    private final Duration cap;
    private final RandomGenerator random;

    /**
     * @param first the ceiling of the first wait
     * @param cap what no ceiling exceeds
     */
    public Backoff(Duration first, Duration cap, RandomGenerator random) {
        if (first.isNegative() || first.isZero() || cap.compareTo(first) < 0) {
            throw new IllegalArgumentException("a backoff from " + first + " to " + cap);
        }
        this.first = first;
        this.cap = cap;
        this.random = random;
    }

    /**
     * The wait before an attempt.
     *
     * @param failures attempts that have failed since the last stable connection, at least 1
     */
    Duration after(int failures) {
        long ceiling = ceilingAfter(failures).toNanos();
        return Duration.ofNanos((long) (random.nextDouble() * ceiling));
    }

    /** The longest that {@link #after} answers. */
    Duration ceilingAfter(int failures) {
        Duration ceiling = first.multipliedBy(1L << Math.min(MOST_DOUBLINGS, Math.max(0, failures - 1)));
        return ceiling.compareTo(cap) < 0 ? ceiling : cap;
    }
}
