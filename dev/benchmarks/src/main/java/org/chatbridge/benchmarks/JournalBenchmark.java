package org.chatbridge.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.journal.Fsync;
import org.chatbridge.bridge.journal.Journal;
import org.chatbridge.bridge.journal.JournalSettings;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A frame appended to the journal, alone or among those that were read from the socket together, beside the same bytes appended
 * to an array, to a buffer and to a file. Nobody waits for the disk itself, and each iteration begins with a new file.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class JournalBenchmark {
    /** So many small frames come out of a socket at once under load. */
    static final int BATCH = 32;

    private static final int BATCHES = 32;
    private static final int ARRAY_BYTES = 1 << 20;

    /** Frames, one after the other and in batches. */
    @State(Scope.Thread)
    public static class Pushes {
        private final List<List<Frame>> batches = new ArrayList<>();
        private final byte[] array = new byte[ARRAY_BYTES];
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(ARRAY_BYTES);
        private int arrayEnd;
        private int next;

        /** Makes the frames. */
        @Setup
        public void prepare() {
            List<Frame> frames = Mix.stamped(Mix.TEAM.frames(BATCH * BATCHES));
            for (int i = 0; i < BATCHES; i++) {
                batches.add(List.copyOf(frames.subList(i * BATCH, (i + 1) * BATCH)));
            }
        }

        Frame frame() {
            next = (next + 1) % (BATCH * BATCHES);
            return batches.get(next / BATCH).get(next % BATCH);
        }

        List<Frame> batch() {
            next = (next + 1) % BATCHES;
            return batches.get(next);
        }
    }

    /** The journal. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init") // JMH calls open first
    public static class OpenJournal {
        private Path directory;
        private Journal journal;

        /** Opens one. */
        @Setup(Level.Iteration)
        public void open() throws IOException {
            directory = newDirectory();
            journal = new Journal(new JournalSettings(directory, Long.MAX_VALUE, Fsync.NEVER));
            journal.open();
        }

        /** Closes and deletes it. */
        @TearDown(Level.Iteration)
        public void close() throws IOException {
            journal.close();
            delete(directory);
        }
    }

    /** A plain file. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init") // JMH calls open first
    public static class OpenFile {
        private Path directory;
        private FileChannel channel;

        /** Opens one. */
        @Setup(Level.Iteration)
        public void open() throws IOException {
            directory = newDirectory();
            channel = FileChannel.open(
                    directory.resolve("file"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        /** Closes and deletes it. */
        @TearDown(Level.Iteration)
        public void close() throws IOException {
            channel.close();
            delete(directory);
        }
    }

    private static Path newDirectory() throws IOException {
        Path all = Path.of(System.getProperty("benchmark.root", ".")).resolve("dev/benchmarks/target/jmh");
        return Files.createTempDirectory(Files.createDirectories(all), "journal");
    }

    private static void delete(Path made) throws IOException {
        try (Stream<Path> files = Files.walk(made)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** One frame. */
    @Benchmark
    @Beside({"file", "buffer", "array"})
    public void put(OpenJournal open, Pushes pushes) throws InterruptedException {
        open.journal.put(pushes.frame());
    }

    /** A frame among others. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    @Beside({"fileTogether", "buffer", "array"})
    public void putTogether(OpenJournal open, Pushes pushes) throws InterruptedException {
        open.journal.put(pushes.batch());
    }

    /** One write. */
    @Benchmark
    public int file(OpenFile open, Pushes pushes) throws IOException {
        pushes.buffer.clear().put(pushes.frame().bytes()).flip();
        return open.channel.write(pushes.buffer);
    }

    /** One write of all. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int fileTogether(OpenFile open, Pushes pushes) throws IOException {
        pushes.buffer.clear();
        for (Frame frame : pushes.batch()) {
            pushes.buffer.put(frame.bytes());
        }
        return open.channel.write(pushes.buffer.flip());
    }

    /** From the beginning again where it is full. */
    @Benchmark
    public ByteBuffer buffer(Pushes pushes) {
        byte[] bytes = pushes.frame().bytes();
        if (pushes.buffer.remaining() < bytes.length) {
            pushes.buffer.clear();
        }
        return pushes.buffer.put(bytes);
    }

    /** From the beginning again where it is full. */
    @Benchmark
    public byte[] array(Pushes pushes) {
        byte[] bytes = pushes.frame().bytes();
        int at = pushes.arrayEnd + bytes.length > ARRAY_BYTES ? 0 : pushes.arrayEnd;
        System.arraycopy(bytes, 0, pushes.array, at, bytes.length);
        pushes.arrayEnd = at + bytes.length;
        return pushes.array;
    }
}
