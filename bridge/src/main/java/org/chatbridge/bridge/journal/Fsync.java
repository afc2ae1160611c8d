package org.chatbridge.bridge.journal;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** When the journal waits for the disk itself. The end of the process loses nothing with any of them. */
public enum Fsync {
    /** When the operating system likes: a power failure may lose what came within its writeback time, often 30 s. */
    NEVER,

    /** Every 100 ms, beside the traffic: a power failure may lose what came within that time. */
    INTERVAL,

    /** Before a frame is done: a power failure loses nothing; each frame waits for the disk. */
    ALWAYS;

    /** As a setting names it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All labels. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(Fsync::label).toList();
    }

    /** The one with that label. */
    public static Fsync of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
