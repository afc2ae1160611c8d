package org.chatbridge.bridge.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.FrameQueue;

/** Frames to put, and what journals give back. */
final class Frames {
    static final String CONNECTION = "20261122T124747.381419Z-8f9001";
    static final long LARGE = 1L << 40;

    private Frames() {}

    /** A frame whose content follows from its number. */
    static Frame numbered(long sequence, int bytes) {
        byte[] content = new byte[bytes];
        new Random(sequence).nextBytes(content);
        return new Frame(
                CONNECTION,
                sequence,
                1_000_000 + sequence,
                sequence % 3 == 0 ? null : "agent@example.com",
                sequence % 5 == 0 ? Frame.Kind.BINARY : Frame.Kind.TEXT,
                content);
    }

    static void assertSame(Frame actual, Frame expected) {
        if (!describe(actual).equals(describe(expected)) || !Arrays.equals(actual.bytes(), expected.bytes())) {
            throw new AssertionError("expected " + describe(expected) + ", was " + describe(actual));
        }
    }

    static Journal open(Path directory) {
        return open(new JournalSettings(directory, LARGE, Fsync.NEVER), Disk.REAL);
    }

    static Journal open(JournalSettings settings, Disk disk) {
        Journal journal = new Journal(settings, disk);
        journal.open();
        return journal;
    }

    /** All that can be taken now. */
    static List<FrameQueue.Entry> takeAll(FrameQueue queue) throws InterruptedException {
        List<FrameQueue.Entry> entries = new ArrayList<>();
        for (FrameQueue.Entry entry = queue.take(Duration.ZERO); entry != null; entry = queue.take(Duration.ZERO)) {
            entries.add(entry);
        }
        return entries;
    }

    static List<Long> sequences(List<FrameQueue.Entry> entries) {
        return entries.stream().map(entry -> entry.frame().sequence()).toList();
    }

    private static List<Object> describe(Frame frame) {
        return List.of(
                frame.connectionId(),
                frame.sequence(),
                frame.receivedAtMicros(),
                String.valueOf(frame.ownAgentId()),
                frame.kind(),
                frame.bytes().length);
    }
}
