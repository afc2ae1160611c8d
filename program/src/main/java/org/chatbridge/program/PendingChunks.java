package org.chatbridge.program;

import java.util.ArrayDeque;
import java.util.Queue;

/** What waits to be written to one reader, piece by piece. By one thread at a time. */
final class PendingChunks {
    /** So that a write that completes is a sign of life also where a chunk is large. */
    private static final int PIECE_BYTES = 64 * 1024;

    private final int mostBytes;
    private final Queue<byte[]> chunks = new ArrayDeque<>();
    /** Of the chunks, without that which is being written. */
    private long bytes;

    private byte[] chunk = {};
    private int offset;
    private int length;

    /** @param mostBytes that wait behind the chunk that is being written; a single chunk may be larger */
    PendingChunks(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Adds one; false where there is no room for it. */
    boolean add(byte[] added) {
        if (offset == chunk.length) {
            chunk = added;
            offset = 0;
            return true;
        }
        if (bytes > 0 && bytes + added.length > mostBytes) {
            return false;
        }
        chunks.add(added);
        bytes += added.length;
        return true;
    }

    /** Goes on to the next piece, the one before being written; false where there is none. */
    boolean next() {
        offset += length;
        length = 0;
        while (offset == chunk.length) {
            byte[] next = chunks.poll();
            if (next == null) {
                chunk = new byte[0];
                offset = 0;
                return false;
            }
            bytes -= next.length;
            chunk = next;
            offset = 0;
        }
        length = Math.min(PIECE_BYTES, chunk.length - offset);
        return true;
    }

    boolean isEmpty() {
        return chunks.isEmpty() && offset + length == chunk.length;
    }

    /** The chunk that the piece is of. */
    byte[] chunk() {
        return chunk;
    }

    /** Where the piece begins. */
    int offset() {
        return offset;
    }

    /** How long the piece is. */
    int length() {
        return length;
    }
}
