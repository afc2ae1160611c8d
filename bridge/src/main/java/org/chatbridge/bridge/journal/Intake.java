package org.chatbridge.bridge.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.program.Obstacle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the journal that frames are put into: appends to the last segment, begins the next, waits while there is no
 * room, and gives back the space of what is freed.
 */
final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final Duration REMINDER = Duration.ofMinutes(1);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final JournalSettings settings;
    private final Disk disk;
    private final Backlog backlog;
    private final Obstacle obstacle = new Obstacle(LOG, REMINDER, System::nanoTime, "");
    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock turn = new ReentrantLock();
    private final EntryEncoder encoder = new EntryEncoder();

    /** Segments that are complete, to be synchronised and closed beside the traffic. */
    private final Queue<SegmentWriter> complete = new ConcurrentLinkedQueue<>();

    private volatile @Nullable SegmentWriter writer;

    /** What {@link #sync} did last. */
    private @Nullable SegmentWriter syncedWriter;

    private long syncedOffset;

    Intake(JournalSettings settings, Disk disk, Backlog backlog) {
        this.settings = settings;
        this.disk = disk;
        this.backlog = backlog;
    }

    /** Returns when the entries are appended, and with {@link Fsync#ALWAYS} on the disk itself. */
    void put(List<Frame> frames, Checkpoint checkpoint) throws InterruptedException {
        turn.lockInterruptibly();
        try {
            int done = 0;
            while (done < frames.size()) {
                backlog.refuseIfClosed();
                done += tryPut(frames, done, checkpoint);
            }
        } finally {
            turn.unlock();
        }
    }

    /** What keeps frames from being put, a sentence; empty where nothing does. */
    String inTheWay() {
        return obstacle.now();
    }

    /** Whether the file that is appended to was deleted by somebody else. */
    boolean isDeleted() {
        SegmentWriter current = writer;
        return current != null && Files.notExists(current.segment().path()) && current == writer;
    }

    /**
     * Puts what was appended onto the disk itself. One thread.
     *
     * @return whether that is all that was appended before; else another segment was begun meanwhile
     */
    boolean sync() throws IOException {
        for (SegmentWriter done = complete.peek(); done != null; done = complete.peek()) {
            if (settings.fsync() == Fsync.INTERVAL) {
                done.sync();
            }
            done.close();
            complete.remove();
        }
        SegmentWriter current = writer;
        if (current != null && settings.fsync() == Fsync.INTERVAL) {
            long end = current.segment().endOffset();
            if (current != syncedWriter || end != syncedOffset) {
                current.sync();
                syncedWriter = current;
                syncedOffset = end;
            }
        }
        return complete.isEmpty();
    }

    /** Deletes the segments whose entries are all freed; whether there were any. */
    boolean reclaim(Checkpoint checkpoint) throws IOException {
        backlog.dropFreed();
        return deleteDropped(checkpoint);
    }

    /** Closes the files; {@link #sync} goes before. */
    void close() throws IOException {
        turn.lock();
        try {
            SegmentWriter current = writer;
            if (current != null) {
                current.close();
            }
        } finally {
            turn.unlock();
        }
    }

    /** How many of the frames from that one on were appended: none where there is no room. */
    private int tryPut(List<Frame> frames, int from, Checkpoint checkpoint) throws InterruptedException {
        long seen = backlog.changes();
        List<Frame> chunk = frames.subList(from, from + encoder.fitting(frames, from));
        if (chunk.size() > 1 && (!hasRoom(chunk) || encoder.lengthOf(chunk) > settings.maxBytes())) {
            chunk = chunk.subList(0, 1); // as far as it goes
        }
        try {
            if (!hasRoom(chunk)) {
                if (reclaim(checkpoint) || startAnew(checkpoint)) {
                    return 0; // that may be room enough
                }
                obstacle.is("the journal is full: journal.max.bytes=" + settings.maxBytes()
                        + " wait for Kafka. LiveChat's socket is not read meanwhile");
                backlog.awaitChange(seen, RETRY.toNanos());
                return 0;
            }
            append(chunk);
            if (!obstacle.now().isEmpty()) {
                obstacle.isGone();
            }
            return chunk.size();
        } catch (IOException e) {
            obstacle.is("journal.dir=" + settings.directory() + ": cannot be written to: " + e.getMessage()
                    + ". LiveChat's socket is not read meanwhile, trying again");
            giveBack(checkpoint);
            backlog.awaitChange(seen, RETRY.toNanos());
            return 0;
        }
    }

    private boolean hasRoom(List<Frame> frames) {
        return backlog.hasRoom(encoder.lengthOf(frames) + Segment.HEADER_BYTES, settings.maxBytes());
    }

    private void append(List<Frame> frames) throws IOException {
        SegmentWriter current = writer;
        long length = encoder.lengthOf(frames);
        long end = current == null ? Long.MAX_VALUE : current.segment().endOffset();
        if (current == null || (end + length > settings.segmentBytes() && end > Segment.HEADER_BYTES)) {
            current = begin(current);
        }
        try {
            current.append(encoder, backlog.nextPosition(), frames);
            if (settings.fsync() == Fsync.ALWAYS) {
                current.sync();
            }
        } catch (IOException e) {
            try {
                current.undo();
            } catch (IOException undo) {
                e.addSuppressed(undo);
            }
            throw e;
        }
        backlog.appended(current.segment(), length, frames);
    }

    private SegmentWriter begin(@Nullable SegmentWriter before) throws IOException {
        Segment segment = Segment.named(settings.directory(), backlog.nextPosition(), random.nextLong());
        SegmentWriter next;
        try {
            Files.createDirectories(settings.directory()); // it may have been deleted since, and frames are to go on
            next = SegmentWriter.create(segment, disk);
        } catch (IOException e) {
            Files.deleteIfExists(segment.path());
            throw e;
        }
        if (settings.fsync() != Fsync.NEVER) {
            try {
                Directories.sync(settings.directory());
            } catch (IOException e) {
                Files.deleteIfExists(segment.path()); // first, for closing may fail, too
                next.close();
                throw e;
            }
        }
        if (before != null) {
            complete.add(before);
        }
        writer = next;
        backlog.began(segment);
        return next;
    }

    /** After a refused write: gives the disk back whatever is not needed. */
    private void giveBack(Checkpoint checkpoint) {
        try {
            if (!reclaim(checkpoint)) {
                startAnew(checkpoint);
            }
        } catch (IOException e) {
            LOG.debug("and nothing can be given back", e);
        }
    }

    /** Where nothing is pending, drops every file; whether there was one. */
    private boolean startAnew(Checkpoint checkpoint) throws IOException {
        SegmentWriter current = writer;
        if (backlog.dropAllIfIdle() && current != null) {
            writer = null;
            complete.add(current);
        }
        return deleteDropped(checkpoint);
    }

    /** Those too that could not be deleted before; whether there were any. One thread at a time: opening one would make it again. */
    private synchronized boolean deleteDropped(Checkpoint checkpoint) throws IOException {
        List<Segment> dropped = backlog.dropped(); // no more than what the checkpoint knows of
        if (dropped.isEmpty()) {
            return false;
        }
        // First, for it alone may know the last frame now.
        checkpoint.write(backlog.state());
        if (settings.fsync() != Fsync.NEVER) {
            checkpoint.sync();
        }
        for (Segment segment : dropped) {
            try (RandomAccessFile file = disk.open(segment.path(), "rw")) {
                file.setLength(0); // who took the last entry may have it open, and would keep the space
            }
            Files.deleteIfExists(segment.path());
            backlog.deleted(segment);
        }
        return true;
    }
}
