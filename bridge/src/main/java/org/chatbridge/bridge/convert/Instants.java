package org.chatbridge.bridge.convert;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Instants in the units that LiveChat has used over the years, to microseconds since 1970. PROTOCOL 3.10 and 6.
 *
 * <p>Numbers are told apart by magnitude: seconds reach to the year 5138, milliseconds begin in 1973, microseconds in
 * 1973 as well.
 */
final class Instants {
    private static final long SECONDS_BELOW = 100_000_000_000L;
    private static final long MILLIS_BELOW = 100_000_000_000_000L;
    private static final long MICROS_BELOW = 100_000_000_000_000_000L;

    private Instants() {}

    /** Microseconds from Unix seconds, milliseconds or microseconds; null where the number is none of these. */
    static @Nullable Long micros(long number) {
        long size = number == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(number);
        if (size < SECONDS_BELOW) {
            return number * 1_000_000;
        }
        if (size < MILLIS_BELOW) {
            return number * 1_000;
        }
        return size < MICROS_BELOW ? number : null;
    }

    /**
     * Microseconds from RFC 3339 text with any offset; null where it cannot be read or says more than microseconds can.
     */
    static @Nullable Long micros(String rfc3339) {
        try {
            Instant instant = OffsetDateTime.parse(
                            rfc3339.toUpperCase(Locale.ROOT), DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                    .toInstant();
            if (instant.getNano() % 1_000 != 0) {
                return null;
            }
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
        } catch (DateTimeException | ArithmeticException e) {
            return null; // the value is kept as text by the caller
        }
    }
}
