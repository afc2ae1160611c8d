package org.chatbridge.bridge.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.FrameQueue;
import org.jspecify.annotations.Nullable;

/** Whatever happens to a journal, in any order: the undelivered come in order, nothing is lost, nothing is invented. */
class JournalModelTest {
    private static final int FRAMES = 80;
    private static final int FRAMES_IN_LISTS = 400;

    @Property(tries = 30)
    void shouldOfferEveryUndeliveredFrameInOrder(@ForAll long seed) throws Exception {
        run(seed, FRAMES, 1);
    }

    /** Many at once, more than one write or one segment holds among them, and single ones in between. */
    @Property(tries = 12)
    void shouldOfferEveryUndeliveredFrameOfListsInOrder(@ForAll long seed) throws Exception {
        run(seed, FRAMES_IN_LISTS, 200);
    }

    private static void run(long seed, int frames, int mostAtOnce) throws Exception {
        Path root = Files.createTempDirectory(Path.of("target"), "journal-model");
        try (Run run = new Run(seed, root, frames, mostAtOnce)) {
            while (run.puts < frames || run.journal.pending() > 0) {
                run.step();
            }
            assertThat(run.delivered).hasSize(frames);
            assertThat(run.journal.bytes()).isZero();
            assertThat(run.journal.take(Duration.ZERO)).isNull();
        } finally {
            delete(root);
        }
    }

    /** Who puts a list waits for room in the middle of it, as often as it takes. */
    @Property(tries = 30)
    void shouldHoldAListWhileItIsFull(@ForAll long seed) throws Exception {
        Path root = Files.createTempDirectory(Path.of("target"), "journal-model");
        Random random = new Random(seed);
        int maxBytes = 100_000 + random.nextInt(200_000);
        try (Journal journal = Frames.open(new JournalSettings(root, maxBytes, Fsync.NEVER), Disk.REAL)) {
            CompletableFuture<Void> all = CompletableFuture.runAsync(() -> putAll(journal, new Random(seed)));
            List<FrameQueue.Entry> inFlight = new ArrayList<>();
            long taken = 0;
            long delivered = 0;
            while (delivered < FRAMES_IN_LISTS) {
                FrameQueue.Entry entry = journal.take(inFlight.isEmpty() ? Duration.ofSeconds(20) : Duration.ZERO);
                if (entry == null || random.nextInt(3) == 0) {
                    inFlight.addAll(entry == null ? List.of() : List.of(entry));
                    assertThat(inFlight).as("nothing comes any more").isNotEmpty();
                    journal.delivered(inFlight.remove(random.nextInt(inFlight.size())));
                    delivered++;
                } else {
                    inFlight.add(entry);
                }
                if (entry != null) {
                    taken++;
                    Frames.assertSame(
                            entry.frame(), Frames.numbered(taken, entry.frame().bytes().length));
                }
                assertThat(journal.bytes()).isLessThanOrEqualTo(maxBytes + 100_000);
            }
            all.get(10, TimeUnit.SECONDS);
            assertThat(journal.pending()).isZero();
            assertThat(journal.bytes()).isZero();
            assertThat(journal.inTheWay()).isEmpty();
            assertThat(journal.damaged()).isZero();
        } finally {
            delete(root);
        }
    }

