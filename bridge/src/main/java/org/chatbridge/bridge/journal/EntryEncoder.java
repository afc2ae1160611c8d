package org.chatbridge.bridge.journal;

import java.util.List;
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

    /** How many frames from that one on have room in the buffer together; one that has none counts, alone. */
    int fitting(List<Frame> frames, int from) {
        long bytes = lengthOf(frames.get(from));
        int to = from + 1;
        while (to < frames.size() && bytes + lengthOf(frames.get(to)) <= BUFFER_BYTES) {
            bytes += lengthOf(frames.get(to++));
        }
        return to - from;
    }

    /**
     * The entries of some frames, one behind the other from index 0; without the frame's bytes where a single one is larger than the
     * array. Valid until the next call.
     *
     * @param position of the first
     */
    byte[] encode(long mark, long position, List<Frame> frames) {
        int at = 0;
        for (Frame frame : frames) {
            int prefixBytes = prefixBytes(frame);
            if (prefixBytes > buffer.length) {
                buffer = new byte[prefixBytes]; // where it is the only one
            }
            EntryFormat.encode(buffer, at, mark, position++, frame, ids);
            if (frame.bytes().length <= buffer.length - at - prefixBytes) {
                System.arraycopy(frame.bytes(), 0, buffer, at + prefixBytes, frame.bytes().length);
            }
            at += prefixBytes + frame.bytes().length;
        }
        return buffer;
    }

    /** Bytes that the entries of some frames take. */
    long lengthOf(List<Frame> frames) {
        long bytes = 0;
        for (Frame frame : frames) {
            bytes += lengthOf(frame);
        }
        return bytes;
    }
}
