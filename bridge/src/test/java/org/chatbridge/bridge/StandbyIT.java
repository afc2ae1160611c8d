package org.chatbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.chatbridge.bridge.standby.Slot;
import org.chatbridge.bridge.standby.SlotSettings;
import org.chatbridge.sandbox.SimulatedLiveChat;
import org.chatbridge.sandbox.SimulatorSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Of two bridges in a group one is connected; the other takes over, and the ledger tells what that cost. Most of that is waiting, so they
 * wait side by side.
 */
@Timeout(180)
class StandbyIT {
    /** A test that may run beside others of this class. No other class runs meanwhile: some of them kill the broker. */
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface TestBesideOthers {}

    private static final String STREAMING = "\"state\":\"streaming\"";

    private final String prefix = Servers.prefixBesideOthers();

    @TempDir
    Path directory;

    @TestBesideOthers
    void shouldTakeOverFromABridgeThatStops() throws Exception {
        try (SimulatedLiveChat liveChat = liveChat();
                BridgeJar first = bridge(liveChat, "first")) {
            first.awaitStatus(STREAMING);
            try (BridgeJar second = bridge(liveChat, "second")) {
                second.awaitStatus("\"role\":\"standby\"");
                Await.until("ready", () -> second.get("/health/ready").contains("\"ready\""));
                assertThat(liveChat.connections()).isEqualTo(1);

                first.program().stop();
                assertThat(first.program().awaitEnd()).isZero();
                second.awaitStatus(STREAMING);
                assertOneGap("shutdown", 5_000);
                second.program().stop();
            }
            assertNothingFollowsItsSuccessor();
        }
    }

