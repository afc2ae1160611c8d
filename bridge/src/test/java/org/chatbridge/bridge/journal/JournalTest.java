package org.chatbridge.bridge.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.chatbridge.bridge.Await;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.FrameQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class JournalTest {
    @TempDir
    Path directory;

    @Test
    void shouldKeepEverythingOfAFrame() throws Exception {
        List<Frame> frames = List.of(
                new Frame("c", 1, 2, "agent", Frame.Kind.TEXT, new byte[] {1, 2, 3}),
                new Frame("c", 2, 3, null, Frame.Kind.BINARY, new byte[0]),
                new Frame("c", 2, 3, null, Frame.Kind.SNAPSHOT, new byte[] {1}),
                new Frame("c", 2, 3, "agent", Frame.Kind.GAP, new byte[] {2}),
                new Frame("другой", Long.MAX_VALUE, Long.MIN_VALUE, "", Frame.Kind.TEXT, new byte[] {0}),
                Frames.numbered(7, 65_536),
                Frames.numbered(8, 200_000),
                new Frame("x".repeat(100_000), 1, 1, "y".repeat(300_000), Frame.Kind.BINARY, new byte[10]));
        try (Journal journal = Frames.open(directory)) {
            for (Frame frame : frames) {
                journal.put(frame);
            }
        }
        try (Journal journal = Frames.open(directory)) {
            List<FrameQueue.Entry> entries = Frames.takeAll(journal);
            assertThat(entries).extracting(FrameQueue.Entry::position).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
            for (int i = 0; i < frames.size(); i++) {
                Frames.assertSame(entries.get(i).frame(), frames.get(i));
            }
        }
    }

    @Test
    void shouldKnowAfterARestartWhatIsPending() throws Exception {
        long bytes;
        try (Journal journal = Frames.open(directory)) {
            put(journal, 1, 10, 500);
            List<FrameQueue.Entry> entries = Frames.takeAll(journal);
            entries.subList(0, 4).forEach(journal::delivered);
            journal.delivered(entries.get(6)); // early: not freed
            bytes = journal.bytes();
            assertThat(journal.pending()).isEqualTo(6);
        }
        try (Journal journal = Frames.open(directory)) {
            assertThat(journal.pending()).isEqualTo(6);
            assertThat(journal.bytes()).isEqualTo(bytes).isBetween(3_000L, 4_000L);
            put(journal, 11, 11, 500);

            List<FrameQueue.Entry> entries = Frames.takeAll(journal);
            assertThat(Frames.sequences(entries)).containsExactly(5L, 6L, 7L, 8L, 9L, 10L, 11L);
            assertThat(entries.get(6).position()).isEqualTo(10);
            entries.forEach(journal::delivered);
            assertThat(journal.pending()).isZero();
            assertThat(journal.bytes()).isZero();
        }
    }

    /** What is delivered and waits for one that is not is remembered, each of them. */
    @Test
    void shouldNotTakeWithoutEndWhileTheOldestIsNotDelivered() throws Exception {
        int most = Backlog.MOST_IN_FLIGHT;
        try (Journal journal = Frames.open(directory)) {
            put(journal, 1, most + 10, 1);
            FrameQueue.Entry oldest = Objects.requireNonNull(journal.take(Duration.ZERO));
            int taken = 1;
            for (FrameQueue.Entry entry = journal.take(Duration.ZERO);
                    entry != null;
                    entry = journal.take(Duration.ZERO)) {
                journal.delivered(entry);
                taken++;
            }
            assertThat(taken).isEqualTo(most);

            journal.rewind();
            assertThat(Objects.requireNonNull(journal.take(Duration.ZERO)).position())
                    .isEqualTo(oldest.position());
            assertThat(journal.take(Duration.ofMillis(10))).isNull();
            journal.delivered(oldest);
            assertThat(Frames.takeAll(journal)).hasSize(10);
        }
    }

    /** Such as by SIGTERM while a large backlog is read. */
    @Test
    void shouldKnowWhatIsPendingAfterItWasClosedWhileItOpened() throws Exception {
        try (Journal journal = Frames.open(directory)) {
            put(journal, 1, 10, 500);
            Frames.takeAll(journal).subList(0, 4).forEach(journal::delivered);
        }
        CountDownLatch reads = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        Disk slow = (path, mode) -> {
            if (mode.equals("r")) {
                reads.countDown();
                awaitUnchecked(goesOn);
            }
            return Disk.REAL.open(path, mode);
        };
        Journal closed = new Journal(new JournalSettings(directory, Frames.LARGE, Fsync.NEVER), slow);
        CompletableFuture<Void> opening = CompletableFuture.runAsync(closed::open);
        reads.await();
        closed.close();
        goesOn.countDown();
        opening.handle((done, failure) -> null).get(10, TimeUnit.SECONDS);
        closed.close();

        try (Journal journal = Frames.open(directory)) {
            assertThat(journal.pending()).isEqualTo(6);
        }
    }

    @Test
    void shouldRememberWhenLiveChatWasLastSeenEvenIfAllIsDelivered() throws Exception {
        JournalSettings settings = new JournalSettings(directory, 20_000, Fsync.INTERVAL);
        try (Journal journal = Frames.open(settings, Disk.REAL)) {
            assertThat(journal.lastFrame()).isNull();
            put(journal, 1, 7, 500);
            journal.put(new Frame("later", 0, 2_000_000, null, Frame.Kind.GAP, new byte[10]));
            Frames.takeAll(journal).forEach(journal::delivered);
        }
        for (int i = 0; i < 3; i++) {
            try (Journal journal = Frames.open(settings, Disk.REAL)) {
                assertThat(journal.lastFrame()).isEqualTo(new LastFrame(Frames.CONNECTION, 7, 1_000_007));
                assertThat(journal.pending()).isZero();
            }
        }
    }

    @Test
    void shouldTellHowMuchIsOnTheDiskItself() throws Exception {
        Journal journal = Frames.open(new JournalSettings(directory, 1 << 20, Fsync.INTERVAL), Disk.REAL);
        putUnchecked(journal, 400); // in several segments
        assertThat(journal.endOnDisk()).isLessThanOrEqualTo(journal.end());
        journal.close();

        assertThat(journal.endOnDisk()).isEqualTo(journal.end()).isEqualTo(400);
    }

    @Test
    void shouldNotTakeForOnTheDiskWhatTheDiskDoesNotForce() throws Exception {
        Disk cannotForce = (path, mode) ->
                path.getFileName().toString().endsWith(".journal") ? new Nowhere(mode) : Disk.REAL.open(path, mode);
        Journal journal = Frames.open(new JournalSettings(directory, 1 << 20, Fsync.INTERVAL), cannotForce);
        putUnchecked(journal, 1);
        journal.close();

        assertThat(journal.end()).isEqualTo(1);
        assertThat(journal.endOnDisk()).isZero();
    }

    /** Takes all, and nothing of it can be forced onto a disk. */
    private static final class Nowhere extends RandomAccessFile {
        Nowhere(String mode) throws FileNotFoundException {
            super("/dev/null", mode);
        }

        @Override
        public void setLength(long length) {
            // it has none
        }
    }

    @Test
    void shouldGiveBackTheSpaceOfWhatIsDelivered() throws Exception {
        JournalSettings settings = new JournalSettings(directory, 64_000, Fsync.INTERVAL);
        try (Journal journal = Frames.open(settings, Disk.REAL)) {
            for (int i = 1; i <= 400; i++) {
                put(journal, i, i, 500);
                assertThat(segmentBytes()).isLessThanOrEqualTo(64_000);
                FrameQueue.Entry entry = Objects.requireNonNull(journal.take(Duration.ZERO));
                assertThat(entry.frame().sequence()).isEqualTo(i);
                journal.delivered(entry);
            }
        }
        assertThat(segmentBytes()).isLessThan(8_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".lock", ".journal"})
    void shouldSayThatItsFilesWereDeleted(String suffix) throws Exception {
        Path deleted = directory.resolve("deleted");
        try (Journal journal = Frames.open(new JournalSettings(deleted, 64_000, Fsync.INTERVAL), Disk.REAL)) {
            put(journal, 1, 1, 500);
            assertThat(journal.inTheWay()).isEmpty();
            try (Stream<Path> files = Files.list(deleted)) {
                for (Path file : files.toList()) {
                    if (file.toString().endsWith(suffix)) {
                        Files.delete(file);
                    }
                }
            }
            Await.until("it says so", () -> !journal.inTheWay().isEmpty());

            assertThat(journal.inTheWay())
                    .startsWith("journal.dir=" + deleted + ": files in it were deleted while the bridge runs");
            put(journal, 2, 2, 500);
            assertThat(journal.pending()).as("it goes on meanwhile").isEqualTo(2);
        }
    }

    @Test
    void shouldHoldTheSocketWhileItIsFull() throws Exception {
        JournalSettings settings = new JournalSettings(directory, 64_000, Fsync.NEVER);
        try (Journal journal = Frames.open(settings, Disk.REAL)) {
            CompletableFuture<Void> all = CompletableFuture.runAsync(() -> putUnchecked(journal, 200));
            while (!journal.isFull()) {
                Thread.onSpinWait();
            }
            assertThat(all).isNotDone();
            assertThat(segmentBytes()).isLessThanOrEqualTo(64_000);
            assertThat(journal.inTheWay()).contains("journal.max.bytes=64000");

            for (int i = 1; i <= 200; i++) {
                FrameQueue.Entry entry = Objects.requireNonNull(journal.take(Duration.ofSeconds(10)));
                assertThat(entry.frame().sequence()).isEqualTo(i);
                journal.delivered(entry);
            }
            all.get(10, TimeUnit.SECONDS);
            assertThat(journal.isFull()).isFalse();
            assertThat(journal.inTheWay()).isEmpty();
        }
    }

    @Test
    void shouldWaitForAsMuchRoomAsAFrameTakes() throws Exception {
        JournalSettings settings = new JournalSettings(directory, 64_000, Fsync.NEVER);
        try (Journal journal = Frames.open(settings, Disk.REAL)) {
            put(journal, 1, 90, 500);
            List<FrameQueue.Entry> entries = Frames.takeAll(journal);
            entries.subList(0, 14).forEach(journal::delivered); // two small segments
            CompletableFuture<Void> large = CompletableFuture.runAsync(() -> putUnchecked(journal, 91, 30_000));
            while (!journal.isFull() && !large.isDone()) {
                Thread.onSpinWait();
            }
            assertThat(segmentBytes()).isLessThanOrEqualTo(64_000);
            assertThat(large).isNotDone();

            entries.subList(14, 90).forEach(journal::delivered);
            large.get(10, TimeUnit.SECONDS);
            assertThat(Frames.sequences(Frames.takeAll(journal))).containsExactly(91L);
        }
    }

    /** What the bridge itself puts is no word of LiveChat's, wherever it stands in a list. */
    @Test
    void shouldRememberTheLastOfAListThatIsLiveChats() throws Exception {
        Frame gap = new Frame("c", 0, 5, null, Frame.Kind.GAP, new byte[10]);
        try (Journal journal = Frames.open(directory)) {
            journal.put(List.of());
            assertThat(journal.lastFrame()).isNull();
            journal.put(List.of(gap, gap));
            assertThat(journal.lastFrame()).isNull();
            journal.put(List.of(Frames.numbered(1, 10), gap, Frames.numbered(2, 10), gap));
            assertThat(journal.lastFrame()).isEqualTo(new LastFrame(Frames.CONNECTION, 2, 1_000_002));
            assertThat(journal.pending()).isEqualTo(6);
        }
        try (Journal journal = Frames.open(directory)) {
            assertThat(journal.lastFrame()).isEqualTo(new LastFrame(Frames.CONNECTION, 2, 1_000_002));
            assertThat(Frames.takeAll(journal)).hasSize(6);
        }
    }

    @Test
    void shouldTakeAFrameThatIsLargerThanItself() throws Exception {
        JournalSettings settings = new JournalSettings(directory, 64_000, Fsync.ALWAYS);
        try (Journal journal = Frames.open(settings, Disk.REAL)) {
            for (int i = 1; i <= 2; i++) {
                Frame frame = Frames.numbered(i, 32 * 1024 * 1024);
                journal.put(frame);
                FrameQueue.Entry entry = Objects.requireNonNull(journal.take(Duration.ZERO));
                Frames.assertSame(entry.frame(), frame);
                journal.delivered(entry);
            }
        }
    }

    @Test
    void shouldEndEveryWaitWhenClosed() throws Exception {
        JournalSettings settings = new JournalSettings(directory, 2_000, Fsync.NEVER);
        Journal journal = Frames.open(settings, Disk.REAL);
        CompletableFuture<Void> put = CompletableFuture.runAsync(() -> putUnchecked(journal, 200));
        while (!journal.isFull()) {
            Thread.onSpinWait();
        }
        journal.close();

        assertThatThrownBy(() -> put.get(10, TimeUnit.SECONDS)).hasRootCauseInstanceOf(InterruptedException.class);
        assertThatThrownBy(() -> journal.put(Frames.numbered(1, 1))).isInstanceOf(Exception.class);
    }

    @Test
    void shouldRefuseADirectoryThatIsInUse() {
        try (Journal first = Frames.open(directory)) {
            assertThatThrownBy(() -> Frames.open(directory))
                    .isInstanceOf(UnusableJournalException.class)
                    .hasMessage("journal.dir=" + directory + ": in use by another process (pid "
                            + ProcessHandle.current().pid()
                            + "): stop that one, or give this bridge a directory of its own");
            assertThat(first.pending()).isZero();
        }
        Frames.open(directory).close();
    }

    @Test
    void shouldRefuseADirectoryThatIsAFile() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> Frames.open(file))
                .isInstanceOf(UnusableJournalException.class)
                .hasMessageStartingWith("journal.dir=" + file + ": expected a directory that can be read and written");
    }

    private long segmentBytes() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".journal"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private static void put(Journal journal, int first, int last, int bytes) throws InterruptedException {
        for (int i = first; i <= last; i++) {
            journal.put(Frames.numbered(i, bytes));
        }
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void putUnchecked(Journal journal, long sequence, int bytes) {
        try {
            journal.put(Frames.numbered(sequence, bytes));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void putUnchecked(Journal journal, int count) {
        try {
            put(journal, 1, count, 500);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
