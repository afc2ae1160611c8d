package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.chatbridge.sandbox.FreePort;
import org.chatbridge.sandbox.JarProgram;
import org.junit.jupiter.api.Test;

/**
 * Readers of changes leave in the middle and go on at either of two instances, while rows change: in the end each has what the
 * lists say, and was told nothing twice.
 */
class ChangesIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration SETTLE = Duration.ofMinutes(4);
    /** What a row of a view is known by. */
    private static final Map<String, String> KEYS =
            Map.of("agents", "agent_id", "chats", "chat_id", "customers", "customer_id", "threads", "chat_id");

    private final String views = System.getProperty("changes.views", "agents,threads");
    private final int readers = Integer.getInteger("changes.readers", 20);
    private final int rate = Integer.getInteger("changes.rate", 200);
    private final int cuts = Integer.getInteger("changes.cuts", 6);
    private final int warmUp = Integer.getInteger("changes.warmup", 0);
    private final int seconds = Integer.getInteger("changes.seconds", 8);

    @Test
    void shouldGiveEveryReaderTheViewsThoughItIsCut() throws Exception {
        QuickstartSettings settings =
                QuickstartSettings.onFreePorts(Path.of("../..").toAbsolutePath(), rate, 11);
        PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        ExecutorService threads = Executors.newFixedThreadPool(readers);
        List<ChangesClient> clients = new ArrayList<>();
        try (Quickstart quickstart =
                new Quickstart(settings, Path.of("target/changes").toAbsolutePath(), out, false)) {
            quickstart.start();
            Machine machine = quickstart.machine();
            int port = FreePort.find();
            try (JarProgram second = second(settings.root(), machine, port)) {
                second.start();
                HttpQueries first = machine.viewsHttp();
                HttpQueries other = new HttpQueries(URI.create("http://127.0.0.1:" + port));
                await("both instances are ready", START, () -> first.isReady() && other.isReady());
                TimeUnit.SECONDS.sleep(warmUp);

                long begun = System.nanoTime();
                long pushesBefore = machine.liveChat().truth().totalPushes();
                long meanNanos = TimeUnit.SECONDS.toNanos(seconds) / (cuts + 1);
                int partitions = Machine.PARTITIONS * views.split(",", -1).length;
                ConcurrentMap<Bytes, Bytes> shared = new ConcurrentHashMap<>();
                for (int i = 0; i < readers; i++) {
                    ChangesClient client = new ChangesClient(
                            shared,
                            List.of(first.base(), other.base()),
                            views,
                            partitions,
                            new Random(i),
                            cuts,
                            meanNanos);
                    clients.add(client);
                    threads.execute(client);
                }
                await(
                        "every reader was cut " + cuts + " times",
                        Duration.ofSeconds(4L * seconds + 60),
                        () -> clients.stream().allMatch(client -> client.cut() == cuts));
                double took = (System.nanoTime() - begun) / 1e9;
                long pushes = machine.liveChat().truth().totalPushes() - pushesBefore;
                print(clients, took, pushes);

                machine.liveChat().pause();
                long paused = System.nanoTime();
                Map<String, JsonNode> truth = settled(first, other);
                long end = System.nanoTime() + SETTLE.toNanos();
                List<String> differences = differences(clients, truth);
                while (!differences.isEmpty() && System.nanoTime() < end) {
                    TimeUnit.MILLISECONDS.sleep(200);
                    differences = differences(clients, truth);
                }
                assertThat(differences).isEmpty();
                System.out.printf(
                        Locale.ROOT,
                        "%d rows, the same for all of them %.1f s after the last push%n",
                        truth.size(),
                        (System.nanoTime() - paused) / 1e9);

                assertThat(truth).isNotEmpty();
                for (ChangesClient client : clients) {
                    assertThat(client.repeated()).as("told again").isEmpty();
                    assertThat(client.resets()).as("resets").isZero();
                    assertThat(client.lives())
                            .as("times that all rows were told")
                            .isEqualTo(1);
                }
            } finally {
                clients.forEach(ChangesClient::stop);
                threads.shutdownNow();
            }
        }
    }

    /** What the first reader that differs has and the lists have not, or the other way round. */
    private static List<String> differences(List<ChangesClient> clients, Map<String, JsonNode> truth) {
        List<String> differences = new ArrayList<>();
        Map<Bytes, Bytes> same = Map.of();
        for (int i = 0; i < clients.size() && differences.isEmpty(); i++) {
            Map<Bytes, Bytes> table = clients.get(i).table();
            // To read as many rows as there are readers and rows would take longer than all that is tested.
            if (!table.equals(same)) {
                Map<String, JsonNode> rows = rows(table);
                Set<String> keys = new TreeSet<>(truth.keySet());
                keys.addAll(rows.keySet());
                for (String key : keys) {
                    if (!Objects.equals(rows.get(key), truth.get(key))) {
                        differences.add("reader " + i + " has " + key + " as " + rows.get(key) + ", the lists as "
                                + truth.get(key));
                    }
                }
                same = table;
            }
        }
        return differences;
    }

    private void print(List<ChangesClient> clients, double took, long pushes) {
        System.out.printf(
                Locale.ROOT,
                "%d readers, each cut %d times in %.1f s at %.0f pushes/s: %.0f changes/s to a reader, %.0f events/s to all,"
                        + " cut by the server %d times%n",
                readers,
                cuts,
                took,
                pushes / took,
                sum(clients, ChangesClient::changes) / took / readers,
                sum(clients, ChangesClient::events) / took,
                sum(clients, ChangesClient::refused));
    }

    private static long sum(List<ChangesClient> clients, ToLongFunction<ChangesClient> of) {
        return clients.stream().mapToLong(of).sum();
    }

    /** What the lists say once they say it twice, at both instances. */
    private Map<String, JsonNode> settled(HttpQueries first, HttpQueries other)
            throws IOException, InterruptedException {
        List<Map<String, JsonNode>> last = new ArrayList<>();
        await("the lists stand still", SETTLE, () -> {
            TimeUnit.MILLISECONDS.sleep(500);
            try {
                last.add(lists(first));
                last.add(lists(other));
            } catch (IOException e) {
                // Two processors may have so much to tell to so many readers that an instance is late.
                System.out.println("not answered yet: " + e.getMessage());
                last.clear();
            }
            return last.size() > 2
                    && last.subList(last.size() - 3, last.size()).stream()
                                    .distinct()
                                    .count()
                            == 1;
        });
        return last.get(last.size() - 1);
    }

    private Map<String, JsonNode> lists(HttpQueries http) throws IOException, InterruptedException {
        Map<String, JsonNode> rows = new TreeMap<>();
        for (String view : views.split(",", -1)) {
            for (JsonNode row : http.rows(view, view.equals("threads") ? "status=all" : "")) {
                rows.put(view + "/" + row.path(KEYS.get(view)).asText(), row);
            }
        }
        rows.values().forEach(ChangesIT::withoutTime);
        return rows;
    }

    private static Map<String, JsonNode> rows(Map<Bytes, Bytes> table) {
        Map<String, JsonNode> rows = new TreeMap<>();
        table.values().forEach(data -> {
            JsonNode event = event(data.text().substring("data: ".length()));
            withoutTime(event.path("row"));
            rows.put(event.path("view").asText() + "/" + event.path("key").asText(), event.path("row"));
        });
        return rows;
    }

    private static JsonNode event(String data) {
        try {
            return JSON.readTree(data);
        } catch (IOException e) {
            throw new UncheckedIOException(data, e);
        }
    }

    /** What a list counts up to the moment of its answer. */
    private static void withoutTime(JsonNode row) {
        ((ObjectNode) row).remove("seconds_today");
    }

    private static JarProgram second(Path root, Machine machine, int port) {
        Path directory = root.resolve("dev/quickstart/target/changes");
        return new JarProgram(
                "the second instance of the views",
                root.resolve("streams-topology/target/streams-topology.jar"),
                List.of("-Xmx512m"),
                List.of(
                        "--set",
                        "bootstrap.servers=" + machine.broker().bootstrapServers(),
                        "--set",
                        "schema.registry.url=" + machine.registry().url(),
                        "--set",
                        "state.dir=" + directory.resolve("state-" + port),
                        "--set",
                        "http.listen=127.0.0.1:" + port,
                        "--set",
                        "application.server=127.0.0.1:" + port),
                directory.resolve("views-2.log"));
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private static void await(String what, Duration within, Condition condition)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + within.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
