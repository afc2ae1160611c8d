package org.chatbridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each fault as a client sees it. */
@Timeout(30)
final class FaultsTest {

    private static final String TOKEN = "Bearer sandbox";

    private final SimulatedLiveChat simulator =
            new SimulatedLiveChat(SimulatorSettings.defaults().withRate(200));

    @BeforeEach
    void start() {
        simulator.start();
    }

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void shouldCutAndCloseWithCodeAndReason() throws Exception {
        try (RawClient client = loggedIn()) {
            simulator.inflict("cut");
            assertThat(client.closeCode()).isEqualTo(1006);
        }
        try (RawClient client = loggedIn()) {
            simulator.inflict("close 4001 have a good day");
            assertThat(client.closeCode()).isEqualTo(4001);
            assertThat(client.closeReason()).isEqualTo("have a good day");
        }
    }

    @Test
    void shouldSayNothingWhileSilentAndEverythingLater() throws Exception {
        try (RawClient client = loggedIn()) {
            client.await(RawClient.isPush());
            simulator.inflict("silence 600");
            client.ping("are you there");
            while (client.frames.poll(200, TimeUnit.MILLISECONDS) != null) {
                // what had left before
            }
            assertThat(client.frames.poll(500, TimeUnit.MILLISECONDS)).isNull();
            assertThat(client.pong.isDone()).isFalse();
            try (RawClient newcomer = loggedIn()) {
                newcomer.await(RawClient.isPush());
            }

            simulator.endFaults();

            assertThat(client.pong.get(10, TimeUnit.SECONDS)).isEqualTo("are you there");
            client.await(RawClient.isPush());
        }
    }

    @Test
    void shouldCutASilentConnection() throws Exception {
        try (RawClient client = loggedIn()) {
            simulator.inflict("silence 600");
            client.ping("x");
            simulator.inflict("cut");
            assertThat(client.closeCode()).isEqualTo(1006);
        }
    }

