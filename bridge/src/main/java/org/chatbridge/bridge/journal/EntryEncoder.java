package org.chatbridge.bridge.journal;

import org.chatbridge.bridge.frames.Frame;

/** Encodes entries into a buffer that it keeps. One thread. */
final class EntryEncoder {
    private static final int BUFFER_BYTES = 64 * 1024;

    private byte[] buffer = new byte[BUFFER_BYTES];
    private EntryFormat.Ids ids = new EntryFormat.Ids("", null, new byte[0], new byte[0]);

    /** Bytes that the entry of a frame takes. */
    long lengthOf(Frame frame) {
        return prefixBytes(frame) + (long) frame.bytes().length;
    }

    /** Bytes of the entry before those of its frame. */
    int prefixBytes(Frame frame) {
        if (!ids.areOf(frame)) {
            ids = EntryFormat.Ids.of(frame);
        }
        return ids.prefixBytes();
    }

    /** The entry, from index 0; without the frame's bytes where it is larger than the array. Valid until the next call. */
    byte[] encode(long mark, long position, Frame frame) {
        int prefixBytes = prefixBytes(frame);
        if (prefixBytes > buffer.length) {
            buffer = new byte[prefixBytes];
        }
        EntryFormat.encode(buffer, mark, position, frame, ids);
        if (lengthOf(frame) <= buffer.length) {
            System.arraycopy(frame.bytes(), 0, buffer, prefixBytes, frame.bytes().length);
        }
        return buffer;
    }
}
