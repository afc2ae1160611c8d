package org.chatbridge.streams.changes;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The keys under which the replica keeps its entries.
 *
 * <pre>
 * m                                      the state: how far it is
 * r view 0 key                           a row
 * l view 0 partition (4) offset (8)      the key of the row whose last record this is
 * t minutes (4) view 0 key               when a row went
 * </pre>
 */
final class ReplicaKeys {
    static final byte[] STATE = {'m'};

    private ReplicaKeys() {}

    static byte[] row(String view, byte[] key) {
        return join('r', view, key);
    }

    /** What is below all rows of a view. */
    static byte[] rows(String view) {
        return join('r', view, new byte[0]);
    }

    /** What is above a row, and not above the next. */
    static byte[] after(String view, byte[] key) {
        byte[] row = row(view, key);
        return Arrays.copyOf(row, row.length + 1);
    }

    /** The key of a row in Kafka. */
    static byte[] keyOfRow(String view, byte[] row) {
        return Arrays.copyOfRange(row, rows(view).length, row.length);
    }

    static byte[] log(String view, int partition, long offset) {
        return join(
                'l',
                view,
                ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
                        .putInt(partition)
                        .putLong(offset)
                        .array());
    }

    static byte[] log(String view) {
        return join('l', view, new byte[0]);
    }

    static long offsetOfLog(byte[] log) {
        return ByteBuffer.wrap(log).getLong(log.length - Long.BYTES);
    }

    /** That of a row by its own key here. */
    static byte[] logOfRow(byte[] row, int partition, long offset) {
        int name = 1;
        while (row[name] != 0) {
            name++;
        }
        return log(new String(row, 1, name - 1, StandardCharsets.UTF_8), partition, offset);
    }

    static byte[] gone(long minutes, String view, byte[] key) {
        byte[] row = row(view, key);
        return ByteBuffer.allocate(1 + Integer.BYTES + row.length - 1)
                .put((byte) 't')
                .putInt((int) minutes)
                .put(row, 1, row.length - 1)
                .array();
    }

    /** What is below all that went from a minute on. */
    static byte[] gone(long minutes) {
        return ByteBuffer.allocate(1 + Integer.BYTES)
                .put((byte) 't')
                .putInt((int) minutes)
                .array();
    }

    static long minutesOfGone(byte[] gone) {
        return ByteBuffer.wrap(gone).getInt(1);
    }

    /** The row of which {@link #gone} tells. */
    static byte[] rowOfGone(byte[] gone) {
        byte[] row = Arrays.copyOfRange(gone, Integer.BYTES, gone.length);
        row[0] = 'r';
        return row;
    }

    /** What is above all that begins like this: the keys of a view end with 0 there. */
    static byte[] end(byte[] begins) {
        byte[] end = begins.clone();
        end[end.length - 1]++;
        return end;
    }

    private static byte[] join(char kind, String view, byte[] rest) {
        byte[] name = view.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + name.length + 1 + rest.length)
                .put((byte) kind)
                .put(name)
                .put((byte) 0)
                .put(rest)
                .array();
    }
}
