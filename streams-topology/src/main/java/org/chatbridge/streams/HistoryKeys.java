package org.chatbridge.streams;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Bytes;

/**
 * The keys of versions: a row's key, an end that sorts before every other byte, and the moment from which the version holds,
 * so that the versions of one row lie together, the rows in the order of their keys and the versions in that of time.
 */
final class HistoryKeys {
    private static final byte ESCAPED = (byte) 0xff;

    private HistoryKeys() {}

    /** The key of the version that holds from a moment, in microseconds. */
    static Bytes of(String key, Instant from) {
        byte[] row = row(key);
        return Bytes.wrap(ByteBuffer.allocate(row.length + Long.BYTES)
                .put(row)
                // Moments before 1970 sort first.
                .putLong(micros(from) ^ Long.MIN_VALUE)
                .array());
    }

    /** Those that Java counts by itself it counts in nanoseconds, which end in 1677 and 2262. */
    private static long micros(Instant from) {
        return TimeUnit.SECONDS.toMicros(from.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(from.getNano());
    }

    /** A key that is not below any of a row's versions, nor above those of the next row. */
    static Bytes afterAll(String key) {
        byte[] row = row(key);
        return Bytes.wrap(ByteBuffer.allocate(row.length + Long.BYTES + 1)
                .put(row)
                .putLong(-1)
                .put(ESCAPED)
                .array());
    }

    /** A key that is not above any of a row's versions. */
    static Bytes beforeAll(String key) {
        return Bytes.wrap(row(key));
    }

    /** The row's key. */
    static String key(Bytes version) {
        byte[] bytes = version.get();
        ByteBuffer row = ByteBuffer.allocate(bytes.length);
        int end = bytes.length - Long.BYTES - 2;
        for (int i = 0; i < end; i++) {
            row.put(bytes[i]);
            if (bytes[i] == 0) {
                i++;
            }
        }
        return new String(row.array(), 0, row.position(), StandardCharsets.UTF_8);
    }

    /** From when on the version holds. */
    static Instant from(Bytes version) {
        byte[] bytes = version.get();
        long micros =
                ByteBuffer.wrap(bytes, bytes.length - Long.BYTES, Long.BYTES).getLong() ^ Long.MIN_VALUE;
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    /** The row's key and its end: a zero of the key is 00 ff, the end 00 00. */
    private static byte[] row(String key) {
        byte[] text = key.getBytes(StandardCharsets.UTF_8);
        byte[] row = new byte[2 * text.length + 2];
        int length = 0;
        for (byte one : text) {
            row[length++] = one;
            if (one == 0) {
                row[length++] = ESCAPED;
            }
        }
        return Arrays.copyOf(row, length + 2);
    }
}
