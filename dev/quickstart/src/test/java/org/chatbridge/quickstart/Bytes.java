package org.chatbridge.quickstart;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A piece of UTF-8 as it came, cheap to compare and to find in a map. */
final class Bytes {
    private final byte[] bytes;
    private final int hash;

    private Bytes(byte[] bytes) {
        this.bytes = bytes;
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        this.hash = (int) crc.getValue();
    }

    static Bytes copy(byte[] buffer, int from, int to) {
        return new Bytes(Arrays.copyOfRange(buffer, from, to));
    }

    static byte[] of(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The first so many. */
    Bytes to(int length) {
        return copy(bytes, 0, length);
    }

    int length() {
        return bytes.length;
    }

    boolean hasAt(int at, byte[] part) {
        int end = at + part.length;
        return end <= bytes.length && Arrays.equals(bytes, at, end, part, 0, part.length);
    }

    /** Where a part begins; -1 where it is not in it. */
    int indexOf(byte[] part) {
        for (int at = 0; at + part.length <= bytes.length; at++) {
            if (bytes[at] == part[0] && hasAt(at, part)) {
                return at;
            }
        }
        return -1;
    }

    String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof Bytes same && Arrays.equals(bytes, same.bytes));
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
