package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.chatbridge.sandbox.FreePort;
import org.chatbridge.sandbox.JarProgram;
import org.chatbridge.sandbox.KafkaBroker;
import org.chatbridge.sandbox.SchemaRegistryServer;
import org.chatbridge.schema.SchemaRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three instances share the views and are asked all the time, while one is killed, one is added and one is removed:
 * nobody is told anything wrong, and next to nobody nothing.
 *
 * <p>{@code -Dinstances.rate} is questions a second, {@code -Dinstances.seconds} how long it goes on after each change,
 * {@code -Dinstances.warmup} how many seconds are asked an eighth of that first, then a quarter, half, and all.
 */
@EnabledIfSystemProperty(named = "instances.rate", matches = "\\d+", disabledReason = "mvn -Pinstances verify")
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class ManyInstancesIT {
    private static final int PARTITIONS = 12;
    private static final int RATE = Integer.getInteger("instances.rate", 300);
    private static final int SECONDS = Integer.getInteger("instances.seconds", 4);
    private static final int WARM_UP = Integer.getInteger("instances.warmup", 15);
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    /** Records not folded yet in one instance: some seconds' worth. */
    private static final int FRESH = 200;

    private static final Duration SOON = Duration.ofMinutes(3);

    @TempDir
    private Path directory;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private final Copies copies = new Copies(PARTITIONS);
    private final List<Instance> instances = new ArrayList<>();
    private KafkaBroker broker;
    private SchemaRegistryServer registry;

    private record Instance(JarProgram program, URI uri) {}

    @BeforeEach
    void start() throws Exception {
        broker = new KafkaBroker(0, directory.resolve("kafka"));
        registry = new SchemaRegistryServer(0, directory.resolve("registry"));
        Thread starting = new Thread(registry::start);
        starting.start();
        broker.start();
        starting.join();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(Machine.TOPICS.written().stream()
                            .map(topic -> new NewTopic(topic, Optional.of(PARTITIONS), Optional.empty()))
                            .toList())
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    @AfterEach
    void stop() {
        instances.forEach(instance -> instance.program().kill());
        registry.close();
        broker.close();
    }

    @Test
    void shouldAnswerWhileInstancesComeAndGo() throws Exception {
        try (SchemaRegistry schemas = new SchemaRegistry(registry.url(), Map.of());
                AgentsTruth truth = new AgentsTruth(broker.bootstrapServers(), schemas, 300, 100);
                QueryLoad load = new QueryLoad(truth)) {
            // given
            truth.start();
            for (int i = 0; i < 3; i++) {
                load.add(started().uri());
            }
            awaitCopies(instances, truth.ids().size());
            for (Instance instance : instances) {
                copies.awaitFresh(instance.uri(), FRESH);
            }
            // A program that has just started is slow, and one that is asked more than it can answer gets no faster.
            load.rate(RATE / 8);
            load.start();
            for (int part = 4; part >= 1; part /= 2) {
                TimeUnit.SECONDS.sleep(WARM_UP);
                load.rate(RATE / part);
            }
            TimeUnit.SECONDS.sleep(WARM_UP);
            System.out.println("before anything happens: " + load.report());
            load.forget();
            TimeUnit.SECONDS.sleep(SECONDS);

            // when: one is killed
            Instance killed = instances.get(0);
            killed.program().kill();
            load.remove(killed.uri());
            long killedNanos = System.nanoTime();
            List<Instance> left = List.of(instances.get(1), instances.get(2));
            awaitCopies(left, truth.ids().size());
            System.out.printf(
                    "both copies are there %d ms after the kill%n", (System.nanoTime() - killedNanos) / 1_000_000);
            System.out.println(load.report());
            TimeUnit.SECONDS.sleep(SECONDS);

            // and: one is added
            Instance added = started();
            awaitReady(added);
            load.add(added.uri());
            TimeUnit.SECONDS.sleep(SECONDS);
            awaitCopies(List.of(left.get(0), left.get(1), added), truth.ids().size());
            System.out.println(load.report());

            // and: one is removed, which those who ask were told before
            load.remove(left.get(0).uri());
            left.get(0).program().stop();
            TimeUnit.SECONDS.sleep(SECONDS);
            load.stop();

            // then
            System.out.println(load.report());
            assertThat(load.wrong()).isEmpty();
            assertThat(load.slowest()).isLessThan(Duration.ofSeconds(3));
            assertThat(load.failed() * 1_000L).as(load.report()).isLessThanOrEqualTo(load.asked());
            assertThat(load.longestFailure()).isLessThan(Duration.ofSeconds(2));
        }
    }

    private Instance started() throws IOException {
        int port = FreePort.find();
        String name = "views-" + instances.size();
        JarProgram program = new JarProgram(
                name,
                ROOT.resolve("streams-topology/target/streams-topology.jar"),
                List.of("-Xmx384m", "-XX:+UseSerialGC"),
                List.of(
                        "--set", "bootstrap.servers=" + broker.bootstrapServers(),
                        "--set", "schema.registry.url=" + registry.url(),
                        "--set", "state.dir=" + directory.resolve(name),
                        "--set", "http.listen=127.0.0.1:" + port,
                        "--set", "application.server=127.0.0.1:" + port),
                Path.of("target", name + ".log"));
        Instance instance = new Instance(program, URI.create("http://127.0.0.1:" + port));
        instances.add(instance);
        program.start();
        return instance;
    }

    private void awaitReady(Instance instance) throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (status(instance, "/health/ready") != 200) {
            assertThat(System.nanoTime()).as("ready: " + instance).isLessThan(end);
            assertThat(instance.program().isRunning())
                    .as("running: " + instance)
                    .isTrue();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private void awaitCopies(List<Instance> those, int rows) throws InterruptedException {
        copies.await(those.stream().map(Instance::uri).toList(), Math.min(those.size(), 3), rows);
    }

    private int status(Instance instance, String path) throws InterruptedException {
        try {
            return http.send(
                            HttpRequest.newBuilder(instance.uri().resolve(path))
                                    .timeout(Duration.ofSeconds(2))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        }
    }
}
