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
 * Measures how long it takes from a push to the answer that holds it, while pushes come at a steady rate: nine of ten are
 * events of open threads, the rest are of agents. Of every twentieth the row is asked for, and the time is from when the push was
 * due to the end of the answer: a writer that is late counts too.
 */
final class LatencyMeasure {
    private static final int ONE_OF = 20;
    private static final int AGENTS = 1_000;
    private static final int CHATS = 5_000;
    /** Of each view: rows that nothing else is pushed to, so that what is looked for stays. */
    private static final long SAMPLED = 600;

    private static final int ASKING = 8;
    /** Between two questions for the same push: whoever asks takes the processors from those who fold. */
    private static final long PAUSE_NANOS = 1_000_000;

    /** Of the time that has gone by since the push: once they are behind, nobody asks them to death. */
    private static final int PAUSE_ONE_OF = 10;

    private static final Duration LOST_AFTER = Duration.ofSeconds(5);

    private final MeasureSettings settings;
    private final Stand stand;
    private final PrintStream out;
    private final Map<String, Latencies> found = new LinkedHashMap<>();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean counts;

    LatencyMeasure(MeasureSettings settings, Stand stand, PrintStream out) {
        this.settings = settings;
        this.stand = stand;
        this.out = out;
        for (How how : How.values()) {
            for (String view : List.of("agents", "threads")) {
                found.put(view + how.text, new Latencies());
            }
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

    private record Sample(How how, String view, String key, String text, long dueNanos) {}

    private interface Finding {
        void find(HttpConnection connection) throws IOException;
    }

    void run() throws Exception {
        Stand.Instance views = stand.views("views");
        BlockingQueue<Finding> findings = new ArrayBlockingQueue<>(10_000);
        ExecutorService asking = Executors.newFixedThreadPool(ASKING);
        try (SchemaRegistry schemas = stand.schemas();
                MeasuredPushes pushes = MeasuredPushes.to(stand, schemas, Map.of("linger.ms", 0, "acks", "all"))) {
            for (int i = 0; i < CHATS; i++) {
                pushes.thread("chat-" + i, agentOf(i));
            }
            for (int i = 0; i < SAMPLED; i++) {
                pushes.thread("sampled-chat-" + i, agentOf(i));
            }
            pushes.flush();
            stand.awaitReady(views);
            stand.awaitFolded(views, List.of("threads", "agents"));
            for (int i = 0; i < ASKING; i++) {
                asking.execute(() -> find(findings, views.uri()));
            }
            push(pushes, findings, settings.warmUp());
            counts = true;
            Cpu cpu = Cpu.of(views.program().pid());
            double rate = push(pushes, findings, settings.length());
            out.printf(
                    "the views took %.0f us of the processors for each push, answers included%n",
                    cpu.microsFor(rate * settings.length().toSeconds()));
            pushes.flush();
            TimeUnit.SECONDS.sleep(1);
            report(rate);
        } finally {
            asking.shutdownNow();
        }
    }

    private double push(MeasuredPushes pushes, BlockingQueue<Finding> findings, Duration length) {
        long every = 1_000_000_000L / settings.rate();
        long begun = System.nanoTime();
        long count = length.toNanos() / every;
        for (long i = 0; i < count; i++) {
            long due = begun + i * every;
            HttpLoad.awaitNanos(due);
            if (i % ONE_OF == 0) {
                sampled(pushes, findings, i / ONE_OF, due);
            } else if (i % 10 == 3) {
                pushes.agent(agentOf(i / 10), "status " + i);
            } else {
                pushes.said("chat-" + i % CHATS, agentOf(i % CHATS), "");
            }
        }
        return count * 1e9 / (System.nanoTime() - begun);
    }

    private void sampled(MeasuredPushes pushes, BlockingQueue<Finding> findings, long number, long due) {
        How how = How.values()[(int) (number / 2 % 2)];
        String text = "sample " + due + ".";
        boolean ofAgent = number % 2 == 0;
        // Nothing else is pushed to what is looked for as long as it is.
        long which = number / 4 % (SAMPLED / 2) * 2 + (how == How.POLLED ? 0 : 1);
        String key = (ofAgent ? "sampled-agent-" : "sampled-chat-") + which;
        Sample sample = new Sample(how, ofAgent ? "agents" : "threads", key, text, due);
        Consumer<RecordMetadata> written = metadata -> {
            if (how != How.POLLED) {
                findings.add(connection -> await(sample, metadata, connection));
            }
        };
        if (ofAgent) {
            pushes.agent(key, text, written);
        } else {
            pushes.said(key, agentOf(which), text, written);
        }
        if (how == How.POLLED) {
            findings.add(connection -> poll(sample, connection));
        }
    }

    private static String agentOf(long chat) {
        return "agent-" + chat % AGENTS + "@agents.example";
    }

    private void find(BlockingQueue<Finding> findings, URI views) {
        try (HttpConnection connection = HttpConnection.open(views)) {
            while (true) {
                findings.take().find(connection);
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
        count(sample, there);
    }

    private void await(Sample sample, RecordMetadata written, HttpConnection connection) throws IOException {
        int status = connection.ask(HttpConnection.get(path(sample) + "?min_position=" + written.topic() + ":"
                + written.partition() + ":" + written.offset()));
        count(sample, status == 200 && connection.body().contains(sample.text()));
    }

    private static String path(Sample sample) {
        return "/v1/" + sample.view() + "/" + URLEncoder.encode(sample.key(), StandardCharsets.UTF_8);
    }

    private void count(Sample sample, boolean there) {
        Latencies latencies = found.get(sample.view() + sample.how().text);
        if (counts && there && latencies != null) {
            latencies.add(System.nanoTime() - sample.dueNanos());
        } else if (!there) {
            lost.incrementAndGet();
        }
    }

    private void report(double rate) throws IOException {
        Throwable why = failure.get();
        if (why != null) {
            throw new IOException("the measurement broke off: " + why, why);
        }
        out.printf(
                "%.0f pushes/s for %d s, after %d s to warm up; %d of the samples not seen%n",
                rate, settings.length().toSeconds(), settings.warmUp().toSeconds(), lost.get());
        out.printf("%-54s%s%n", "push to visible", Latencies.HEAD);
        found.forEach((what, latencies) -> out.printf("%-54s%s%n", what, latencies));
        out.printf("%-54s%s%n", "all", Latencies.of(new ArrayList<>(found.values())));
    }
}
