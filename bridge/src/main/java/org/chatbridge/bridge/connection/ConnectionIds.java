package org.chatbridge.bridge.connection;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * Ids of connections: the time in UTC to the microsecond, then six random digits, as in
 * {@code 20261122T115003.123456Z-4f09ac}. Sorted as strings they are in the order of their making, also where the clock
 * was set back meanwhile.
 */
public final class ConnectionIds {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyyMMdd'T'HHmmss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Clock clock;
    private final RandomGenerator random;
    private Instant last = Instant.EPOCH;

    public ConnectionIds(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** An id that sorts after all that this object has given. */
    synchronized String next() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        last = now.isAfter(last) ? now : last.plus(1, ChronoUnit.MICROS);
        return TIME.format(last) + String.format(Locale.ROOT, "-%06x", random.nextInt(1 << 24));
    }
}
