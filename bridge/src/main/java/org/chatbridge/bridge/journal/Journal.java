package org.chatbridge.bridge.journal;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.FrameQueue;
import org.chatbridge.program.Obstacle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue on disk that survives the process: {@link #put} returns when the frames are in a file, and each stays there
 * until Kafka has its record. After a crash what was not delivered comes first; what was delivered within the last 100 ms
 * may come again, with the same stamp.
 */
public final class Journal implements FrameQueue, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final long INTERVAL_MS = 100;
    private static final Duration REMINDER = Duration.ofMinutes(1);

    private final JournalSettings settings;
    private final Disk disk;
    private final Backlog backlog = new Backlog();
    private final Damage damage = new Damage();
    private final Intake intake;
    private final Outlet outlet;
    private final Obstacle syncObstacle = new Obstacle(LOG, REMINDER, System::nanoTime, "");
    private final Obstacle deleted = new Obstacle(LOG, REMINDER, System::nanoTime, "");
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "journal-sync");
    private @Nullable DirectoryLock directoryLock;
    private volatile @Nullable Checkpoint checkpoint;
    private volatile long endOnDisk;

    /** Before what was left is read, who closes would write down that nothing is delivered. */
    private volatile boolean recovered;

    /** Touches nothing; {@link #open} does. */
    public Journal(JournalSettings settings) {
        this(settings, Disk.REAL);
    }

    Journal(JournalSettings settings, Disk disk) {
        this.settings = settings;
        this.disk = disk;
        this.intake = new Intake(settings, disk, backlog);
        this.outlet = new Outlet(disk, backlog, damage);
        thread.setDaemon(true);
    }

    /**
     * Takes the directory, and finds what an earlier process left in it.
     *
     * @throws UnusableJournalException where the directory cannot be used; nothing is held then
     */
    public void open() {
        try {
            Path directory = Files.createDirectories(settings.directory());
            directoryLock = DirectoryLock.take(directory);
            Checkpoint opened = Checkpoint.open(directory, disk);
            checkpoint = opened;
            tell(new Recovery(directory, disk, damage).run(opened.state(), backlog));
            recovered = true;
        } catch (UnusableJournalException e) {
            release();
            throw new UnusableJournalException(prefix() + e.getMessage(), e);
        } catch (IOException e) {
            release();
            throw new UnusableJournalException(
                    prefix() + "expected a directory that can be read and written to (" + e + ")", e);
        }
        thread.start();
    }

    @Override
    public void put(Frame frame) throws InterruptedException {
        put(List.of(frame));
    }

    @Override
    public void put(List<Frame> frames) throws InterruptedException {
        intake.put(frames, opened());
    }

    @Override
    public @Nullable Entry take(Duration timeout) throws InterruptedException {
        try {
            return outlet.take(timeout);
        } catch (IOException e) {
            backlog.refuseIfClosed();
            throw new UncheckedIOException(prefix() + "cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean delivered(long position) {
        return backlog.delivered(position);
    }

    @Override
    public void rewind() {
        try {
            outlet.rewind();
        } catch (IOException e) {
            throw new UncheckedIOException(prefix() + "cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public long pending() {
        return backlog.pending();
    }

    /** Bytes that the frames put and not yet freed take on disk. */
    @Override
    public long bytes() {
        return backlog.bytes();
    }

    @Override
    public boolean isFull() {
        return backlog.isFull();
    }

    /** The last frame that was ever put, by this process or one before; null where there was none. */
    public @Nullable LastFrame lastFrame() {
        return backlog.state().lastFrame();
    }

    /** The position behind the last frame that was put. By any thread. */
    public long end() {
        return backlog.nextPosition();
    }

    /**
     * The position before which all that this process put is on the disk itself, and outlives a failure of the machine; with
     * {@link Fsync#NEVER}, which waits for no disk, that of the end. By any thread.
     */
    public long endOnDisk() {
        return settings.fsync() == Fsync.INTERVAL ? endOnDisk : end();
    }

    /** What keeps frames from being put, or from being found by a later process, a sentence; empty where nothing does. By any thread. */
    public String inTheWay() {
        return intake.inTheWay().isEmpty() ? deleted.now() : intake.inTheWay();
    }

    /** How often damage was found since the start. */
    public long damaged() {
        return damage.count();
    }

    /** Keeps what is not delivered for the next start; does nothing the second time, or before it is open. Who takes must have ended. */
    @Override
    public void close() {
        if (!recovered || checkpoint == null) {
            return;
        }
        backlog.close();
        closing.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tick();
        if (pending() > 0) {
            LOG.info("kept for the next start: {} frames that Kafka does not have, {} bytes", pending(), bytes());
        }
        release();
    }

    /** On the thread {@code journal-sync}: remembers what is delivered, deletes what is freed, waits for the disk. */
    private void run() {
        try {
            while (!closing.await(INTERVAL_MS, TimeUnit.MILLISECONDS)) {
                tick();
            }
        } catch (InterruptedException e) {
            LOG.debug("interrupted", e);
        }
    }

    private void tick() {
        DirectoryLock lock = directoryLock;
        if (intake.isDeleted() || (lock != null && lock.isDeleted())) {
            deleted.is(
                    prefix() + "files in it were deleted while the bridge runs: what Kafka does not have may end with"
                            + " this process. Start the bridge again");
        }
        try {
            long end = end();
            if (intake.sync()) {
                endOnDisk = end;
            }
            opened().write(backlog.state());
            intake.reclaim(opened());
            if (closing.getCount() == 0 && settings.fsync() != Fsync.NEVER) {
                opened().sync();
            }
            syncObstacle.isGone();
        } catch (IOException e) {
            syncObstacle.is(prefix() + "the disk refuses: " + e.getMessage() + ". Trying again");
        } catch (RuntimeException | Error e) { // nobody would see that the thread has ended
            syncObstacle.is(prefix() + "what is delivered is not remembered: " + e + ". Trying again");
            LOG.debug("failed", e);
        }
    }

    private void tell(Recovery.Found found) {
        LastFrame oldest = found.oldestPending();
        if (oldest == null) {
            LOG.info("{}: no frames wait for Kafka in the journal", settings.directory());
        } else {
            LOG.info(
                    "{}: {} frames wait for Kafka in the journal, {} bytes, the oldest received at {}",
                    settings.directory(),
                    found.pending(),
                    found.bytes(),
                    Instant.EPOCH.plus(oldest.receivedAtMicros(), ChronoUnit.MICROS));
        }
    }

    private Checkpoint opened() {
        Checkpoint opened = checkpoint;
        if (opened == null) {
            throw new IllegalStateException("the journal is not open");
        }
        return opened;
    }

    private String prefix() {
        return "journal.dir=" + settings.directory() + ": ";
    }

    private void release() {
        close(outlet);
        close(intake::close);
        close(checkpoint);
        checkpoint = null;
        close(directoryLock);
    }

    private static void close(@Nullable Closeable file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            LOG.warn("the journal could not be closed cleanly", e);
        }
    }
}
