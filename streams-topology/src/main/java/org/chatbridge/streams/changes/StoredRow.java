package org.chatbridge.streams.changes;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A row as the replica keeps it: partition (4), offset (8), minutes (4), then the value.
 *
 * @param offset of its last record
 * @param minutes when it was taken, since 1970
 * @param value as on the topic, never empty there; null where the row is gone
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StoredRow(int partition, long offset, long minutes, byte @Nullable [] value) {
    private static final int HEADER_BYTES = Integer.BYTES + Long.BYTES + Integer.BYTES;

    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + (value == null ? 0 : value.length))
                .putInt(partition)
                .putLong(offset)
                .putInt((int) minutes);
        if (value != null) {
            bytes.put(value);
        }
        return bytes.array();
    }

    static StoredRow of(byte[] bytes) {
        ByteBuffer header = ByteBuffer.wrap(bytes);
        return new StoredRow(
                header.getInt(),
                header.getLong(),
                header.getInt(),
                bytes.length == HEADER_BYTES ? null : Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length));
    }
}
