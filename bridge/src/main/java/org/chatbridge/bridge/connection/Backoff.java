package org.chatbridge.bridge.connection;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: drawn evenly between nothing and a ceiling that doubles with each attempt
 * ("full jitter"), so that many clients do not come back in step.
 */
public final class Backoff {
    private static final int MOST_DOUBLINGS = 30;

    /** Longer than that no peer keeps the bridge from trying. */
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(2);

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
     * @param retryAfter how long the peer asks not to be tried again, which is waited beside the rest, two minutes at the most; zero
     *     where it does not
     */
    Duration after(int failures, Duration retryAfter) {
        long ceiling = ceilingAfter(failures).toNanos();
        Duration least = retryAfter.compareTo(LONGEST_RETRY_AFTER) < 0 ? retryAfter : LONGEST_RETRY_AFTER;
        return least.plusNanos((long) (random.nextDouble() * ceiling));
    }

    /** The longest that {@link #after} answers where the peer asks for nothing. */
    Duration ceilingAfter(int failures) {
        Duration ceiling = first.multipliedBy(1L << Math.min(MOST_DOUBLINGS, Math.max(0, failures - 1)));
        return ceiling.compareTo(cap) < 0 ? ceiling : cap;
    }
}
