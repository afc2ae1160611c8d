package org.chatbridge.quickstart;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** Asks servers the same questions over several connections for a while: as fast as they answer, or so many a second. */
final class HttpLoad {
    private final List<URI> servers;
    private final List<byte[]> questions;
    private final int connections;

    /**
     * @param servers the connections go to them by turns
     * @param questions one of them at random each time
     */
    HttpLoad(List<URI> servers, List<byte[]> questions, int connections) {
        this.servers = List.copyOf(servers);
        this.questions = questions;
        this.connections = connections;
    }

    /**
     * What became of it.
     *
     * @param failed answers other than 200
     * @param perSecond answers, the failed ones too
     */
    record Outcome(Latencies latencies, long failed, double perSecond) {}

    private record Part(Latencies latencies, long failed) {}

    /** Each connection asks again as soon as it has its answer. */
    Outcome asFastAsItAnswers(Duration length) throws InterruptedException, IOException {
        return run(length, 0);
    }

    /**
     * So many a second, whether or not the answers keep up: what comes late counts from when it was due.
     *
     * @param perSecond over all connections
     */
    Outcome steadily(double perSecond, Duration length) throws InterruptedException, IOException {
        return run(length, perSecond);
    }

    private Outcome run(Duration length, double perSecond) throws InterruptedException, IOException {
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        try {
            long begun = System.nanoTime();
            List<Future<Part>> running = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                long firstDue = perSecond == 0 ? 0 : begun + (long) (i * 1e9 / perSecond);
                long every = perSecond == 0 ? 0 : (long) (connections * 1e9 / perSecond);
                URI server = servers.get(i % servers.size());
                RandomGenerator random = new java.util.SplittableRandom(i);
                running.add(threads.submit(() -> ask(server, firstDue, every, begun + length.toNanos(), random)));
            }
            List<Latencies> latencies = new ArrayList<>();
            long failed = 0;
            for (Future<Part> part : running) {
                latencies.add(part.get().latencies());
                failed += part.get().failed();
            }
            Latencies all = Latencies.of(latencies);
            return new Outcome(all, failed, all.count() * 1e9 / (System.nanoTime() - begun));
        } catch (ExecutionException e) {
            throw new IOException("GET from " + servers + ": " + e.getCause(), e);
        } finally {
            threads.shutdownNow();
        }
    }

    private Part ask(URI server, long firstDue, long every, long end, RandomGenerator random) throws IOException {
        Latencies latencies = new Latencies();
        long failed = 0;
        try (HttpConnection connection = HttpConnection.open(server)) {
            long due = firstDue;
            while (every > 0 ? due < end : System.nanoTime() < end) {
                // What was due before the end is asked also where it is late: none is left out because others took
                // long.
                if (every > 0) {
                    awaitNanos(due);
                } else {
                    due = System.nanoTime();
                }
                int status = connection.ask(questions.get(random.nextInt(questions.size())));
                latencies.add(System.nanoTime() - due);
                failed += status == 200 ? 0 : 1;
                due += every;
            }
        }
        return new Part(latencies, failed);
    }

    /** Waits without a tick of the scheduler's clock; returns at once where it is late. */
    static void awaitNanos(long due) {
        long left = due - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = due - System.nanoTime();
        }
    }
}
