package org.chatbridge.bridge.connection;

import java.time.Clock;
import java.time.DateTimeException;
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

    /**
     * Makes all ids from now on sort after that one, whichever bridge gave it and by whichever clock.
     *
     * @param id of an earlier connection; what is none is ignored
     */
    public synchronized void comeAfter(String id) {
        try {
            Instant then = TIME.parse(id.substring(0, Math.max(0, id.lastIndexOf('-'))), Instant::from);
            last = then.isAfter(last) ? then : last;
        } catch (DateTimeException e) {
            // not ours
        }
    }

    /** An id that sorts after all that this object has given or was told of. */
    synchronized String next() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        last = now.isAfter(last) ? now : last.plus(1, ChronoUnit.MICROS);
        return TIME.format(last) + String.format(Locale.ROOT, "-%06x", random.nextInt(1 << 24));
    }
}
