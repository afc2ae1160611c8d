package org.chatbridge.bridge.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.chatbridge.bridge.Await;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.FrameQueue;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A disk that refuses holds the socket, and no more than that. */
@Timeout(60)
class FullDiskTest {
    @TempDir
    Path directory;

    /** Bytes that the disk still takes; it takes half of what is too much, as a real one may. */
    private final AtomicLong free = new AtomicLong(Long.MAX_VALUE);

    /** Whether it takes all that it has room for instead. */
    private boolean exact;

    private boolean refusesToCut;
    private volatile boolean refusesCheckpoint;
    private volatile boolean breaksAtCheckpoint;
    private final AtomicLong checkpoints = new AtomicLong();

    @Test
    void shouldGoOnByItselfWhenTheDiskTakesMore() throws Exception {
        JournalSettings settings = new JournalSettings(directory, 1 << 20, Fsync.NEVER);
        try (Journal journal = Frames.open(settings, this::open)) {
            free.set(10_000);
            CompletableFuture<Void> all = putting(journal, 1, 50);
            while (!journal.isFull()) {
                Thread.onSpinWait();
            }
            assertThat(journal.inTheWay())
                    .isEqualTo("journal.dir=" + directory + ": cannot be written to: No space left on device."
                            + " LiveChat's socket is not read meanwhile, trying again");
            long pending = journal.pending();
            assertThat(pending).isBetween(10L, 20L);

            free.set(Long.MAX_VALUE);
            all.get(20, TimeUnit.SECONDS);

            assertThat(Frames.takeAll(journal)).hasSize(50);
            assertThat(journal.inTheWay()).isEmpty();
            assertThat(journal.damaged()).isZero();
        }
    }

    /** The end of the process at any moment of a full disk leaves a journal that is whole. */
    @Test
    void shouldLeaveAWholeJournalWhenTheProcessEndsWhileTheDiskIsFull() throws Exception {
        for (int bytes = 0; bytes < 1_500; bytes += 37) {
            Path one = directory.resolve("full" + bytes);
            free.set(Long.MAX_VALUE);
            Journal journal = Frames.open(new JournalSettings(one, 1 << 20, Fsync.NEVER), this::open);
            free.set(bytes);
            CompletableFuture<Void> all = putting(journal, 1, 50);
            while (!journal.isFull()) {
                Thread.onSpinWait();
            }
            long pending = journal.pending();
            journal.close();
            assertThat(all).failsWithin(Duration.ofSeconds(10));
            try (Journal again = Frames.open(one)) {
                assertThat(again.pending()).isEqualTo(pending);
                assertThat(again.damaged()).isZero();
                assertThat(Frames.takeAll(again)).hasSize((int) pending);
            }
        }
    }

    /**
     * Refused at any byte of a list: what was there before is there, what is put later as well, each once.
     *
     * @param before bytes of the frame that stands in the segment already; after a large one a segment is begun
     * @param stuck whether the file cannot be cut off either while the disk is full
     */
    @ParameterizedTest
    @CsvSource({"100,false", "3800,true"})
    void shouldPutEachFrameOfAListOnceWhereverTheDiskRefuses(int before, boolean stuck) throws Exception {
        List<Frame> list = frames(0, 60, 3);
        exact = true;
        refusesToCut = stuck;
        boolean refused = true;
        for (int bytes = 0; refused; bytes++) {
            refused = isRefused(64_000, before, bytes, list);
            assertThat(bytes).isLessThan(2_000);
        }
    }

    @Test
    void shouldPutEachFrameOfALargeListOnceWhereverTheDiskRefuses() throws Exception {
        exact = true;
        List<Frame> list = frames(500, 70_000, 500, 30_000, 30_000, 30_000, 200_000, 300);
        boolean refused = true;
        for (int bytes = 0; refused; bytes += 7_919) {
            refused = isRefused(1_000_000, 100, bytes, list);
        }
    }

    /** Puts a list while the disk takes so many bytes, and then all; whether it did refuse. */
    private boolean isRefused(int maxBytes, int before, int bytes, List<Frame> list) throws Exception {
        Path one = directory.resolve("list" + bytes);
        boolean refused;
        free.set(Long.MAX_VALUE);
        try (Journal journal = Frames.open(new JournalSettings(one, maxBytes, Fsync.NEVER), this::open)) {
            journal.put(Frames.numbered(1, before));
            FrameQueue.Entry first = Objects.requireNonNull(journal.take(Duration.ZERO));
            free.set(bytes);
            CompletableFuture<Void> all = putting(journal, list);
            while (!journal.isFull() && !all.isDone()) {
                Thread.onSpinWait();
            }
            refused = !all.isDone();
            List<FrameQueue.Entry> entries = Frames.takeAll(journal);
            free.set(Long.MAX_VALUE);
            journal.delivered(first); // who waits looks again
            all.get(10, TimeUnit.SECONDS);
            entries.addAll(Frames.takeAll(journal));
            assertAre(entries, list);
            assertThat(journal.damaged()).isZero();
        }
        try (Journal again = Frames.open(one)) {
            assertAre(Frames.takeAll(again), list);
            assertThat(again.damaged()).isZero();
            LastFrame last = Objects.requireNonNull(again.lastFrame());
            assertThat(last.sequence()).isEqualTo(list.size() + 1);
        }
        return refused;
    }

