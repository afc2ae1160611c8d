package org.chatbridge.quickstart;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.chatbridge.schema.SchemaRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Measures how long it takes from a push to the answer that holds it, while pushes come at a steady rate, or at several one
 * after the other: nine of ten are events of open threads, the rest are of agents. Of every twentieth, but of no more than a
 * hundred a second, the row is asked for, and the time is from when the push was due to the end of the answer: a writer that
 * is late counts too.
 */
final class LatencyMeasure {
    private static final int AT_LEAST_ONE_OF = 20;
    private static final int SAMPLES_PER_SECOND = 100;
    /** Until the views have been asked and written to at all. */
    private static final int WARM_UP_RATE = 1_000;
    /** Of each view: rows that nothing else is pushed to, so that what is looked for stays. */
    private static final long SAMPLED = 600;

    private static final int ASKING = 8;
    /** Between two questions for the same push: whoever asks takes the processors from those who fold. */
    private static final long PAUSE_NANOS = 1_000_000;

    /** Of the time that has gone by since the push: once they are behind, nobody asks them to death. */
    private static final int PAUSE_ONE_OF = 10;

    private static final Duration LOST_AFTER = Duration.ofSeconds(5);
    private static final Duration IDLE = Duration.ofSeconds(5);

    private final MeasureSettings settings;
    private final Stand stand;
    private final PrintStream out;
    private final Team team;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    LatencyMeasure(MeasureSettings settings, Stand stand, PrintStream out) {
        this.settings = settings;
        this.stand = stand;
        this.out = out;
        this.team = new Team(settings.agents(), settings.threads());
    }

    /** What became of the samples of one rate. */
    private static final class Tally {
        private final Map<String, Latencies> found = new LinkedHashMap<>();
        private final AtomicLong lost = new AtomicLong();
        private long asked;

        Tally() {
            for (How how : How.values()) {
                for (String view : List.of("agents", "threads")) {
                    found.put(view + how.text, new Latencies());
                }
            }
        }

        void count(Sample sample, boolean there) {
            Latencies latencies = found.get(sample.view() + sample.how().text);
            if (there && latencies != null) {
                latencies.add(System.nanoTime() - sample.dueNanos());
            } else {
                lost.incrementAndGet();
            }
        }

        boolean isComplete() {
            return found.values().stream().mapToLong(Latencies::count).sum() + lost.get() >= asked;
        }
    }

    /** How it is found out that a push can be seen. */
    private enum How {
        POLLED(", asked for again and again until it is there"),
        AWAITED(", asked for with min_position once it is written");

        private final String text;

        How(String text) {
            this.text = text;
        }
    }

    private record Sample(Tally tally, How how, String view, String key, String text, long dueNanos) {}

    private interface Finding {
        void find(HttpConnection connection) throws IOException;
    }

    void run() throws Exception {
        Stand.Instance views = stand.views("views");
        BlockingQueue<Finding> findings = new ArrayBlockingQueue<>(100_000);
        ExecutorService asking = Executors.newFixedThreadPool(ASKING);
        try (SchemaRegistry schemas = stand.schemas();
                MeasuredPushes pushes = MeasuredPushes.to(stand, schemas, Map.of("linger.ms", 0, "acks", "all"))) {
            team.tell(pushes);
            for (int i = 0; i < SAMPLED; i++) {
                pushes.thread("sampled-chat-" + i, team.agentOf(i));
            }
            pushes.flush();
            stand.awaitReady(views);
            stand.awaitFolded(views, List.of("threads", "agents"));
            for (int i = 0; i < ASKING; i++) {
                asking.execute(() -> find(findings, views.uri()));
            }
            boolean knowsRate = settings.rates().stream().noneMatch(PushRate::ofTop);
            push(
                    pushes,
                    findings,
                    knowsRate ? settings.rates().get(0).perSecond(0) : WARM_UP_RATE,
                    settings.warmUp(),
                    new Tally());
            FullSpeed fullSpeed = new FullSpeed(stand, views.uri(), team, settings.partitions());
            double top = knowsRate ? 0 : top(fullSpeed, pushes);
            for (PushRate rate : settings.rates()) {
                Tally tally = new Tally();
                Cpu cpu = Cpu.of(views.program().pid());
                double reached = push(pushes, findings, rate.perSecond(top), settings.length(), tally);
                double micros = cpu.microsFor(reached * settings.length().toSeconds());
                pushes.flush();
                await(tally);
                report(rate, reached, micros, tally);
                fullSpeed.awaitFolded();
            }
        } finally {
            asking.shutdownNow();
        }
    }

