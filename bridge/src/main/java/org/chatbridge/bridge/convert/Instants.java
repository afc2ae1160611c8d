package org.chatbridge.bridge.convert;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Instants in the units that LiveChat has used over the years, to microseconds since 1970. PROTOCOL 3.10 and 6. Only those of
 * the years 1 to 9999, in UTC: others have no RFC 3339, and many readers of the records no value for them.
 *
 * <p>Numbers are told apart by magnitude: seconds reach to the year 5138, milliseconds begin in 1973, microseconds in
 * 1973 as well.
 */
final class Instants {
    private static final long SECONDS_BELOW = 100_000_000_000L;
    private static final long MILLIS_BELOW = 100_000_000_000_000L;
    private static final long MICROS_BELOW = 100_000_000_000_000_000L;

    /** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z. */
    private static final long FIRST_MICROS = -62_135_596_800_000_000L;

    private static final long LAST_MICROS = 253_402_300_799_999_999L;

    /** In place of microseconds: the text is to be read by {@link #micros(String)}. */
    static final long UNREAD = Long.MIN_VALUE;

    private static final int SHORTEST_MONTH = 28;

    /** Where the seconds end in {@code 2026-11-22T09:00:00}. */
    private static final int FRACTION_AT = 19;

    private static final int DIGITS_OF_MICROS = 6;

    private Instants() {}

    /** Microseconds from Unix seconds, milliseconds or microseconds; null where the number is none of these, or of another year. */
    static @Nullable Long micros(long number) {
        long size = number == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(number);
        if (size < SECONDS_BELOW) {
            return ofYears(number * 1_000_000);
        }
        if (size < MILLIS_BELOW) {
            return ofYears(number * 1_000);
        }
        return size < MICROS_BELOW ? ofYears(number) : null;
    }

    private static @Nullable Long ofYears(long micros) {
        return micros < FIRST_MICROS || micros > LAST_MICROS ? null : micros;
    }

    /**
     * Microseconds from the form in which LiveChat writes nearly all instants, {@code 2026-11-22T09:00:00.123456Z} with any number of
     * digits up to six; {@link #UNREAD} where it is another, be it right or wrong.
     */
    static long micros(byte[] text, int start, int end) {
        int last = end - 1;
        int digits = last - start - FRACTION_AT - 1; // with a point before them, or neither
        if (digits < -1 || digits == 0 || digits > DIGITS_OF_MICROS || text[last] != 'Z') {
            return UNREAD;
        }
        if (text[start + 4] != '-'
                || text[start + 7] != '-'
                || text[start + 10] != 'T'
                || text[start + 13] != ':'
                || text[start + 16] != ':'
                || (digits > 0 && text[start + FRACTION_AT] != '.')) {
            return UNREAD;
        }
        int year = number(text, start, 4);
        int month = number(text, start + 5, 2);
        int day = number(text, start + 8, 2);
        int hour = number(text, start + 11, 2);
        int minute = number(text, start + 14, 2);
        int second = number(text, start + 17, 2);
        int fraction = digits < 0 ? 0 : number(text, start + FRACTION_AT + 1, digits);
        if ((year | month | day | hour | minute | second | fraction) < 0
                || year < 1
                || month < 1
                || month > 12
                || day < 1
                || (day > SHORTEST_MONTH && day > LocalDate.of(year, month, 1).lengthOfMonth())
                || hour > 23
                || minute > 59
                || second > 59) {
            return UNREAD;
        }
        for (int i = Math.max(digits, 0); i < DIGITS_OF_MICROS; i++) {
            fraction *= 10;
        }
        long days = LocalDate.of(year, month, day).toEpochDay();
        long seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
        return seconds * 1_000_000 + fraction;
    }

    /** Negative where it is not digits alone. */
    private static int number(byte[] text, int from, int digits) {
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /**
     * Microseconds from RFC 3339 text with any offset; null where it cannot be read, says more than microseconds can, or is of another year.
     */
    static @Nullable Long micros(String rfc3339) {
        try {
            Instant instant = OffsetDateTime.parse(
                            rfc3339.toUpperCase(Locale.ROOT), DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                    .toInstant();
            if (instant.getNano() % 1_000 != 0) {
                return null;
            }
            return ofYears(
                    Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000));
        } catch (DateTimeException | ArithmeticException e) {
            return null; // the value is kept as text by the caller
        }
    }
}
