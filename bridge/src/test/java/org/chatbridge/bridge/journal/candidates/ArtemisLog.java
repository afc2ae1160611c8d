package org.chatbridge.bridge.journal.candidates;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.core.journal.RecordInfo;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.chatbridge.bridge.frames.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The journal of Apache ActiveMQ Artemis, unbuffered: without {@code sync} 49,000 of 50,000 frames were lost to kill -9, waiting in
 * its executor. It cannot be read but at the start: frames would stay in memory.
 */
final class ArtemisLog implements Candidate {
    private static final int FILE_BYTES = 10 * 1024 * 1024;

    private @Nullable JournalImpl journal;
    private long first = 1;
    private long next = 1;

    @Override
    public long open(Path directory) throws Exception {
        NIOSequentialFileFactory files = new NIOSequentialFileFactory(directory.toFile(), false, 1);
        files.setDatasync(false);
        JournalImpl opened = new JournalImpl(FILE_BYTES, 2, 10, 10, 30, files, "frames", "journal", 1);
        journal = opened;
        opened.start();
        List<RecordInfo> left = new ArrayList<>();
        opened.load(left, new ArrayList<>(), null, false);
        first = left.isEmpty() ? 1 : left.get(0).id;
        next = first + left.size();
        return left.size();
    }

    @Override
    public void append(Frame frame) throws Exception {
        journal().appendAddRecord(next++, (byte) 1, frame.bytes(), true);
    }

    @Override
    public void takeAndFree() throws Exception {
        journal().appendDeleteRecord(first++, false);
    }

    @Override
    public void close() throws Exception {
        journal().stop();
    }

    private JournalImpl journal() {
        if (journal == null) {
            throw new IllegalStateException("not open");
        }
        return journal;
    }
}