    @TestBesideOthers
    void shouldTakeOverFromABridgeThatIsKilled() throws Exception {
        try (SimulatedLiveChat liveChat = liveChat();
                BridgeJar first = bridge(liveChat, "first")) {
            first.awaitStatus(STREAMING);
            try (BridgeJar second = bridge(liveChat, "second")) {
                second.awaitStatus("\"role\":\"standby\"");
                first.program().kill();
                second.awaitStatus(STREAMING);
                assertOneGap("crash", 20_000);

                try (BridgeJar again = bridge(liveChat, "first")) {
                    again.awaitStatus("\"role\":\"standby\"");
                    Await.until("what was left is delivered", () -> again.get("/status")
                            .contains("\"pending\":0"));
                    assertThat(liveChat.connections()).isEqualTo(1);
                    again.program().stop();
                }
                second.program().stop();
            }
            assertNothingFollowsItsSuccessor();
            assertThat(new Received(prefix).connectionsWithoutHoles()).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @TestBesideOthers
    void shouldNotLetABridgeWriteThatWasFrozenWhileAnotherTookOver() throws Exception {
        try (SimulatedLiveChat liveChat = liveChat();
                BridgeJar first = bridge(liveChat, "first")) {
            first.awaitStatus(STREAMING);
            try (BridgeJar second = bridge(liveChat, "second")) {
                second.awaitStatus("\"role\":\"standby\"");
                first.program().suspend();
                second.awaitStatus(STREAMING);
                int before = new Received(prefix).all().size();
                first.program().resume();
                first.awaitStatus("\"role\":\"standby\"");
                Await.until("it goes on", () -> new Received(prefix).all().size() > before + 20);
                Await.until(
                        "what was left is delivered", () -> first.get("/status").contains("\"pending\":0"));
                assertThat(liveChat.connections()).isEqualTo(1);

                second.program().stop();
                first.awaitStatus(STREAMING);
                first.program().stop();
            }
            assertNothingFollowsItsSuccessor();
            assertThat(new Received(prefix).connectionsWithoutHoles()).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @TestBesideOthers
    void shouldTellOfTheGapWhileLiveChatIsAwayToo() throws Exception {
        try (SimulatedLiveChat liveChat = liveChat();
                BridgeJar first = bridge(liveChat, "first")) {
            first.awaitStatus(STREAMING);
            try (BridgeJar second = bridge(liveChat, "second")) {
                second.awaitStatus("\"role\":\"standby\"");
                liveChat.inflict("refuse-upgrades 120 503");
                first.program().kill();
                second.awaitStatus("\"role\":\"active\"");
                Await.until("the open gap is told", () -> new Received(prefix)
                        .gaps().values().stream()
                                .anyMatch(gap ->
                                        gap.get("cause").toString().equals("crash") && gap.get("closed_at") == null));
                second.program().stop();
            }
        }
    }

    /** Deleted by mistake, for one. */
    @TestBesideOthers
    void shouldMakeTheTopicOfTheGroupAgainThatIsDeletedWhileBridgesRun() throws Exception {
        SlotSettings settings = slotSettings();
        Turns turns = new Turns();
        try (Slot first = new Slot(settings, turns, Clock.systemUTC());
                Slot second = new Slot(settings, turns, Clock.systemUTC());
                Admin admin = Admin.create(Map.of("bootstrap.servers", settings.bootstrapServers()))) {
            turns.slot = first;
            first.start();
            Await.until("its turn", first::isOurs);
            second.start();
            Await.until("in the group", () -> second.inTheWay().isEmpty());

            admin.deleteTopics(List.of(settings.topic())).all().get();
            Await.until("over", () -> !first.isOurs());

            Await.until("a turn again", () -> first.isOurs() != second.isOurs());
            assertThat(turns.left)
                    .as("what was left is not lost with the topic")
                    .endsWith(Optional.of("{\"last\":1}"));
            assertThat(admin.describeConfigs(List.of(new ConfigResource(ConfigResource.Type.TOPIC, settings.topic())))
                            .all()
                            .get()
                            .values())
                    .allSatisfy(topic -> assertThat(
                                    topic.get(TopicConfig.CLEANUP_POLICY_CONFIG).value())
                            .isEqualTo("compact"));
        }
    }

    @TestBesideOthers
    void shouldLeaveItsLastAccountToTheNextOneWhereItsTurnEndsWithAFailure() throws Exception {
        Turns turns = new Turns();
        turns.failsAtFirst = true;
        try (Slot slot = new Slot(slotSettings(), turns, Clock.systemUTC())) {
            turns.slot = slot;
            slot.start();

            assertThat(turns.left.poll(60, TimeUnit.SECONDS))
                    .as("nothing before")
                    .isEmpty();
            assertThat(turns.left.poll(60, TimeUnit.SECONDS)).hasValue("{\"last\":1}");
        }
    }

    /** Its consumer would wait in one question until it is as late again, and be no member meanwhile. */
    @TestBesideOthers
    void shouldJoinTheGroupAnewWhereTheClockWasSetBack() throws Exception {
        Turns turns = new Turns();
        try (Slot slot = new Slot(slotSettings(), turns, Clock.systemUTC())) {
            turns.slot = slot;
            slot.start();
            Await.until("its turn", slot::isOurs);
            assertThat(turns.left.poll(60, TimeUnit.SECONDS)).isEmpty();

            slot.clockWasSetBack();

            assertThat(turns.left.poll(60, TimeUnit.SECONDS)).hasValue("{\"last\":1}");
            Await.until("its turn again", slot::isOurs);
        }
    }

    /** Notes what was left for each turn; leaves an account when the turn ends. */
    private static final class Turns implements Slot.Listener {
        private final BlockingQueue<Optional<String>> left = new LinkedBlockingQueue<>();
        private volatile @Nullable Slot slot;
        private volatile boolean failsAtFirst;

        @Override
        public void ours(Optional<byte[]> account) {
            left.add(account.map(bytes -> new String(bytes, StandardCharsets.UTF_8)));
            if (failsAtFirst) {
                failsAtFirst = false;
                throw new KafkaException("as where Kafka refuses a fetch");
            }
        }

        @Override
        public void stillAnothers() {}

        @Override
        public void anothers() {
            Slot ended = slot;
            if (ended != null) {
                ended.leave("{\"last\":1}".getBytes(StandardCharsets.UTF_8));
            }
        }

        @Override
        public void failed(String lastWord) {
            throw new AssertionError(lastWord);
        }
    }

    private SlotSettings slotSettings() {
        return new SlotSettings(
                Servers.BROKER.bootstrapServers(),
                "shop",
                prefix + "bridges-shop",
                Optional.of((short) 1),
                Duration.ofSeconds(6),
                Map.of());
    }

    private void assertOneGap(String cause, int atMostMs) throws Exception {
        Await.until("the gap is closed", () -> new Received(prefix)
                .gaps().values().stream().anyMatch(gap -> gap.get("closed_at") != null));
        Map<String, GenericRecord> gaps = new Received(prefix).gaps();
        assertThat(gaps).hasSize(1);
        GenericRecord gap = gaps.values().iterator().next();
        long blindMs = ((Long) gap.get("closed_at") - (Long) gap.get("opened_at")) / 1_000;
        System.out.println("blind for " + blindMs + " ms (" + cause + ")");
        assertThat(gap.get("cause")).hasToString(cause);
        assertThat(blindMs).isLessThan(atMostMs);
        assertThat(gap.get("next_connection_id").toString())
                .isGreaterThan(gaps.keySet().iterator().next());
    }

    /** In each partition no live record of a connection stands behind one of a later connection. */
    private void assertNothingFollowsItsSuccessor() throws Exception {
        Received received = new Received(prefix);
        Map<String, String> newest = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : received.all()) {
            GenericRecord push = (GenericRecord) received.value(record).get("push");
            if (push.get("origin").toString().equals("live")) {
                String connection = push.get("connection_id").toString();
                String before = newest.put(record.topic() + record.partition(), connection);
                assertThat(before == null || before.compareTo(connection) <= 0)
                        .as("%s then %s in %s", before, connection, record.topic())
                        .isTrue();
            }
        }
        assertThat(new HashSet<>(newest.values())).isNotEmpty();
    }

    private BridgeJar bridge(SimulatedLiveChat liveChat, String name) {
        return new BridgeJar(liveChat, prefix, directory, name, "bridge.group=shop");
    }

    private static SimulatedLiveChat liveChat() {
        SimulatedLiveChat liveChat =
                new SimulatedLiveChat(SimulatorSettings.defaults().withRate(200));
        liveChat.start();
        return liveChat;
    }
}