    private static void putAll(Journal journal, Random random) {
        try {
            for (long put = 0; put < FRAMES_IN_LISTS; ) {
                List<Frame> frames = next(random, put, FRAMES_IN_LISTS, 200);
                journal.put(frames);
                put += frames.size();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The frames behind that many, one or some. */
    private static List<Frame> next(Random random, long put, int frames, int mostAtOnce) {
        long count =
                switch (random.nextInt(3)) {
                    case 0 -> 1;
                    case 1 -> 1 + random.nextInt(Math.min(10, mostAtOnce));
                    default -> 1 + random.nextInt(mostAtOnce);
                };
        List<Frame> list = new ArrayList<>();
        for (long sequence = put + 1; sequence <= Math.min(frames, put + count); sequence++) {
            int large = mostAtOnce == 1 ? 20 : 100;
            int bytes = random.nextInt(large) == 0
                    ? random.nextInt(mostAtOnce == 1 ? 200_000 : 90_000)
                    : random.nextInt(800);
            list.add(Frames.numbered(sequence, bytes));
        }
        return list;
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A journal and what must be so of it. */
    private static final class Run implements AutoCloseable {
        private final Random random;
        private final int frames;
        private final int mostAtOnce;
        private final Path root;
        private final List<FrameQueue.Entry> inFlight = new ArrayList<>();
        private final TreeSet<Long> delivered = new TreeSet<>();

        /** Delivered before the last crash: may come again, in order. */
        private final TreeSet<Long> maybeAgain = new TreeSet<>();

        private int directories;
        private long puts;
        private long lastTaken;
        private Path directory;
        private Journal journal;

        Run(long seed, Path root, int frames, int mostAtOnce) {
            this.random = new Random(seed);
            this.frames = frames;
            this.mostAtOnce = mostAtOnce;
            this.root = root;
            this.directory = root.resolve("0");
            this.journal = open();
        }

        void step() throws Exception {
            switch (random.nextInt(mostAtOnce == 1 ? 40 : 160)) {
                case 0 -> crash();
                case 1 -> reopen();
                case 2, 3 -> rewind();
                default -> {
                    switch (random.nextInt(4)) {
                        case 0 -> put();
                        case 1, 2 -> take();
                        default -> deliver();
                    }
                }
            }
        }

        private void put() throws InterruptedException {
            if (puts < frames) {
                List<Frame> some = next(random, puts, frames, mostAtOnce);
                if (some.size() == 1 && random.nextBoolean()) {
                    journal.put(some.get(0));
                } else {
                    journal.put(some);
                }
                puts += some.size();
                LastFrame last = journal.lastFrame();
                assertThat(last).isNotNull().extracting(LastFrame::sequence).isEqualTo(puts);
            }
        }

        private void take() throws InterruptedException {
            FrameQueue.Entry entry = journal.take(Duration.ZERO);
            Long expected = nextUndelivered();
            if (entry == null) {
                assertThat(expected).isNull();
                return;
            }
            long sequence = entry.frame().sequence();
            assertThat(sequence).isGreaterThan(lastTaken).isEqualTo(entry.position() + 1);
            if (!maybeAgain.contains(sequence)) {
                assertThat(sequence).isEqualTo(expected);
            }
            Frames.assertSame(
                    entry.frame(), Frames.numbered(sequence, entry.frame().bytes().length));
            lastTaken = sequence;
            inFlight.add(entry);
        }

        private @Nullable Long nextUndelivered() {
            for (long sequence = lastTaken + 1; sequence <= puts; sequence++) {
                if (!delivered.contains(sequence)) {
                    return sequence;
                }
            }
            return null;
        }

        private void deliver() {
            if (!inFlight.isEmpty()) {
                FrameQueue.Entry entry = inFlight.remove(random.nextInt(inFlight.size()));
                journal.delivered(entry);
                delivered.add(entry.frame().sequence());
                maybeAgain.remove(entry.frame().sequence());
            }
        }

        private void rewind() {
            journal.rewind();
            forgetInFlight();
        }

        /** What a process leaves that is ended by force: its files as they are at any moment. */
        private void crash() throws IOException {
            Path after = root.resolve(Integer.toString(++directories));
            Files.createDirectories(after);
            try (Stream<Path> files = Files.list(directory)) {
                // The checkpoint first: it is never newer than the segments.
                for (Path file : files.sorted(Comparator.reverseOrder())
                        .sorted(Comparator.comparing(f -> f.toString().endsWith(".journal")))
                        .toList()) {
                    try {
                        Files.copy(file, after.resolve(file.getFileName()));
                    } catch (NoSuchFileException e) {
                        // freed and deleted meanwhile
                    }
                }
            }
            journal.close();
            directory = after;
            restarted();
        }

        private void reopen() {
            journal.close();
            restarted();
        }

        private void restarted() {
            journal = open();
            forgetInFlight();
            maybeAgain.clear();
            maybeAgain.addAll(delivered);
            long undelivered = puts - delivered.size();
            assertThat(journal.pending()).isBetween(undelivered, puts);
        }

        private void forgetInFlight() {
            inFlight.clear();
            lastTaken = 0;
        }

        private Journal open() {
            return Frames.open(
                    new JournalSettings(
                            directory,
                            List.of(Frames.LARGE, 1_000_000_000L, 16_000_000L).get(random.nextInt(3)),
                            Fsync.NEVER),
                    Disk.REAL);
        }

        @Override
        public void close() {
            journal.close();
        }
    }
}
