package org.chatbridge.bridge.convert;

import java.util.Arrays;
import org.apache.avro.io.BinaryData;

/** Bytes in Avro's binary encoding, as they come to be: a buffer that is kept from frame to frame. */
final class AvroBytes {
    private static final int FIRST_BYTES = 4 * 1024;
    private static final int HELD_BYTES = 1024 * 1024;
    private static final int LONGEST_NUMBER = 10;

    /** No topic takes a record that is much larger; one of a frame of empty objects would be eight times as large as the frame. */
    static final int MOST_BYTES = 71 << 20;

    /** The record would be larger than {@link #MOST_BYTES}. */
    static final class FullException extends RuntimeException {
        private static final long serialVersionUID = 1;

        FullException() {
            super("its record would be larger than " + (MOST_BYTES >> 20) + " MiB, which no topic takes");
        }
    }

    private final int mostBytes;
    private byte[] bytes = new byte[FIRST_BYTES];
    private int size;

    /** @param mostBytes more than that is a {@link FullException} */
    AvroBytes(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    int size() {
        return size;
    }

    /** Forgets all; what a very large frame took is not held for the next one. */
    void clear() {
        size = 0;
        if (bytes.length > HELD_BYTES) {
            bytes = new byte[FIRST_BYTES];
        }
    }

    /** Forgets what was written from there on. */
    void backTo(int mark) {
        size = mark;
    }

    void number(long value) {
        ensure(LONGEST_NUMBER);
        encode(value);
    }

    private void encode(long value) {
        // Most are the index of a union, a count or the length of a short text.
        if (value >= 0 && value < 64) {
            bytes[size++] = (byte) (value << 1);
        } else {
            size += BinaryData.encodeLong(value, bytes, size);
        }
    }

    /** A byte that is encoded already. */
    void encoded(byte one) {
        ensure(1);
        bytes[size++] = one;
    }

    /** Bytes, most often few, that are. */
    void encoded(byte[] from, int start, int end) {
        ensure(end - start);
        byte[] to = bytes;
        int at = size;
        for (int i = start; i < end; i++) {
            to[at++] = from[i];
        }
        size = at;
    }

    void bool(boolean value) {
        ensure(1);
        bytes[size++] = (byte) (value ? 1 : 0);
    }

    /** A string that is UTF-8 already. */
    void text(byte[] from, int start, int end) {
        int length = end - start;
        ensure(LONGEST_NUMBER + length);
        encode(length);
        System.arraycopy(from, start, bytes, size, length);
        size += length;
    }

    void text(byte[] utf8) {
        text(utf8, 0, utf8.length);
    }

    /** What stands encoded elsewhere. */
    void raw(AvroBytes from, int start, int end) {
        raw(from.bytes, start, end);
    }

    void raw(byte[] from, int start, int end) {
        ensure(end - start);
        System.arraycopy(from, start, bytes, size, end - start);
        size += end - start;
    }

    /** Leaves room, for whoever knows later what belongs there. */
    void skip(int count) {
        ensure(count);
        size += count;
    }

    /** Lets what was written from {@code start} on take the place of all from {@code mark} on. */
    void moveDown(int mark, int start) {
        System.arraycopy(bytes, start, bytes, mark, size - start);
        size = mark + size - start;
    }

    /**
     * Makes a block, of an array or a map, of what was written behind {@code mark}, where one byte was left for the number of
     * its items.
     */
    void endBlock(int mark, int items) {
        if (items == 0) {
            bytes[mark] = 0; // the end of the blocks
            return;
        }
        int end = size;
        number(items);
        int bytesOfCount = size - end;
        if (bytesOfCount > 1) {
            ensure(LONGEST_NUMBER);
            byte[] count = Arrays.copyOfRange(bytes, end, size);
            System.arraycopy(bytes, mark + 1, bytes, mark + bytesOfCount, end - mark - 1);
            System.arraycopy(count, 0, bytes, mark, bytesOfCount);
            size = end + bytesOfCount - 1;
        } else {
            bytes[mark] = bytes[end];
            size = end;
        }
        number(0);
    }

    byte at(int index) {
        return bytes[index];
    }

    byte[] copy(int start, int end) {
        return Arrays.copyOfRange(bytes, start, end);
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            if (more > mostBytes - size) {
                throw new FullException();
            }
            bytes = Arrays.copyOf(bytes, Math.min(mostBytes, Math.max(bytes.length * 2, size + more)));
        }
    }
}
