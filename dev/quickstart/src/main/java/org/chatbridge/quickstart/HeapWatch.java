package org.chatbridge.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Looks at the bridge's heap while Kafka is away, on a thread of its own: what waits must not wait there. */
final class HeapWatch implements AutoCloseable {
    private static final long EVERY_S = 20;
    private static final double GROWTH = 1.3;

    private final Machine machine;
    private final PrintStream out;
    private final List<Long> live = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "heap-watch");

    HeapWatch(Machine machine, PrintStream out) {
        this.machine = machine;
        this.out = out;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    /** What is wrong with what was seen; empty where nothing is. */
    synchronized List<String> faults() {
        if (live.size() < 4) {
            return List.of();
        }
        int half = live.size() / 2;
        long first =
                live.subList(1, half).stream().mapToLong(Long::longValue).max().orElse(0);
        long second = live.subList(half, live.size()).stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
        out.printf(
                Locale.ROOT,
                "live heap at most %.1f MB in the first half, %.1f MB in the second%n",
                first / 1e6,
                second / 1e6);
        return second > first * GROWTH
                ? List.of("the heap grew: from " + first + " to " + second + " bytes")
                : List.of();
    }

    private void run() {
        long begin = System.nanoTime();
        try {
            while (!Thread.currentThread().isInterrupted()) {
                TimeUnit.SECONDS.sleep(EVERY_S);
                look((System.nanoTime() - begin) / 1_000_000_000L);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(long seconds) throws InterruptedException {
        try {
            long bytes = Heap.liveBytes(machine.bridge().pid());
            synchronized (this) {
                live.add(bytes);
            }
            JsonNode journal = machine.bridgeHttp().json("/status").path("journal");
            out.printf(
                    Locale.ROOT,
                    "%4d s  %8d frames pending, %7.1f MB in the journal, live heap %5.1f MB%n",
                    seconds,
                    journal.path("pending").asLong(),
                    journal.path("bytes").asLong() / 1e6,
                    bytes / 1e6);
        } catch (IOException e) {
            out.println(seconds + " s  the bridge does not answer: " + e.getMessage());
        }
    }
}
