package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.chatbridge.quickstart.Containers.Running;
import org.chatbridge.sandbox.SimulatedLiveChat;
import org.chatbridge.sandbox.SimulatorSettings;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The images of the bridge and the views on three brokers in containers, while containers die, are replaced, come and go: what the
 * simulated LiveChat sent is on the topics, and the views show what is so. {@code mvn -Pdocker verify}
 */
@Tag("docker")
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class ContainersIT {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Path LOGS = Path.of("target", "containers").toAbsolutePath();
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final int RATE = 200;

    private static ContainerStand stand;
    private static Admin admin;

    @TempDir
    private Path directory;

    /** What is left to be waited for, each a sentence. */
    private interface Left {
        List<String> now() throws Exception;
    }

    @BeforeAll
    static void start() throws Exception {
        Machine.empty(LOGS);
        stand = new ContainerStand(ROOT, LOGS);
        stand.start();
        admin = Admin.create(Map.of("bootstrap.servers", stand.bootstrapServers()));
        awaitNothing(() -> stand.away(admin));
    }

    @AfterAll
    static void stop() {
        if (stand != null) {
            admin.close();
            stand.close();
        }
    }

    @Test
    void shouldShowTheTruthInBothViews() throws Exception {
        try (SimulatedLiveChat liveChat = liveChat();
                Running bridge = stand.bridge("whole", liveChat.url().getPort());
                Running views = stand.views("whole")) {
            // given
            awaitReady(bridge);
            awaitReady(views);

            // when
            TimeUnit.SECONDS.sleep(10);
            liveChat.pause();

            // then
            HttpQueries viewsHttp = new HttpQueries(views.uri());
            awaitNothing(() -> Machine.differences(
                    liveChat.truth(), new TopicNames("whole."), stand.bootstrapServers(), viewsHttp));
            Verdict verdict = verdict(liveChat, "whole");
            assertThat(verdict.faults()).isEmpty();
            assertThat(verdict.received()).isEqualTo(verdict.sent()).isGreaterThan(8 * RATE);
        }
    }

    @Test
    void shouldLoseNothingWhenABrokerDiesWithItsDisk() throws Exception {
        try (SimulatedLiveChat liveChat = liveChat();
                Running bridge = stand.bridge("dying", liveChat.url().getPort());
                TopicCounts counts = new TopicCounts(stand.bootstrapServers())) {
            // given
            TopicNames topics = new TopicNames("dying.");
            Replicas replicas = new Replicas(admin);
            awaitReady(bridge);
            awaitNothing(() -> replicas.notOnAll(ContainerStand.BROKERS));
            TimeUnit.SECONDS.sleep(3);

            // when: the one that decides who leads dies
            int dead = admin.describeMetadataQuorum().quorumInfo().get().leaderId();
            stand.killBroker(dead);

            // then: the two go on without it
            awaitNothing(() -> replicas.countingOn(dead));
            long before = sum(counts, topics);
            awaitNothing(() -> sum(counts, topics) > before + 3 * RATE
                    ? List.of()
                    : List.of("no more records than " + before + " and some"));

            // when: another takes its place, with an empty disk
            stand.startBroker(dead);

            // then
            awaitNothing(() -> replicas.notOnAll(ContainerStand.BROKERS));
            TimeUnit.SECONDS.sleep(2);
            liveChat.pause();
            awaitIdle(bridge);
            assertThat(new HttpQueries(bridge.uri()).isReady()).isTrue();
            Verdict verdict = verdict(liveChat, "dying");
            assertThat(verdict.faults()).isEmpty();
            assertThat(verdict.received()).isEqualTo(verdict.sent());
            assertThat(verdict.gaps()).isEmpty();
            assertThat(replicas.notOnAll(ContainerStand.BROKERS)).isEmpty();
        }
    }

    @Test
    void shouldAnswerWhileTheViewsAreScaledToThreeAndBack() throws Exception {
        int partitions = 6;
        int agents = 12; // few: how long each goes without an answer is seen only as often as it is asked for
        admin.createTopics(Machine.TOPICS.written().stream()
                        .map(topic -> new NewTopic(topic, Optional.of(partitions), Optional.empty()))
                        .toList())
                .all()
                .get(1, TimeUnit.MINUTES);
        String name = Machine.TOPICS.prefix().replace(".", "");
        Copies copies = new Copies(partitions);
        try (SchemaRegistry schemas = new SchemaRegistry(stand.registryUrl(), Map.of());
                AgentsTruth truth = new AgentsTruth(stand.bootstrapServers(), schemas, agents, 50);
                QueryLoad load = new QueryLoad(truth);
                Running gateway = stand.gateway();
                Running first = stand.views(name)) {
            // given
            truth.start();
            awaitReady(first);
            awaitReady(gateway);
            copies.await(List.of(first.uri()), 1, agents);
            copies.awaitFresh(first.uri(), 100);
            load.add(gateway.uri());
            load.rate(60);
            load.start();
            TimeUnit.SECONDS.sleep(5);
            load.forget();

            // when
            Running second = stand.views(name);
            Running third = stand.views(name);
            awaitReady(second);
            awaitReady(third);
            copies.await(List.of(first.uri(), second.uri(), third.uri()), 3, agents);
            System.out.println("three instances: " + load.report());
            CompletableFuture<Long> secondEnds = CompletableFuture.supplyAsync(() -> second.stop(GRACE));
            CompletableFuture<Long> thirdEnds = CompletableFuture.supplyAsync(() -> third.stop(GRACE));

            // then
            assertThat(secondEnds.join()).isZero();
            assertThat(thirdEnds.join()).isZero();
            copies.await(List.of(first.uri()), 1, agents);
            TimeUnit.SECONDS.sleep(5);
            load.stop();
            System.out.println("one again: " + load.report());
            assertThat(load.wrong()).isEmpty();
            assertThat(load.asked()).isGreaterThan(500);
            assertThat(load.longestFailure()).as(load.report()).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void shouldGoOnWhereItWasStopped() throws Exception {
        try (SimulatedLiveChat liveChat = liveChat();
                TopicCounts counts = new TopicCounts(stand.bootstrapServers())) {
            // given
            try (Running bridge = stand.bridge("stopped", liveChat.url().getPort());
                    Running views = stand.views("stopped")) {
                awaitReady(bridge);
                awaitReady(views);
                TimeUnit.SECONDS.sleep(8);

                // when
                assertThat(views.stop(GRACE)).isZero();
                assertThat(bridge.stop(GRACE)).isZero();
            }
            try (Running bridge = stand.bridge("stopped", liveChat.url().getPort());
                    Running views = stand.views("stopped")) {
                awaitReady(bridge);
                awaitReady(views);
                TimeUnit.SECONDS.sleep(3);
                liveChat.pause();
                awaitIdle(bridge);

                // then
                HttpQueries viewsHttp = new HttpQueries(views.uri());
                awaitNothing(() -> Rehearsal.viewDifferences(liveChat.truth(), viewsHttp));
                Verdict verdict = verdict(liveChat, "stopped");
                assertThat(verdict.faults()).isEmpty();
                assertThat(verdict.gaps()).isEqualTo(Map.of("shutdown", 1));
                assertThat(verdict.unheard()).isPositive();
                assertThat(verdict.received()).isGreaterThan(8 * RATE);
                assertThat(ChangelogsRead.by(views.uri()))
                        .as("records read of the changelogs: a lost state reads all")
                        .isLessThan(changelogRecords(counts) / 2);
            }
        }
    }

    @Test
    void shouldRunAsNobodyWhoMayChangeTheImage() throws Exception {
        try (SimulatedLiveChat liveChat = liveChat();
                Running bridge = stand.bridge("nobody", liveChat.url().getPort());
                Running views = stand.views("nobody")) {
            awaitReady(bridge);
            awaitReady(views);
            for (Running program : List.of(bridge, views)) {
                assertThat(program.run("id", "-u")).isEqualTo("10001\n");
                assertThat(program.run("touch", "/app/anything")).contains("Read-only file system");
            }
            // of a container's memory; the JVM rounds it
            assertThat(heapMib(bridge)).isBetween(512L * 59 / 100, 512L * 61 / 100);
            assertThat(heapMib(views)).isBetween(1024L * 49 / 100, 1024L * 51 / 100);
        }
    }

    @Test
    void shouldNameEveryMistakeAndEndWithTwo() throws Exception {
        try (Running bridge = stand.endingBridge(Map.of(
                "BRIDGE_LIVECHAT_URL", "https://example.com",
                "BRIDGE_BOOTSTRAP_SERVERS", "kafka-1:9092",
                "BRIDGE_SCHEMA_REGISTRY_URL", "http://registry:8080/apis/ccompat/v7"))) {
            assertThat(bridge.exitCode()).isEqualTo(2);
            assertThat(bridge.said().lines())
                    .hasSize(2)
                    .anySatisfy(line -> assertThat(line).contains("livechat.url"))
                    .anySatisfy(line -> assertThat(line).contains("livechat.token"));
        }
    }

    private SimulatedLiveChat liveChat() throws Exception {
        SimulatedLiveChat liveChat = new SimulatedLiveChat(SimulatorSettings.defaults()
                .withHost(stand.here().getHostAddress())
                .withRate(RATE)
                .withFrameLog(directory.resolve("frames.ndjson")));
        liveChat.start();
        return liveChat;
    }

    private Verdict verdict(SimulatedLiveChat liveChat, String name) throws Exception {
        liveChat.flushFrameLog();
        Verdict verdict = Oracle.judge(
                SentLog.read(directory.resolve("frames.ndjson")),
                new TopicReader(stand.bootstrapServers(), stand.registryUrl(), new TopicNames(name + ".")).read());
        System.out.print(name + ":\n" + verdict.toText());
        return verdict;
    }

    private static long sum(TopicCounts counts, TopicNames topics) throws Exception {
        return counts.of(topics.received()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static long changelogRecords(TopicCounts counts) throws InterruptedException, ExecutionException {
        List<String> changelogs = admin.listTopics().names().get().stream()
                .filter(topic -> topic.startsWith("stopped-views-") && topic.endsWith("-changelog"))
                .toList();
        return counts.of(changelogs).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** The largest heap of a program's JVM. */
    private static long heapMib(Running program) throws Exception {
        return program.run("jcmd", "1", "VM.flags")
                        .replaceAll("(?s).*-XX:MaxHeapSize=(\\d+).*", "$1")
                        .transform(Long::parseLong)
                / 1024
                / 1024;
    }

    private static void awaitReady(Running program) throws Exception {
        HttpQueries http = new HttpQueries(program.uri());
        awaitNothing(() -> http.isReady() ? List.of() : List.of("not ready: " + program.uri()));
    }

    private static void awaitIdle(Running bridge) throws Exception {
        HttpQueries http = new HttpQueries(bridge.uri());
        awaitNothing(() -> {
            String busy = Rehearsal.busyWith(http);
            return busy.isEmpty() ? List.of() : List.of(busy);
        });
    }

    private static void awaitNothing(Left left) throws Exception {
        long end = System.nanoTime() + SOON.toNanos();
        List<String> now = left.now();
        while (!now.isEmpty()) {
            assertThat(System.nanoTime()).as(now.toString()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(100);
            now = left.now();
        }
    }
}