    private static void assertAre(List<FrameQueue.Entry> entries, List<Frame> list) {
        assertThat(entries).hasSameSizeAs(list);
        for (int i = 0; i < list.size(); i++) {
            Frames.assertSame(entries.get(i).frame(), list.get(i));
        }
    }

    private static List<Frame> frames(int... bytes) {
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            frames.add(Frames.numbered(i + 2, bytes[i]));
        }
        return frames;
    }

    @Test
    void shouldGiveBackLaterWhatTheDiskDoesNotLetItGiveBackNow() throws Exception {
        JournalSettings settings = new JournalSettings(directory, 64_000, Fsync.NEVER);
        try (Journal journal = Frames.open(settings, this::open)) {
            CompletableFuture<Void> all = putting(journal, 1, 150);
            while (!journal.isFull()) {
                Thread.onSpinWait();
            }
            refusesCheckpoint = true;
            Frames.takeAll(journal).forEach(journal::delivered);
            while (!journal.inTheWay().contains("cannot be written to")) {
                Thread.onSpinWait();
            }
            refusesCheckpoint = false;

            while (!all.isDone()) {
                FrameQueue.Entry entry = journal.take(Duration.ofMillis(10));
                if (entry != null) {
                    journal.delivered(entry);
                }
            }
            all.get();
            Frames.takeAll(journal).forEach(journal::delivered);
            for (int i = 0; i < 50 && segments() > 1; i++) {
                assertThat(journal.take(Duration.ofMillis(100))).isNull(); // leaves it time
            }
            assertThat(segments()).isEqualTo(1);
        }
    }

    private long segments() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".journal")).count();
        }
    }

    @Test
    void shouldFillAFileSystemAndGoOnAsKafkaTakes() throws Exception {
        Path mount = Files.createDirectories(directory.resolve("mount"));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", mount.toString());
        Assumptions.assumeTrue(mounted, "a tmpfs of 4 MiB may not be mounted here: skipped");
        try (Journal journal = Frames.open(new JournalSettings(mount, Frames.LARGE, Fsync.INTERVAL), Disk.REAL)) {
            CompletableFuture<Void> all = putting(journal, 1, 20_000);
            List<Long> taken = new ArrayList<>();
            while (!journal.isFull()) {
                Thread.onSpinWait();
            }
            assertThat(journal.inTheWay()).contains("No space left on device");
            while (taken.size() < 20_000) {
                FrameQueue.Entry entry = Objects.requireNonNull(journal.take(Duration.ofSeconds(20)));
                taken.add(entry.frame().sequence());
                journal.delivered(entry);
            }
            all.get(10, TimeUnit.SECONDS);
            assertThat(taken).isSorted().doesNotHaveDuplicates().hasSize(20_000);
            LastFrame last = Objects.requireNonNull(journal.lastFrame());
            assertThat(last.sequence()).isEqualTo(20_000);
        } finally {
            assertThat(run("umount", mount.toString())).isTrue();
        }
    }

    @Test
    void shouldGoOnRememberingWhatIsDeliveredAfterAFailure() throws Exception {
        try (Journal journal = Frames.open(new JournalSettings(directory, 1 << 20, Fsync.NEVER), this::open)) {
            breaksAtCheckpoint = true;
            journal.put(Frames.numbered(1, 500));
            long first = checkpoints.get() + 1;
            Await.until("failed", () -> checkpoints.get() >= first);

            Await.until("tried again", () -> checkpoints.get() > first);
            breaksAtCheckpoint = false;
        }
    }

    private static CompletableFuture<Void> putting(Journal journal, List<Frame> list) {
        return CompletableFuture.runAsync(() -> {
            try {
                journal.put(list);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static CompletableFuture<Void> putting(Journal journal, int first, int last) {
        return CompletableFuture.runAsync(() -> {
            try {
                for (int i = first; i <= last; i++) {
                    journal.put(Frames.numbered(i, 500));
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private RandomAccessFile open(Path path, String mode) throws IOException {
        return new RandomAccessFile(path.toFile(), mode) {
            @Override
            public void setLength(long length) throws IOException {
                if (refusesToCut && free.get() == 0) {
                    throw new IOException("No space left on device");
                }
                super.setLength(length);
            }

            @Override
            public void write(byte[] bytes) throws IOException {
                write(bytes, 0, bytes.length);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                if (refusesCheckpoint && path.endsWith(Checkpoint.FILE_NAME)) {
                    throw new IOException("No space left on device");
                }
                if (path.endsWith(Checkpoint.FILE_NAME)) {
                    checkpoints.incrementAndGet();
                    if (breaksAtCheckpoint) {
                        throw new NoClassDefFoundError("broken"); // an error: who catches that catches the rest too
                    }
                }
                if (!path.toString().endsWith(".journal")) {
                    super.write(bytes, from, length);
                    return;
                }
                long left = free.addAndGet(-length);
                if (left < 0) {
                    free.set(0);
                    super.write(bytes, from, exact ? (int) (length + left) : length / 2);
                    throw new IOException("No space left on device");
                }
                super.write(bytes, from, length);
            }
        };
    }
}
