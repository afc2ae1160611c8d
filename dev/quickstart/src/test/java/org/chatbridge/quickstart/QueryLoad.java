package org.chatbridge.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks any of the instances for agents, so many times a second whether or not there were answers, and judges every answer:
 * nine in ten ask for one agent, the others for a page.
 */
final class QueryLoad implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration HANGS = Duration.ofSeconds(3);
    private static final int PAGE = 20;
    private static final int ASKING = 32;

    /** Folding may be late on a busy machine; a copy may lack all since the active instance died. */
    private static final long ACTIVE_MAY_BE_OLD_NANOS = TimeUnit.SECONDS.toNanos(20);

    private static final long COPY_MAY_BE_OLD_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final AgentsTruth truth;
    private final List<URI> instances = new CopyOnWriteArrayList<>();
    private final List<Thread> asking = new ArrayList<>();
    private volatile int perSecond;
    private volatile boolean stopping;
    private final AtomicInteger underWay = new AtomicInteger();
    private final ConcurrentLinkedQueue<Long> answeredNanos = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();
    private final Map<String, Long> failingSince = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger fromCopies = new AtomicInteger();
    private final AtomicLong oldestNanos = new AtomicLong();
    private volatile long longestFailureNanos;
    private volatile long slowestNanos;

    QueryLoad(AgentsTruth truth) {
        this.truth = truth;
        for (int i = 0; i < ASKING; i++) {
            int number = i;
            asking.add(new Thread(() -> run(number), "query-load-" + i));
        }
    }

    void add(URI instance) {
        instances.add(instance);
    }

    void remove(URI instance) {
        instances.remove(instance);
    }

    /** From now on so many questions a second, all together. */
    void rate(int questions) {
        perSecond = questions;
    }

    void start() {
        asking.forEach(Thread::start);
    }

    /** Forgets what was, as if nothing had been asked yet. */
    void forget() {
        answeredNanos.clear();
        failures.clear();
        failingSince.clear();
        failed.set(0);
        wrong.clear();
        fromCopies.set(0);
        oldestNanos.set(0);
        longestFailureNanos = 0;
        slowestNanos = 0;
    }

    /** Each asks its share: one that waits for an answer is late with the next, and its time counts from when that was due. */
    private void run(int number) {
        Random random = new Random(number);
        Map<URI, HttpConnection> connections = new HashMap<>();
        long due = System.nanoTime() + number * 1_000_000L;
        while (!stopping) {
            HttpLoad.awaitNanos(due);
            URI instance = instances.get(random.nextInt(instances.size()));
            underWay.incrementAndGet();
            ask(instance, connections, random.nextInt(truth.ids().size()), random.nextInt(10) == 0, due);
            underWay.decrementAndGet();
            due += ASKING * 1_000_000_000L / perSecond;
        }
        connections.values().forEach(HttpConnection::close);
    }

    private void ask(URI instance, Map<URI, HttpConnection> connections, int number, boolean list, long dueNanos) {
        String id = truth.ids().get(number);
        String path = list
                ? "/v1/agents?limit=" + PAGE + "&cursor=" + AgentsTruth.cursor(id)
                : "/v1/agents/" + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
        String what = (list ? "page after " : "") + id;
        long askedNanos = System.nanoTime();
        try {
            HttpConnection connection = connections.get(instance);
            if (connection == null) {
                connection = HttpConnection.open(instance);
                connections.put(instance, connection);
            }
            int status = connection.ask(HttpConnection.get(path));
            if (status == 404) {
                wrong.add("404 for " + id + " from " + instance);
            } else if (status != 200) {
                failed(what, status + " " + connection.body(), askedNanos);
            } else {
                judge(what, list, number, connection.body().getBytes(StandardCharsets.UTF_8), askedNanos);
            }
        } catch (IOException e) {
            Optional.ofNullable(connections.remove(instance)).ifPresent(HttpConnection::close);
            failed(what, instance + " " + e.getClass().getSimpleName(), askedNanos);
        }
        // One answer that hangs is another matter than all being late.
        slowestNanos = Math.max(slowestNanos, System.nanoTime() - askedNanos);
        answeredNanos.add(System.nanoTime() - dueNanos);
    }

    private void judge(String what, boolean list, int number, byte[] body, long askedNanos) {
        try {
            JsonNode json = JSON.readTree(body);
            boolean copy = json.at("/freshness/served_by").asText().equals("standby");
            if (copy) {
                fromCopies.incrementAndGet();
            }
            List<String> expected = list
                    ? truth.ids()
                            .subList(
                                    number + 1,
                                    Math.min(number + 1 + PAGE, truth.ids().size()))
                    : List.of(truth.ids().get(number));
            List<JsonNode> rows = new ArrayList<>();
            if (list) {
                if (!json.path("incomplete").isEmpty()) {
                    failed(what, "incomplete: " + json.path("incomplete"), askedNanos);
                    return;
                }
                json.path("agents").forEach(rows::add);
            } else {
                rows.add(json);
            }
            List<String> ids =
                    rows.stream().map(row -> row.path("agent_id").asText()).toList();
            if (!ids.equals(expected)) {
                wrong.add(what + ": " + ids + " in place of " + expected + " " + json.path("freshness"));
            }
            rows.forEach(row -> judge(
                    row.path("agent_id").asText(), row.path("routing_status").asText(), copy, askedNanos));
            failingSince.remove(what);
        } catch (IOException e) {
            wrong.add(what + ": " + e);
        }
    }

    private void judge(String id, String status, boolean copy, long askedNanos) {
        OptionalLong old = truth.oldNanos(id, status, askedNanos);
        if (old.isEmpty()) {
            wrong.add(id + " never was " + status);
            return;
        }
        if (!copy) {
            oldestNanos.accumulateAndGet(old.getAsLong(), Math::max);
        }
        if (old.getAsLong() > (copy ? COPY_MAY_BE_OLD_NANOS : ACTIVE_MAY_BE_OLD_NANOS)) {
            wrong.add(id + " is " + status + ", which was over "
                    + Duration.ofNanos(old.getAsLong()).toMillis() + " ms before it was asked");
        }
    }

    private void failed(String what, String why, long askedNanos) {
        failed.incrementAndGet();
        failures.computeIfAbsent(why.replaceAll("\\d{6,}", "N"), any -> new AtomicInteger())
                .incrementAndGet();
        long since = failingSince.computeIfAbsent(what, any -> askedNanos);
        longestFailureNanos = Math.max(longestFailureNanos, askedNanos - since);
    }

    /** Waits until nothing is asked any more. */
    void stop() throws InterruptedException {
        stopping = true;
        for (Thread thread : asking) {
            thread.join(HANGS.multipliedBy(3).toMillis());
        }
    }

    int asked() {
        return answeredNanos.size() + underWay.get();
    }

    int failed() {
        return failed.get();
    }

    List<String> wrong() {
        return List.copyOf(wrong);
    }

    /** How long an answer took; one that nobody got counts as long as that. */
    Duration slowest() {
        return underWay.get() > 0 ? HANGS.multipliedBy(3) : Duration.ofNanos(slowestNanos);
    }

    Duration longestFailure() {
        return Duration.ofNanos(longestFailureNanos);
    }

    /** What happened, in a few lines. */
    String report() {
        long[] took = answeredNanos.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(took);
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "asked %d, failed %d (%.3f %%), wrong %d, from copies %d, since due p50 %.1f ms, p99 %.1f ms, slowest answer %d ms,"
                        + " longest without an answer %d ms, oldest from who folds %d ms",
                asked(),
                failed(),
                100.0 * failed() / Math.max(1, asked()),
                wrong.size(),
                fromCopies.get(),
                took.length == 0 ? 0 : took[took.length / 2] / 1e6,
                took.length == 0 ? 0 : took[took.length * 99 / 100] / 1e6,
                Duration.ofNanos(slowestNanos).toMillis(),
                longestFailure().toMillis(),
                Duration.ofNanos(oldestNanos.get()).toMillis()));
        failures.forEach(
                (why, count) -> text.append("\n  ").append(count).append(" x ").append(why));
        wrong.stream().limit(10).forEach(one -> text.append("\n  wrong: ").append(one));
        return text.toString();
    }

    @Override
    public void close() {
        stopping = true;
    }
}
