package org.chatbridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class SimulatedLiveChatTest {

    private static final SimulatorSettings STILL = SimulatorSettings.defaults().withRate(0);

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Test
    void shouldAnswerALoginWithProfileLicenseAndChats() throws Exception {
        RawClient client = client(start(STILL));

        JsonNode response = client.login("Bearer sandbox");

        assertThat(response.path("type").asText()).isEqualTo("response");
        assertThat(response.path("id").asText()).isEqualTo("l");
        assertThat(response.path("request_id").asText()).isEqualTo("l");
        assertThat(response.path("success").asBoolean()).isTrue();
        assertThat(response.at("/payload/my_profile/id").asText()).isEqualTo("bridge@kiosk.example");
        assertThat(response.at("/payload/license/id").asText()).isEqualTo("8842107");
        assertThat(response.at("/payload/chats_summary").isArray()).isTrue();
    }

    @Test
    void shouldRefuseAWrongToken() throws Exception {
        RawClient client = client(start(STILL));

        JsonNode response = client.login("Bearer other");

        assertThat(response.path("success").asBoolean(true)).isFalse();
        assertThat(Json.write(response.path("payload")))
                .isEqualTo("{\"error\":{\"type\":\"auth\",\"message\":\"Invalid access token\"}}");
    }

    @Test
    void shouldRefuseRequestsBeforeLogin() throws Exception {
        RawClient client = client(start(STILL));

        JsonNode response = client.request("1", "get_filtered_chats", "{}");

        assertThat(response.at("/payload/error/type").asText()).isEqualTo("auth");
    }

    @Test
    void shouldCloseAConnectionWithoutLoginEvenIfItPings() throws Exception {
        SimulatedLiveChat simulator = start(STILL.withLoginDeadline(Duration.ofMillis(300)));
        RawClient client = client(simulator);

        assertThat(client.request("1", "ping", "{}").path("success").asBoolean())
                .isTrue();

        assertThat(client.closeCode()).isEqualTo(1008);
        await(() -> simulator.connections() == 0);
    }

    @Test
    void shouldCloseAnIdleConnectionAlthoughItIsSentPushes() throws Exception {
        RawClient client = client(start(SimulatorSettings.defaults().withIdleTimeout(Duration.ofMillis(400))));

        client.login("Bearer sandbox");

        assertThat(client.closeCode()).isEqualTo(1001);
    }

    @Test
    void shouldCountControlPingsAsLife() throws Exception {
        SimulatedLiveChat simulator = start(STILL.withIdleTimeout(Duration.ofMillis(1500)));
        RawClient client = client(simulator);
        client.login("Bearer sandbox");

        long start = System.nanoTime();
        while (System.nanoTime() - start < Duration.ofMillis(2200).toNanos()) {
            client.ping("are you there");
            assertThat(client.frames.poll(100, TimeUnit.MILLISECONDS)).isNull();
        }

        assertThat(client.pong.get(5, TimeUnit.SECONDS)).isEqualTo("are you there");
        assertThat(simulator.connections()).isEqualTo(1);
        assertThat(client.closeCode()).isEqualTo(1001);
    }

    @Test
    void shouldRefuseTheEleventhOutstandingRequest() throws Exception {
        SimulatedLiveChat simulator = start(STILL);
        RawClient client = client(simulator);
        client.login("Bearer sandbox");
        simulator.faults().holdResponses(true);

        for (int i = 1; i <= 11; i++) {
            client.send("{\"id\":\"" + i + "\",\"action\":\"ping\"}");
        }

        JsonNode refused = client.await(frame -> true);
        assertThat(refused.path("id").asText()).isEqualTo("11");
        assertThat(refused.at("/payload/error/type").asText()).isEqualTo("pending_requests_limit_reached");
        simulator.faults().holdResponses(false);
        for (int i = 1; i <= 10; i++) {
            assertThat(client.await(frame -> true).path("id").asText()).isEqualTo("" + i);
        }
    }

    @Test
    void shouldAnswerWithTheThreadsOfAChat() throws Exception {
        SimulatedLiveChat simulator = start(SimulatorSettings.defaults().withRate(2000));
        RawClient client = client(simulator);
        client.login("Bearer sandbox");
        await(() -> simulator.truth().openThreads().size() > 3);
        simulator.pause();
        Truth.OpenThread open = simulator.truth().openThreads().get(0);

        JsonNode response = client.request(
                "t",
                "get_chat_threads",
                "{\"chat_id\":\"" + open.chatId() + "\",\"thread_ids\":[\"" + open.threadId() + "\"]}");

        JsonNode thread = response.at("/payload/chat/threads/0");
        assertThat(thread.path("id").asText()).isEqualTo(open.threadId());
        assertThat(thread.path("active").asBoolean()).isTrue();
        JsonNode events = thread.path("events");
        assertThat(events.get(events.size() - 1).path("id").asText())
                .isEqualTo(open.lastEvent().id());
        JsonNode chats = client.request("f", "get_filtered_chats", "{\"filters\":{\"include_active\":true}}");
        assertThat(chats.at("/payload/chats_summary")).hasSizeGreaterThan(3);
        JsonNode unknown = client.request("u", "get_chat_threads", "{\"chat_id\":\"none\"}");
        assertThat(unknown.at("/payload/error/type").asText()).isEqualTo("validation");
        JsonNode action = client.request("a", "dance", "{}");
        assertThat(action.at("/payload/error/type").asText()).isEqualTo("validation");
    }

    @Test
    void shouldLetAResyncFindWhatHappenedWhileNobodyListened() throws Exception {
        SimulatedLiveChat simulator = start(SimulatorSettings.defaults().withRate(3000));
        client(simulator).login("Bearer sandbox");
        await(() -> simulator.truth().totalPushes() > 500);
        simulator.dropAll();
        await(() -> simulator.truth().unheard() > 1000);
        simulator.pause();
        Truth truth = simulator.truth();
        RawClient client = client(simulator);

        JsonNode login = client.login("Bearer sandbox");

        Set<String> open = new HashSet<>();
        for (JsonNode chat : login.at("/payload/chats_summary")) {
            String threadId = chat.at("/last_thread_summary/id").asText();
            JsonNode threads = client.request(
                    "t-" + threadId,
                    "get_chat_threads",
                    "{\"chat_id\":\"" + chat.path("id").asText() + "\",\"thread_ids\":[\"" + threadId + "\"]}");
            if (threads.at("/payload/chat/threads/0/active").asBoolean()) {
                open.add(threadId);
            }
        }
        assertThat(open)
                .isEqualTo(new HashSet<>(truth.openThreads().stream()
                        .map(Truth.OpenThread::threadId)
                        .toList()));
    }

    @Test
    void shouldTellWhatIsSaidInAChatToWhoFollowsItAloneFromVersion31On() throws Exception {
        SimulatedLiveChat simulator = start(SimulatorSettings.defaults().withRate(2000));
        RawClient client = RawClient.connect(simulator.urlOf31());
        opened.add(client);
        client.login("Bearer sandbox");
        await(() -> simulator.truth().openThreads().size() > 3);
        simulator.pause();

        Set<String> followed = new HashSet<>();
        for (Truth.OpenThread open : simulator.truth().openThreads()) {
            followed.add(open.chatId());
            JsonNode response = client.request(open.chatId(), "follow_chat", "{\"chat_id\":\"" + open.chatId() + "\"}");
            assertThat(response.path("success").asBoolean()).isTrue();
            JsonNode announcement = client.await(frame -> true);
            assertThat(announcement.path("action").asText()).isEqualTo("incoming_chat_thread");
            assertThat(announcement.at("/payload/chat/is_followed").asBoolean()).isTrue();
            JsonNode events = announcement.at("/payload/chat/thread/events");
            assertThat(events.get(events.size() - 1).path("id").asText())
                    .isEqualTo(open.lastEvent().id());
        }
        assertThat(client.request("u", "follow_chat", "{\"chat_id\":\"none\"}")
                        .at("/payload/error/type")
                        .asText())
                .isEqualTo("chat_inactive");

        simulator.resume();
        for (int i = 0; i < 5; i++) {
            JsonNode event = client.await(frame -> frame.path("action").asText().equals("incoming_event"));
            assertThat(followed).contains(event.at("/payload/chat_id").asText());
        }
    }

    @Test
    void shouldTellEverybodyOfARoutingStatus() throws Exception {
        SimulatedLiveChat simulator = start(STILL);
        RawClient one = client(simulator);
        RawClient other = client(simulator);
        one.login("Bearer sandbox");
        other.login("Bearer sandbox");

        one.send("{\"id\":\"s\",\"action\":\"update_agent\",\"payload\":{\"routing_status\":\"not_accepting_chats\"}}");

        assertThat(one.await(frame -> true).path("id").asText()).isEqualTo("s");
        for (RawClient client : List.of(one, other)) {
            JsonNode push = client.await(frame -> true);
            assertThat(push.path("action").asText()).isEqualTo("agent_updated");
            assertThat(push.at("/payload/routing_status").asText()).isEqualTo("not_accepting_chats");
        }
        assertThat(simulator.connections()).isEqualTo(2);
    }

    @Test
    void shouldTellATruthThatThePushesTell() throws Exception {
        SimulatedLiveChat simulator = start(SimulatorSettings.defaults().withRate(3000));
        RawClient client = client(simulator);
        client.login("Bearer sandbox");
        await(() -> simulator.truth().totalPushes() > 2000);

        simulator.pause();

        Truth truth = simulator.truth();
        Fold fold = new Fold();
        Set<String> actions = new HashSet<>();
        for (long i = 0; i < truth.totalPushes(); i++) {
            String frame = client.frames.poll(10, TimeUnit.SECONDS);
            assertThat(frame).isNotNull();
            String action = Json.read(frame).path("action").asText();
            actions.add(action);
            fold.add(new Push(action, frame));
        }
        assertThat(client.frames).isEmpty();
        assertThat(fold.threads()).isEqualTo(truth.openThreads());
        assertThat(actions).isEqualTo(truth.pushes().keySet());
        assertThat(truth.agents()).hasSize(9).allMatch(agent -> agent.routingStatus()
                .equals(agent.announcedStatus()));
        assertThat(simulator.truth()).isEqualTo(truth);
        simulator.resume();
        assertThat(client.frames.poll(10, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void shouldCutAClientOffThatDoesNotRead() throws Exception {
        SimulatedLiveChat simulator =
                start(SimulatorSettings.defaults().withRate(100_000).withQueueFrames(200));
        RawClient reader = client(simulator);
        RawClient sleeper = track(RawClient.connectWithoutReading(simulator));
        sleeper.login("Bearer sandbox");

        await(() -> simulator.slowClients() == 1);

        await(() -> simulator.connections() == 0);
        simulator.pause();
        assertThat(reader.login("Bearer sandbox").path("success").asBoolean()).isTrue();
    }

    @Test
    void shouldWaitForTheClientAtFullSpeed() throws Exception {
        SimulatedLiveChat simulator = start(SimulatorSettings.defaults()
                .withRate(SimulatorSettings.FULL_SPEED)
                .withQueueFrames(100));
        RawClient sleeper = track(RawClient.connectWithoutReading(simulator));
        sleeper.login("Bearer sandbox");

        await(() -> {
            long before = simulator.truth().totalPushes();
            return before > 100 && standsStill(simulator, before);
        });

        assertThat(simulator.slowClients()).isZero();
        simulator.dropAll();
        long before = simulator.truth().totalPushes() + simulator.truth().unheard();
        await(() -> simulator.truth().totalPushes() + simulator.truth().unheard() > before);
    }

    @Test
    void shouldDoWrongOnPurpose() throws Exception {
        SimulatedLiveChat simulator = start(STILL);
        RawClient client = client(simulator);

        simulator.faults().refuseLogins("license_expired");
        assertThat(client.login("Bearer sandbox").at("/payload/error/type").asText())
                .isEqualTo("license_expired");
        simulator.faults().refuseLogins(null);
        simulator.faults().ignoreLogins(true);
        client.send("{\"id\":\"x\",\"action\":\"login\",\"payload\":{\"token\":\"Bearer sandbox\"}}");
        assertThat(client.request("p", "ping", "{}").path("success").asBoolean())
                .isTrue();
        simulator.faults().ignoreLogins(false);
        simulator.faults().pushBeforeLoginResponse("{\"action\":\"early\",\"type\":\"push\"}");
        client.send("{\"id\":\"y\",\"action\":\"login\",\"payload\":{\"token\":\"Bearer sandbox\"}}");

        assertThat(client.await(frame -> true).path("action").asText()).isEqualTo("early");
        assertThat(client.await(frame -> true).path("id").asText()).isEqualTo("y");
        assertThat(simulator.send("not json")).isEqualTo(1);
        assertThat(client.frames.poll(5, TimeUnit.SECONDS)).isEqualTo("not json");
        assertThat(simulator.sendBinary(new byte[] {1, 2})).isEqualTo(1);
        assertThat(client.binary.poll(5, TimeUnit.SECONDS)).isNotNull();
        assertThat(simulator.received()).hasSize(4);
        client.send("no json");
        assertThat(client.await(frame -> true).at("/payload/error/type").asText())
                .isEqualTo("validation");
    }

    @Test
    void shouldEndConnectionsInEveryWay() throws Exception {
        SimulatedLiveChat simulator = start(STILL);
        RawClient first = client(simulator);
        first.login("Bearer sandbox");
        simulator.disconnectAll("access_token_revoked");
        assertThat(first.await(frame -> true).at("/payload/reason").asText()).isEqualTo("access_token_revoked");
        assertThat(first.closeCode()).isEqualTo(1000);

        RawClient second = client(simulator);
        second.login("Bearer sandbox");
        simulator.closeAll(1011, "oops");
        assertThat(second.closeCode()).isEqualTo(1011);

        RawClient third = client(simulator);
        third.login("Bearer sandbox");
        simulator.dropAll();
        assertThat(third.closeCode()).isEqualTo(1006);
        await(() -> simulator.connections() == 0);
        assertThat(simulator.truth().pushes()).containsEntry("agent_disconnected", 1L);
    }

    @Test
    void shouldReplayTheRecordedPushes(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("session.ndjson"), """
                {"id":"r-1","action":"login","payload":{}}
                {"id":"r-1","action":"login","type":"response","success":true}
                {"action":"thread_closed","type":"push","payload":{"chat_id":"ç"}}
                {"action":"later","type":"push"}
                """);
        SimulatedLiveChat simulator = start(STILL);
        CompletableFuture<?> done = simulator.replay(file, 1000);
        RawClient client = client(simulator);

        client.login("Bearer sandbox");

        assertThat(client.frames.poll(5, TimeUnit.SECONDS))
                .isEqualTo("{\"action\":\"thread_closed\",\"type\":\"push\",\"payload\":{\"chat_id\":\"ç\"}}");
        assertThat(client.frames.poll(5, TimeUnit.SECONDS)).contains("later");
        done.get(5, TimeUnit.SECONDS);
    }

    @Test
    void shouldNameAPortInUse() throws Exception {
        int port = start(STILL).url().getPort();

        assertThatThrownBy(() -> new SimulatedLiveChat(STILL.withPort(port)).start())
                .hasMessageContaining("port " + port);
    }

    private SimulatedLiveChat start(SimulatorSettings settings) {
        SimulatedLiveChat simulator = track(new SimulatedLiveChat(settings));
        simulator.start();
        return simulator;
    }

    private RawClient client(SimulatedLiveChat simulator) {
        return track(RawClient.connect(simulator));
    }

    private <T extends AutoCloseable> T track(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    private static boolean standsStill(SimulatedLiveChat simulator, long before) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < Duration.ofMillis(300).toNanos()) {
            if (simulator.truth().totalPushes() != before) {
                return false;
            }
            LockSupport.parkNanos(2_000_000);
        }
        return true;
    }

    /** Looks again and again until the time limit of the test. */
    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(2_000_000);
            assertThat(Thread.interrupted()).as("time limit").isFalse();
        }
    }
}