    /** The first time is for whoever compiles. */
    private double top(FullSpeed fullSpeed, MeasuredPushes pushes) throws Exception {
        double before = fullSpeed.run(pushes, settings.pushes());
        double top = fullSpeed.run(pushes, settings.pushes());
        out.printf(
                "top rate: %d pushes as fast as they can be written are folded at %.0f/s (the time before at %.0f/s)%n",
                settings.pushes(), top, before);
        return top;
    }

    private double push(
            MeasuredPushes pushes, BlockingQueue<Finding> findings, int perSecond, Duration length, Tally tally) {
        int oneOf = Math.max(AT_LEAST_ONE_OF, perSecond / SAMPLES_PER_SECOND / 10 * 10);
        long begun = System.nanoTime();
        long count = length.toSeconds() * perSecond;
        for (long i = 0; i < count; i++) {
            long due = begun + i * 1_000_000_000L / perSecond;
            HttpLoad.awaitNanos(due);
            if (i % oneOf == 0) {
                sampled(pushes, findings, i / oneOf, due, tally);
            } else {
                team.work(pushes, i);
            }
        }
        return count * 1e9 / (System.nanoTime() - begun);
    }

    private void sampled(MeasuredPushes pushes, BlockingQueue<Finding> findings, long number, long due, Tally tally) {
        How how = How.values()[(int) (number / 2 % 2)];
        String text = "sample " + due + ".";
        boolean ofAgent = number % 2 == 0;
        // Nothing else is pushed to what is looked for as long as it is.
        long which = number / 4 % (SAMPLED / 2) * 2 + (how == How.POLLED ? 0 : 1);
        String key = (ofAgent ? "sampled-agent-" : "sampled-chat-") + which;
        Sample sample = new Sample(tally, how, ofAgent ? "agents" : "threads", key, text, due);
        tally.asked++;
        Consumer<RecordMetadata> written = metadata -> {
            if (how != How.POLLED) {
                findings.add(connection -> await(sample, metadata, connection));
            }
        };
        if (ofAgent) {
            pushes.agent(key, text, written);
        } else {
            pushes.said(key, team.agentOf(which), text, written);
        }
        if (how == How.POLLED) {
            findings.add(connection -> poll(sample, connection));
        }
    }

    private void await(Tally tally) throws InterruptedException {
        long end = System.nanoTime() + 2 * LOST_AFTER.toNanos();
        while (!tally.isComplete() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private void find(BlockingQueue<Finding> findings, URI views) {
        try {
            while (true) {
                Finding next = findings.take();
                // The server closes a connection that is idle for long, as while the top rate is measured.
                try (HttpConnection connection = HttpConnection.open(views)) {
                    while (next != null) {
                        next.find(connection);
                        next = findings.poll(IDLE.toSeconds(), TimeUnit.SECONDS);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    private void poll(Sample sample, HttpConnection connection) throws IOException {
        byte[] question = HttpConnection.get(path(sample));
        boolean there = false;
        while (!there && System.nanoTime() - sample.dueNanos() < LOST_AFTER.toNanos()) {
            there = connection.ask(question) == 200 && connection.body().contains(sample.text());
            if (!there) {
                LockSupport.parkNanos(Math.max(PAUSE_NANOS, (System.nanoTime() - sample.dueNanos()) / PAUSE_ONE_OF));
            }
        }
        sample.tally().count(sample, there);
    }

    private void await(Sample sample, RecordMetadata written, HttpConnection connection) throws IOException {
        int status = connection.ask(HttpConnection.get(path(sample) + "?min_position=" + written.topic() + ":"
                + written.partition() + ":" + written.offset()));
        sample.tally().count(sample, status == 200 && connection.body().contains(sample.text()));
    }

    private static String path(Sample sample) {
        return "/v1/" + sample.view() + "/" + URLEncoder.encode(sample.key(), StandardCharsets.UTF_8);
    }

    private void report(PushRate rate, double reached, double micros, Tally tally) throws IOException {
        Throwable why = failure.get();
        if (why != null) {
            throw new IOException("the measurement broke off: " + why, why);
        }
        long seen = tally.found.values().stream().mapToLong(Latencies::count).sum();
        out.printf(
                "%.0f pushes/s%s for %d s, after %d s to warm up; %d of the samples not seen%n",
                reached,
                rate.ofTop() ? ", " + rate.number() + "% of the top rate," : "",
                settings.length().toSeconds(),
                settings.warmUp().toSeconds(),
                tally.asked - seen);
        out.printf("the views took %.0f us of the processors for each push, answers included%n", micros);
        out.printf("%-54s%s%n", "push to visible", Latencies.HEAD);
        tally.found.forEach((what, latencies) -> out.printf("%-54s%s%n", what, latencies));
        out.printf("%-54s%s%n", "all", Latencies.of(new ArrayList<>(tally.found.values())));
    }
}
