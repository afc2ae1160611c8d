package org.chatbridge.bridge.journal;

import org.chatbridge.bridge.frames.FrameQueue;

/** What stands next in a segment. Offsets are in bytes from the beginning of the file. */
sealed interface Step {
    /** A whole entry, from {@code start} to before {@code end}. */
    record Found(FrameQueue.Entry entry, long start, long end) implements Step {
        long bytes() {
            return end - start;
        }
    }

    /**
     * Bytes that are no entry, up to the next one or the limit.
     *
     * @param torn whether it looks like an append that was never finished
     */
    record Damaged(long start, long end, boolean torn) implements Step {}

    /** Nothing before the limit. */
    record End() implements Step {}
}
