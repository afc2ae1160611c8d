package org.chatbridge.bridge.journal.candidates;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.journal.Fsync;
import org.chatbridge.bridge.journal.Journal;
import org.chatbridge.bridge.journal.JournalSettings;

/** The bridge's own. */
final class OwnLog implements Candidate {
    private static final long BYTES = 4L * 1024 * 1024 * 1024;

    private Journal journal = new Journal(new JournalSettings(Path.of(""), BYTES, Fsync.NEVER));

    @Override
    public long open(Path directory) {
        journal = new Journal(new JournalSettings(directory, BYTES, Fsync.NEVER));
        journal.open();
        return journal.pending();
    }

    @Override
    public void append(Frame frame) throws InterruptedException {
        journal.put(frame);
    }

    @Override
    public void takeAndFree() throws InterruptedException {
        journal.delivered(Objects.requireNonNull(journal.take(Duration.ZERO)));
    }

    @Override
    public void close() {
        journal.close();
    }
}