    @Test
    void shouldDripBytesAndKeepFramesWhole() throws Exception {
        try (RawClient client = loggedIn()) {
            simulator.inflict("drip 600 3");
            long start = System.nanoTime();

            simulator.send("{\"action\":\"long\",\"text\":\"" + "é".repeat(300) + "\"}");

            JsonNode frame = client.await(json -> json.path("action").asText().equals("long"));
            assertThat(frame.path("text").asText()).isEqualTo("é".repeat(300));
            assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {503, 401})
    void shouldRefuseTheUpgrade(int status) throws Exception {
        simulator.inflict("refuse-upgrades 600 " + status);

        assertThatThrownBy(() -> RawClient.connect(simulator))
                .cause()
                .isInstanceOfSatisfying(WebSocketHandshakeException.class, refused -> assertThat(
                                refused.getResponse().statusCode())
                        .isEqualTo(status));

        simulator.endFaults();
        loggedIn().close();
    }

    @Test
    void shouldNeverAnswerTheUpgrade() throws Exception {
        simulator.inflict("stall-upgrades 600");

        assertThatThrownBy(() -> RawClient.connectWithin(simulator, Duration.ofMillis(700)))
                .cause() // which may have one of its own, an IOException, when the client closes the socket first
                .isInstanceOf(java.net.http.HttpTimeoutException.class);

        simulator.endFaults();
        loggedIn().close();
    }

    @Test
    void shouldRefuseAndIgnoreLoginsForATime() throws Exception {
        try (RawClient client = RawClient.connect(simulator)) {
            simulator.inflict("refuse-logins 600 internal");
            assertThat(client.login(TOKEN).at("/payload/error/type").asText()).isEqualTo("internal");
            simulator.endFaults();

            simulator.inflict("ignore-logins 0.3");
            client.send("{\"id\":\"i\",\"action\":\"login\",\"payload\":{\"token\":\"" + TOKEN + "\"}}");
            assertThat(client.frames.poll(400, TimeUnit.MILLISECONDS)).isNull();
            await(() -> !simulator.faults().ignoresLogins());
            assertThat(client.login(TOKEN).path("success").asBoolean()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "access_token_revoked",
                "license_expired",
                "agent_deleted",
                "logged_out_remotely",
                "agent_logged_out_remotely",
                "unsupported_version",
                "access_token_expired",
                "ping_timeout",
                "connection_timeout",
                "internal_error",
                "too_many_connections",
                "agent_disconnected_by_server",
                "too_many_unauthorized_connections",
                "misdirected_connection",
                "license_not_found",
                "product_version_changed",
                "connection_evicted",
                "role_permissions_changed",
                "whatever_comes_next"
            })
    void shouldTakeLeaveForEveryReason(String reason) throws Exception {
        try (RawClient client = loggedIn()) {
            simulator.inflict("disconnect " + reason);
            JsonNode last = client.await(frame -> frame.path("action").asText().equals("agent_disconnected"));
            assertThat(last.at("/payload/reason").asText()).isEqualTo(reason);
            assertThat(client.closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void shouldAcceptOnlyTheNewTokenOnceTheOldHasExpired() throws Exception {
        try (RawClient client = loggedIn()) {
            simulator.inflict("expire-token Bearer next one");
            client.await(frame -> frame.at("/payload/reason").asText().equals("access_token_expired"));
        }
        try (RawClient client = RawClient.connect(simulator)) {
            assertThat(client.login(TOKEN).at("/payload/error/type").asText()).isEqualTo("authentication");
            assertThat(client.login("Bearer other").at("/payload/error/type").asText())
                    .isEqualTo("auth");
            assertThat(client.login("Bearer next one").path("success").asBoolean())
                    .isTrue();
        }
        assertThat(simulator.token()).isEqualTo("Bearer next one");
    }

    @Test
    void shouldSendOversizeFramesAndGarbageBetweenGoodOnes() throws Exception {
        try (RawClient client = loggedIn()) {
            simulator.inflict("oversize 3000000");
            assertThat(client.await(frame -> frame.path("action").asText().equals("incoming_broadcast"))
                            .at("/payload/content/text")
                            .asText())
                    .hasSize(3_000_000);

            simulator.inflict("garbage 9");

            client.await(JsonNode::isMissingNode);
            client.await(JsonNode::isArray);
            client.await(frame -> frame.path("action").asText().equals("never_heard_of"));
            assertThat(client.binary.poll(10, TimeUnit.SECONDS)).isNotNull();
            client.await(RawClient.isPush());
        }
    }

    @Test
    void shouldAnswerLateButPushInTime() throws Exception {
        try (RawClient client = RawClient.connect(simulator)) {
            simulator.inflict("answer-late 600 400");
            long start = System.nanoTime();
            assertThat(client.login(TOKEN).path("success").asBoolean()).isTrue();
            assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(390));

            client.send("{\"request_id\":\"p\",\"action\":\"ping\"}");
            client.await(RawClient.isPush());
            client.await(frame -> frame.path("request_id").asText().equals("p"));
        }
    }

    @Test
    void shouldLetPushesOvertakeTheLoginResponse() throws Exception {
        simulator.inflict("push-early 3");
        try (RawClient client = RawClient.connect(simulator)) {
            client.send("{\"id\":\"e\",\"action\":\"login\",\"payload\":{\"token\":\"" + TOKEN + "\"}}");

            for (int i = 0; i < 3; i++) {
                assertThat(RawClient.isPush().test(client.await(frame -> true))).isTrue();
            }
            client.await(frame -> frame.path("id").asText().equals("e"));
        }
        assertThat(simulator.faults().takeEarly()).isZero();
    }

    private RawClient loggedIn() throws InterruptedException {
        RawClient client = RawClient.connect(simulator);
        assertThat(client.login(TOKEN).path("success").asBoolean()).isTrue();
        return client;
    }

    /** Looks again and again until the time limit of the test. */
    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(2_000_000);
            assertThat(Thread.interrupted()).as("time limit").isFalse();
        }
    }
}
