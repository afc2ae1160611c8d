package org.chatbridge.bridge.journal;

import java.nio.file.Path;

/**
 * What the journal is told.
 *
 * @param directory made if it is missing; of one bridge alone
 * @param maxBytes of its files together; one frame alone may be larger
 * @param fsync when it waits for the disk
 */
public record JournalSettings(Path directory, long maxBytes, Fsync fsync) {
    private static final long LARGEST_SEGMENT_BYTES = 64L * 1024 * 1024;
    private static final long SEGMENTS = 16;

    public JournalSettings {
        if (maxBytes <= 0) {
            throw new IllegalArgumentException("a journal of " + maxBytes + " bytes");
        }
    }

    /** How large a segment becomes before the next is begun. Space is freed by whole segments. */
    long segmentBytes() {
        return Math.min(LARGEST_SEGMENT_BYTES, Math.max(1, maxBytes / SEGMENTS));
    }
}
