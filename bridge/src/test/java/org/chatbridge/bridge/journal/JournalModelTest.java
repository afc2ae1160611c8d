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
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.chatbridge.bridge.frames.FrameQueue;
import org.jspecify.annotations.Nullable;

/** Whatever happens to a journal, in any order: the undelivered come in order, nothing is lost, nothing is invented. */
class JournalModelTest {
    private static final int FRAMES = 80;

    @Property(tries = 30)
    void shouldOfferEveryUndeliveredFrameInOrder(@ForAll long seed) throws Exception {
        Path root = Files.createTempDirectory(Path.of("target"), "journal-model");
        try (Run run = new Run(seed, root)) {
            while (run.puts < FRAMES || run.journal.pending() > 0) {
                run.step();
            }
            assertThat(run.delivered).hasSize(FRAMES);
            assertThat(run.journal.bytes()).isZero();
            assertThat(run.journal.take(Duration.ZERO)).isNull();
        } finally {
            delete(root);
        }
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

        Run(long seed, Path root) {
            this.random = new Random(seed);
            this.root = root;
            this.directory = root.resolve("0");
            this.journal = open();
        }

        void step() throws Exception {
            switch (random.nextInt(40)) {
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
            if (puts < FRAMES) {
                puts++;
                int bytes = random.nextInt(20) == 0 ? random.nextInt(200_000) : random.nextInt(800);
                journal.put(Frames.numbered(puts, bytes));
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
                    new JournalSettings(directory, random.nextBoolean() ? Frames.LARGE : 1_000_000_000, Fsync.NEVER),
                    Disk.REAL);
        }

        @Override
        public void close() {
            journal.close();
        }
    }
}
