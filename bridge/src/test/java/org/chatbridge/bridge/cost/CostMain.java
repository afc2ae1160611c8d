package org.chatbridge.bridge.cost;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.chatbridge.bridge.convert.FrameConverter;
import org.chatbridge.bridge.delivery.Delivery;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.FrameQueue;
import org.chatbridge.bridge.frames.MemoryFrameQueue;
import org.chatbridge.bridge.journal.Fsync;
import org.chatbridge.bridge.journal.Journal;
import org.chatbridge.bridge.journal.JournalSettings;
import org.chatbridge.sandbox.KafkaBroker;
import org.chatbridge.sandbox.SchemaRegistryServer;
import org.chatbridge.schema.SampleFrames;
import org.chatbridge.schema.TopicNames;
import org.jspecify.annotations.Nullable;

/**
 * What the journal costs: frames from the receiver's end of the queue to Kafka's acknowledgement, by the product's own
 * delivery to a real broker, with the journal and with a queue in memory, in rounds that take turns. Arguments: a directory,
 * frames a round at full speed, rounds.
 */
public final class CostMain {
    private static final int PARTITIONS = 3;
    private static final int STEADY_RATE = 2_000;
    private static final int STEADY_FRAMES = 16_000;

    private final Path directory;
    private final KafkaBroker broker;
    private final SchemaRegistryServer registry;
    private final List<byte[]> frames;
    private int runs;

    private record Figures(String kind, List<Double> rates, List<Double> p50, List<Double> p99) {
        Figures(String kind) {
            this(kind, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    private CostMain(Path directory, KafkaBroker broker, SchemaRegistryServer registry) {
        this.directory = directory;
        this.broker = broker;
        this.registry = registry;
        this.frames = SampleFrames.all().entrySet().stream()
                .filter(sample -> !sample.getKey().startsWith("edge") && sample.getValue().length < 4_000)
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Prints a table. */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        int count = Integer.parseInt(args[1]);
        int rounds = Integer.parseInt(args[2]);
        KafkaBroker broker = new KafkaBroker(0, directory.resolve("kafka"));
        SchemaRegistryServer registry = new SchemaRegistryServer(0, directory.resolve("registry"));
        try (broker;
                registry) {
            broker.start();
            registry.start();
            new CostMain(directory, broker, registry).compare(count, rounds);
        }
        System.exit(0);
    }

    private void compare(int count, int rounds) throws Exception {
        Figures memory = new Figures("memory");
        Figures journal = new Figures("journal");
        for (int round = -1; round < rounds; round++) {
            List<Figures> turn = new ArrayList<>(List.of(memory, journal));
            if (round % 2 == 0) {
                Collections.reverse(turn);
            }
            for (Figures figures : turn) {
                String kind = figures.kind();
                double rate = count / (run(kind, count, 0)[0] / 1e9);
                double[] steady = run(kind, STEADY_FRAMES, STEADY_RATE);
                if (round >= 0) { // the one before warms up
                    figures.rates().add(rate);
                    figures.p50().add(steady[1]);
                    figures.p99().add(steady[2]);
                }
                System.out.printf(
                        Locale.ROOT,
                        "%-8s %8.0f frames/s   at %d/s: p50 %6.2f ms, p99 %6.2f ms%s%n",
                        kind,
                        rate,
                        STEADY_RATE,
                        steady[1],
                        steady[2],
                        round < 0 ? "   (warm-up)" : "");
            }
        }
        System.out.printf(
                Locale.ROOT,
                "median: journal at %.1f %% of the rate in memory; p50 %+.2f ms, p99 %+.2f ms%n",
                100 * median(journal.rates()) / median(memory.rates()),
                median(journal.p50()) - median(memory.p50()),
                median(journal.p99()) - median(memory.p99()));
    }

    /**
     * One round.
     *
     * @param rate frames a second; 0 for as fast as they are taken
     * @return nanoseconds in all, then p50 and p99 from put to acknowledgement in milliseconds
     */
    private double[] run(String kind, int count, int rate) throws Exception {
        Path place = directory.resolve("run" + ++runs);
        Journal journal =
                kind.equals("journal") ? new Journal(new JournalSettings(place, 4L << 30, Fsync.INTERVAL)) : null;
        if (journal != null) {
            journal.open();
        }
        Timed queue = new Timed(journal == null ? new MemoryFrameQueue(64L << 20) : journal, count);
        Delivery delivery = delivery(queue);
        delivery.start();
        queue.put(frame(0)); // what the first costs is not the question
        queue.await(1);
        queue.begin();
        long begin = System.nanoTime();
        for (int i = 1; i <= count; i++) {
            if (rate > 0) {
                long due = begin + (long) (i * 1e9 / rate);
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
            }
            queue.put(frame(i));
        }
        queue.await(count + 1);
        long nanos = System.nanoTime() - begin;
        delivery.close();
        if (journal != null) {
            journal.close();
            delete(place);
        }
        return new double[] {nanos, queue.percentileMs(0.5), queue.percentileMs(0.99)};
    }

    private Frame frame(int number) {
        return new Frame(
                "20261122T124747.381419Z-8f9001",
                number,
                Frame.micros(Clock.systemUTC().instant()),
                "agent@example.com",
                Frame.Kind.TEXT,
                frames.get(number % frames.size()));
    }

    private Delivery delivery(FrameQueue queue) {
        return new Delivery(
                new Delivery.Options(
                        broker.bootstrapServers(),
                        registry.url().toString(),
                        new TopicNames("cost."),
                        PARTITIONS,
                        (short) 1,
                        null,
                        Map.of(),
                        Map.of(),
                        Map.of()),
                queue,
                new FrameConverter("0.2"),
                () -> true,
                new Delivery.Listener() {
                    @Override
                    public void failed(String lastWord) {
                        gaveUp(lastWord);
                    }

                    @Override
                    public void gaveUp(String lastWord) {
                        System.err.println(lastWord);
                        System.exit(1);
                    }
                },
                new SimpleMeterRegistry(),
                Clock.systemUTC(),
                time -> Thread.sleep(time.toMillis()));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Notes when each frame was put and delivered. */
    private static final class Timed implements FrameQueue {
        private final FrameQueue queue;
        private final long[] putNanos;
        private final long[] nanos;
        private volatile int delivered;
        private int put;
        private int first;

        Timed(FrameQueue queue, int count) {
            this.queue = queue;
            this.putNanos = new long[count + 2];
            this.nanos = new long[count + 2];
        }

        void begin() {
            first = delivered;
        }

        void await(int count) {
            while (delivered < count) {
                LockSupport.parkNanos(100_000);
            }
        }

        double percentileMs(double share) {
            long[] sorted = Arrays.copyOfRange(nanos, first, delivered);
            Arrays.sort(sorted);
            return sorted[(int) (share * (sorted.length - 1))] / 1e6;
        }

        @Override
        public void put(Frame frame) throws InterruptedException {
            putNanos[put++] = System.nanoTime();
            queue.put(frame);
        }

        @Override
        public @Nullable Entry take(Duration timeout) throws InterruptedException {
            return queue.take(timeout);
        }

        @Override
        public synchronized boolean delivered(long position) {
            boolean frees = queue.delivered(position);
            int next = delivered;
            nanos[next] = System.nanoTime() - putNanos[(int) position];
            delivered = next + 1;
            return frees;
        }

        @Override
        public void rewind() {
            queue.rewind();
        }

        @Override
        public long pending() {
            return queue.pending();
        }

        @Override
        public long bytes() {
            return queue.bytes();
        }

        @Override
        public boolean isFull() {
            return queue.isFull();
        }
    }
}
