package org.chatbridge.bridge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.chatbridge.bridge.Await;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.FrameQueue;
import org.chatbridge.bridge.frames.MemoryFrameQueue;
import org.chatbridge.bridge.journal.LastFrame;
import org.chatbridge.bridge.ledger.Cause;
import org.chatbridge.bridge.ledger.FakeMemory;
import org.chatbridge.bridge.ledger.Ledger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SupervisorTest {
    private static final URI URL = URI.create("wss://api.livechatinc.com/agent/v0.2/rtm/ws");
    private static final String OWN = "own@shop.example";
    private static final String ACCEPTING =
            "{\"action\":\"agent_updated\",\"type\":\"push\",\"payload\":{\"agent_id\":\"" + OWN
                    + "\",\"routing_status\":\"accepting_chats\"}}";
    private static final String ACCEPTING_IN_3_2 =
            "{\"action\":\"routing_status_set\",\"type\":\"push\",\"payload\":{\"agent_id\":\"" + OWN
                    + "\",\"status\":\"accepting_chats\"}}";

    private final ManualClock clock = new ManualClock();
    private final FakeSockets sockets = new FakeSockets();
    private final FrameQueue queue = new MemoryFrameQueue(1 << 20);
    private final List<Frame> words = new ArrayList<>();
    private final FakeMemory memory = new FakeMemory();
    private Consumer<Frame> told = words::add;
    private final Ledger ledger = new Ledger(memory, word -> told.accept(word), () -> true, () -> 0, () -> 0, clock);
    private final List<String> tokens = new ArrayList<>(List.of("Bearer 1", "Bearer 2", "Bearer 3"));
    private final Deque<Runnable> connects = new ArrayDeque<>();
    private boolean connectsAtOnce = true;
    private boolean mayConnect = true;
    private final Supervisor supervisor = supervisor(ApiVersion.V0_2, this::connect);

    @Test
    void shouldLogInAndLeaveRoutingBeforeItStreams() throws Exception {
        run();

        assertThat(sent(0).path("action").asText()).isEqualTo("login");
        assertThat(sent(0).path("payload").path("token").asText()).isEqualTo("Bearer 1");
        assertThat(sent(0).path("payload").path("reconnect").asBoolean()).isTrue();
        assertThat(state()).isEqualTo(ConnectionState.LOGGING_IN);

        answerLogin();
        assertThat(sent(1).path("action").asText()).isEqualTo("update_agent");
        assertThat(sent(1).path("payload").path("routing_status").asText()).isEqualTo("not_accepting_chats");
        assertThat(state()).isEqualTo(ConnectionState.SYNCING);

        answer(1, true, "{}");
        assertThat(state()).isEqualTo(ConnectionState.STREAMING);
        assertThat(supervisor.status().connectedSince()).isEqualTo(clock.instant());
    }

    @Test
    void shouldSpeakTheDialectOfLaterVersions() throws Exception {
        Supervisor later = supervisor(ApiVersion.V3_6, this::connect);
        later.runOnce();
        later.runOnce();

        assertThat(sent(0).path("payload").path("away").asBoolean()).isTrue();
        assertThat(sent(0).has("id")).isFalse();

        sockets.last()
                .says("{\"request_id\":\"" + sent(0).path("request_id").asText()
                        + "\",\"action\":\"login\",\"type\":\"response\",\"success\":true,\"payload\":{}}");
        later.runOnce();
        assertThat(sent(1).path("action").asText()).isEqualTo("set_routing_status");
        assertThat(sent(1).path("payload").path("status").asText()).isEqualTo("not_accepting_chats");
    }

    @Test
    void shouldFollowAChatThatIsOpenedOnceForEachOfItsThreads() throws Exception {
        Supervisor later = supervisor(ApiVersion.V3_6, this::connect);
        later.runOnce();
        later.runOnce();
        sockets.last()
                .says("{\"request_id\":\"" + sent(0).path("request_id").asText()
                        + "\",\"action\":\"login\",\"type\":\"response\",\"success\":true,\"payload\":{\"my_profile\":{\"id\":\""
                        + OWN + "\"}}}");
        later.runOnce();
        int before = sockets.last().sent.size();

        String announcement =
                "{\"version\":\"3.6\",\"request_id\":\"%s\",\"action\":\"incoming_chat\",\"type\":\"push\",\"payload\":"
                        + "{\"chat\":{\"id\":\"A\",\"users\":[{\"id\":\"%s\",\"present\":true}],\"thread\":{\"id\":\"%s\",\"active\":true}}}}";
        push(announcement.formatted("x", "ann", "A1"));
        later.runOnce();
        assertThat(sent(before).path("action").asText()).isEqualTo("follow_chat");
        push(announcement.formatted(sent(before).path("request_id").asText(), "ann", "A1"));
        later.runOnce();
        assertThat(sockets.last().sent).as("that was the echo").hasSize(before + 1);

        push(announcement.formatted("x", OWN, "A2"));
        later.runOnce();
        assertThat(sockets.last().sent).as("the agent is in it itself").hasSize(before + 1);

        push(announcement.formatted("x", "ann", "A3"));
        later.runOnce();
        assertThat(sockets.last().sent).hasSize(before + 2);
        assertThat(frames()).as("all of them are pushes").hasSize(4);
    }

    @Test
    void shouldStampPushesAndNotAnswers() throws Exception {
        stream();
        push("{\"action\":\"a\",\"type\":\"push\",\"request_id\":\"bridge-2\"}");
        sockets.last().says("{\"id\":\"bridge-9\",\"action\":\"ping\",\"type\":\"response\",\"success\":true}");
        push("not json");
        push("{\"action\":\"b\",\"type\":\"push\"}");

        List<Frame> frames = frames();
        assertThat(frames).extracting(Frame::sequence).containsExactly(1L, 2L, 3L);
        assertThat(frames).extracting(Frame::ownAgentId).containsOnly(OWN);
        assertThat(frames).extracting(Frame::receivedAtMicros).containsOnly(1_795_338_000_000_000L);
        assertThat(supervisor.status().sequence()).isEqualTo(3);
        assertThat(supervisor.status().lastPushAt()).isEqualTo(clock.instant());
    }

    @Test
    void shouldKeepPushesThatComeBeforeTheAnswerToLogin() throws Exception {
        run();
        push("{\"action\":\"early\",\"type\":\"push\"}");
        answerLogin();
        push("{\"action\":\"late\",\"type\":\"push\"}");

        assertThat(frames()).extracting(Frame::ownAgentId).containsExactly(null, OWN);
    }

    @Test
    void shouldKnowItsAgentBeforeALoginIsAnsweredOnceOneWas() throws Exception {
        stream();
        for (int attempt = 0; attempt < 2; attempt++) {
            sockets.last().listener.onClosed(1006, "");
            run();
            after(Duration.ofSeconds(5));
            push("{\"action\":\"agent_disconnected\",\"type\":\"push\",\"payload\":{\"reason\":\"internal_error\"}}");
        }

        assertThat(frames()).extracting(Frame::ownAgentId).containsExactly(OWN, OWN);
    }

    @Test
    void shouldNotTakeAPushWithItsIdForAnAnswer() throws Exception {
        run();
        push("{\"action\":\"login\",\"type\":\"push\",\"success\":true,\"request_id\":\""
                + sent(0).path("request_id").asText() + "\"}");
        run();

        assertThat(state()).isEqualTo(ConnectionState.LOGGING_IN);
        assertThat(queue.pending()).isEqualTo(1);
    }

    @Test
    void shouldStampWhatIsNoUtf8AndTakeItForNoAnswer() throws Exception {
        run();
        push("{\"action\":\"a\",\"type\":\"push\"}");
        byte[] noText = ("{\"id\":\"" + sent(0).path("id").asText()
                        + "\",\"action\":\"login\",\"type\":\"response\",\"success\":true,\"payload\":{\"a\":\"\u00ff\"}}")
                .getBytes(StandardCharsets.ISO_8859_1);
        sockets.last().listener.onNoText(noText);
        run();
        assertThat(state()).isEqualTo(ConnectionState.LOGGING_IN);

        sockets.last().listener.onClosed(1007, "Illegal UTF-8 Sequence.");
        run();
        List<Frame> frames = frames();
        assertThat(frames).extracting(Frame::sequence).containsExactly(1L, 2L);
        assertThat(frames.get(1).bytes()).isSameAs(noText);
        assertThat(Objects.requireNonNull(supervisor.status().lastDisconnect()).reason())
                .isEqualTo("closed with code 1007: Illegal UTF-8 Sequence.");
    }

    @ParameterizedTest
    @CsvSource({"auth", "authentication", "license_expired", "unsupported_version", "seats_limit_exceeded"})
    void shouldStopWhenTheLoginIsRefusedForGood(String error) throws Exception {
        run();
        answer(0, false, "{\"error\":{\"type\":\"" + error + "\",\"message\":\"No\"}}");

        assertThat(state()).isEqualTo(ConnectionState.STOPPED);
        assertThat(supervisor.end().get().asked()).isFalse();
        assertThat(supervisor.end().get().lastWord()).startsWith("login refused: " + error + " No.");
        assertThat(sockets.open()).isZero();
        after(Duration.ofHours(1));
        assertThat(sockets.opened).hasSize(1);
    }

    @Test
    void shouldNameTheTokenInItsLastWord() throws Exception {
        run();
        answer(0, false, "{\"error\":{\"type\":\"auth\",\"message\":\"Invalid access token\"}}");

        assertThat(supervisor.end().get().lastWord())
                .isEqualTo("login refused: auth Invalid access token. "
                        + "Set livechat.token to a valid token of the agent, then start the bridge again");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"type\":\"internal\"}}",
                "{\"error\":{\"code\":123,\"message\":\"?\"}}",
                "{}",
                "{\"error\":{\"type\":\"too_many_requests\"}}"
            })
    void shouldTryAgainWhenTheLoginIsRefusedForNow(String payload) throws Exception {
        run();
        answer(0, false, payload);
        assertThat(state()).isEqualTo(ConnectionState.BACKING_OFF);

        after(Duration.ofSeconds(1));
        assertThat(sent(0).path("payload").path("token").asText()).isEqualTo("Bearer 2");
        assertThat(sockets.open()).isEqualTo(1);
    }

    @Test
    void shouldNotStreamWhileItsAgentMayBeRoutedTo() throws Exception {
        run();
        answerLogin();
        answer(1, false, "{\"error\":{\"type\":\"authorization\",\"message\":\"No scope\"}}");

        assertThat(state()).isEqualTo(ConnectionState.STOPPED);
        assertThat(supervisor.end().get().lastWord()).startsWith("update_agent refused: authorization No scope");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"type\":\"too_many_requests\"}}",
                "{\"error\":{\"type\":\"internal\"}}",
                "{\"error\":{\"type\":\"validation\",\"message\":\"Unknown action\"}}",
                "{\"error\":{\"type\":\"never_heard_of\"}}",
                "{\"error\":{\"code\":123}}"
            })
    void shouldStreamAndAskAgainWhereOnlyItsAgentsLeavingIsRefused(String refusal) throws Exception {
        run();
        answerLogin();
        answer(1, false, refusal);
        assertThat(state()).isEqualTo(ConnectionState.STREAMING);

        after(Duration.ofSeconds(25));
        sockets.last().listener.onPong(0);
        after(Duration.ofSeconds(25));
        sockets.last().listener.onPong(0);
        after(Duration.ofSeconds(15));
        int again = lastParking();
        assertThat(again).as("asked once more").isGreaterThan(1);

        answer(again, false, "{\"error\":{\"type\":\"authorization\"}}");
        assertThat(state()).as("it has streamed for a minute").isEqualTo(ConnectionState.STREAMING);
        assertThat(sockets.opened).hasSize(1);
    }

    @Test
    void shouldTakeItsAgentOffRoutingAgainThoughThatIsPushedRightBehindTheAnswer() throws Exception {
        run();
        answerLogin();
        push(ACCEPTING);
        String answer = "{\"id\":\"" + sent(1).path("id").asText()
                + "\",\"action\":\"update_agent\",\"type\":\"response\",\"success\":true,\"payload\":{}}";
        sockets.last().says(answer);
        int asked = sockets.last().sent.size();
        push(ACCEPTING);
        run();

        assertThat(sockets.last().sent).as("the first was before the answer").hasSize(asked + 1);
        assertThat(sent(asked).path("action").asText()).isEqualTo("update_agent");
    }

    @Test
    void shouldStreamAndAskAgainWhenItsAgentsLeavingIsNotAnswered() throws Exception {
        run();
        answerLogin();
        after(Duration.ofSeconds(20));
        assertThat(state()).isEqualTo(ConnectionState.STREAMING);

        for (int i = 0; i < 4; i++) {
            sockets.last().listener.onPong(0);
            after(Duration.ofSeconds(15));
        }
        int again = lastParking();
        assertThat(again).as("asked once more").isGreaterThan(1);

        answer(again, true, "{}");
        int asked = sockets.last().sent.size();
        for (int i = 0; i < 8; i++) {
            sockets.last().listener.onPong(0);
            after(Duration.ofSeconds(15));
        }
        assertThat(sockets.last().sent.subList(asked, sockets.last().sent.size()))
                .noneMatch(request -> request.contains("update_agent"));
    }

    @Test
    void shouldStreamSoonThoughItsAgentsLeavingIsNotAnsweredYet() throws Exception {
        run();
        answerLogin();
        after(Duration.ofSeconds(3));
        assertThat(state()).isEqualTo(ConnectionState.STREAMING);
        assertThat(supervisor.status().connectedSince()).isEqualTo(clock.instant());

        push(ACCEPTING);
        answer(1, true, "{}");
        int asked = sockets.last().sent.size();
        after(Duration.ofSeconds(20));
        assertThat(sockets.last().sent.subList(asked, sockets.last().sent.size()))
                .as("the answer is the later word")
                .noneMatch(request -> request.contains("update_agent"));
    }

    @ParameterizedTest
    @CsvSource({"authorization, STOPPED", "too_many_requests, STREAMING"})
    void shouldDoAsALateRefusalOfItsAgentsLeavingAdvises(String error, ConnectionState then) throws Exception {
        run();
        answerLogin();
        after(Duration.ofSeconds(10));
        String log = logged(() -> answer(1, false, "{\"error\":{\"type\":\"" + error + "\"}}"));

        assertThat(state()).isEqualTo(then);
        assertThat(log).contains(error);
    }

    @Test
    void shouldCloseTheSocketItselfThoughItsAgentsLeavingIsNotAnsweredWhenLiveChatTakesLeave() throws Exception {
        run();
        answerLogin();
        after(Duration.ofSeconds(2));
        push("{\"action\":\"agent_disconnected\",\"type\":\"push\",\"payload\":{\"reason\":\"internal_error\"}}");
        run();
        after(Duration.ofSeconds(2));

        assertThat(sockets.opened.get(0).closed).isTrue();
        assertThat(state()).isEqualTo(ConnectionState.BACKING_OFF);
    }

    @ParameterizedTest
    @ValueSource(strings = {ACCEPTING, ACCEPTING_IN_3_2})
    void shouldTakeItsAgentOffRoutingAgainThoughNobodyTakesThePush(String accepting) throws Exception {
        stream();
        int asked = sockets.last().sent.size();
        push(accepting.replace(OWN, "somebody@shop.example"));
        push(accepting.replace("\"accepting", "\"not_accepting"));
        push(accepting.replace("\"payload\"", "\"other\""));
        run();
        assertThat(sockets.last().sent).as("none of these says so").hasSize(asked);

        push(accepting);
        run();

        assertThat(sockets.last().sent).hasSize(asked + 1);
        assertThat(sent(asked).path("action").asText()).isEqualTo("update_agent");
        assertThat(queue.pending()).as("all are pushes").isEqualTo(4);
    }

    @Test
    void shouldNotBeHeldUpByAFullQueueWhereItsAgentAcceptsChats() throws Exception {
        FullQueue full = new FullQueue(clock);
        Supervisor blocked = supervisor(full);
        stream(blocked);
        int asked = sockets.last().sent.size();
        List<String> sentMeanwhile = new ArrayList<>();
        full.meanwhile = () -> {
            blocked.runOnce();
            sentMeanwhile.addAll(
                    sockets.last().sent.subList(asked, sockets.last().sent.size()));
        };
        push(ACCEPTING);

        assertThat(sentMeanwhile).as("while the push still waits").hasSize(1);
        assertThat(sentMeanwhile.get(0)).contains("update_agent");
        assertThat(full.pending()).isEqualTo(1);
    }

    @Test
    void shouldKnowItsAgentThoughALoginIsAnsweredThatItDidNotSend() throws Exception {
        stream();
        int asked = sockets.last().sent.size();
        sockets.last()
                .says("{\"request_id\":\"x\",\"action\":\"login\",\"type\":\"response\",\"success\":true,"
                        + "\"payload\":{}}");
        push(ACCEPTING);
        run();

        assertThat(lastParking()).as("asked once more").isEqualTo(asked);
    }

    @Test
    void shouldNotTakeItsAgentOffRoutingForALatePushOfAnEarlierConnection() throws Exception {
        stream();
        FakeSockets.FakeSocket first = sockets.last();
        first.listener.onClosed(1006, "");
        run();
        after(Duration.ofSeconds(1));
        stream();
        int asked = sockets.last().sent.size();
        first.says(ACCEPTING);
        run();

        assertThat(sockets.last().sent).hasSize(asked);
    }

    @Test
    void shouldAskAgainWhereTakingItsAgentOffRoutingAgainIsRefused() throws Exception {
        stream();
        int again = sockets.last().sent.size();
        push(ACCEPTING);
        run();
        assertThat(lastParking()).isEqualTo(again);
        answer(again, false, "{\"error\":{\"type\":\"too_many_requests\"}}");
        for (int i = 0; i < 5; i++) {
            sockets.last().listener.onPong(0);
            after(Duration.ofSeconds(15));
        }

        assertThat(lastParking()).as("asked once more").isGreaterThan(again);
        assertThat(state()).isEqualTo(ConnectionState.STREAMING);
    }

    @ParameterizedTest
    @CsvSource({
        "access_token_revoked, STOPPED",
        "license_expired, STOPPED",
        "connection_evicted, STOPPED",
        "agent_disconnected_by_server, STOPPED",
        "access_token_expired, BACKING_OFF",
        "internal_error, BACKING_OFF",
        "ping_timeout, BACKING_OFF",
        "too_many_connections, BACKING_OFF",
        "never_heard_of, BACKING_OFF",
    })
    void shouldDoAsTheReasonOfADismissalAdvises(String reason, ConnectionState then) throws Exception {
        stream();
        push("{\"action\":\"agent_disconnected\",\"type\":\"push\",\"payload\":{\"reason\":\"" + reason + "\"}}");
        sockets.last().listener.onClosed(1006, "");
        run();

        assertThat(state()).isEqualTo(then);
        assertThat(queue.pending()).as("the dismissal is a push too").isEqualTo(1);
        ConnectionStatus.Disconnect last = supervisor.status().lastDisconnect();
        assertThat(Objects.requireNonNull(last).reason()).contains("agent_disconnected: " + reason);
    }

    /** What is told of LiveChat's words lacks the token; what is decided goes by the words. */
    @ParameterizedTest
    @CsvSource({
        "Bearer token, access_token_revoked, STOPPED, access_…_revoked",
        "Bearer token, access_token_expired, BACKING_OFF, access_…_expired",
        "license, license_expired, STOPPED, …_expired",
    })
    void shouldDoAsTheReasonAdvisesThatHasAWordOfTheToken(
            String token, String reason, ConnectionState then, String told) throws Exception {
        tokens.set(0, token);
        stream();
        push("{\"action\":\"agent_disconnected\",\"type\":\"push\",\"payload\":{\"reason\":\"" + reason + "\"}}");
        sockets.last().listener.onClosed(1006, "");
        run();

        assertThat(state()).isEqualTo(then);
        ConnectionStatus.Disconnect last = supervisor.status().lastDisconnect();
        assertThat(Objects.requireNonNull(last).reason())
                .contains("agent_disconnected: " + told)
                .doesNotContain("not known");
    }

    @Test
    void shouldCloseTheSocketItselfWhenADismissalIsNotFollowedByAClose() throws Exception {
        stream();
        push("{\"action\":\"agent_disconnected\",\"type\":\"push\",\"payload\":{\"reason\":\"internal_error\"}}");
        run();
        after(Duration.ofSeconds(2));

        assertThat(sockets.opened.get(0).closed).isTrue();
        assertThat(state()).isEqualTo(ConnectionState.BACKING_OFF);
    }

    /** What answers pings then is no LiveChat that would still tell this connection anything. */
    @Test
    void shouldBeginTheGapBeforeADismissalHoweverLongPingsAreAnswered() throws Exception {
        stream();
        sockets.last().answersPings = true;
        after(Duration.ofSeconds(5));
        push("{\"action\":\"agent_disconnected\",\"type\":\"push\",\"payload\":{\"reason\":\"internal_error\"}}");
        run();
        for (int i = 0; i < 8; i++) {
            after(Duration.ofMillis(250));
        }

        assertThat(state()).isEqualTo(ConnectionState.BACKING_OFF);
        assertThat(gaps().get(0).path("opened_at").asText()).isEqualTo("2026-11-22T09:00:05Z");
    }

    @Test
    void shouldNotGoOnWithAConnectionThatWasDismissed() throws Exception {
        run();
        push("{\"action\":\"agent_disconnected\",\"type\":\"push\",\"payload\":{\"reason\":\"license_expired\"}}");
        answerLogin();
        after(Duration.ofSeconds(2));

        assertThat(state()).isEqualTo(ConnectionState.STOPPED);
        assertThat(supervisor.end().get().lastWord()).startsWith("agent_disconnected: license_expired");
    }

    @Test
    void shouldNotLogInWhereItWasDismissedAtOnce() {
        sockets.greeting =
                "{\"action\":\"agent_disconnected\",\"type\":\"push\",\"payload\":{\"reason\":\"internal_error\"}}";
        run();
        assertThat(sockets.last().sent).isEmpty();

        after(Duration.ofSeconds(2));
        assertThat(state()).isEqualTo(ConnectionState.BACKING_OFF);
        assertThat(sockets.open()).isZero();
    }

    @Test
    void shouldTakeAnAnswerWithoutTypeAndSuccessForOne() throws Exception {
        run();
        sockets.last()
                .says("{\"id\":\"" + sent(0).path("id").asText()
                        + "\",\"action\":\"login\",\"payload\":{\"my_profile\":{\"id\":\"" + OWN + "\"}}}");
        run();
        assertThat(state()).isEqualTo(ConnectionState.SYNCING);

        push("{\"id\":\"" + sent(1).path("id").asText() + "\",\"action\":\"agent_updated\",\"payload\":{}}");
        run();
        assertThat(state()).as("a push that its request caused").isEqualTo(ConnectionState.SYNCING);
        assertThat(queue.pending()).isEqualTo(1);
    }

    @Test
    void shouldMoveToTheRegionThatLiveChatNames() throws Exception {
        run();
        answer(0, false, "{\"error\":{\"type\":\"misdirected_request\",\"data\":{\"region\":\"fra\"}}}");
        after(Duration.ofSeconds(1));

        assertThat(sockets.last().url).hasToString("wss://api-fra.livechatinc.com/agent/v0.2/rtm/ws");
    }

    @Test
    void shouldGiveUpAHandshakeThatTakesTooLong() throws Exception {
        connectsAtOnce = false;
        run();
        after(Duration.ofSeconds(20));
        assertThat(state()).isEqualTo(ConnectionState.BACKING_OFF);
        after(Duration.ofSeconds(30));
        assertThat(connects).as("never two at a time").hasSize(1);

        connects.remove().run();
        run();
        assertThat(sockets.open()).as("a socket that opens too late is closed").isZero();
    }

    @Test
    void shouldGiveUpALoginThatIsNotAnswered() throws Exception {
        run();
        after(Duration.ofSeconds(20));

        assertThat(state()).isEqualTo(ConnectionState.BACKING_OFF);
        assertThat(sockets.open()).isZero();
    }

    @Test
    void shouldGiveUpALoginThatIsNotAnsweredThoughNothingElseIsToDo() {
        run();
        Duration waited = Duration.ZERO;
        while (state() == ConnectionState.LOGGING_IN && waited.compareTo(Duration.ofSeconds(60)) < 0) {
            Duration wait = Duration.ofNanos(supervisor.runOnce());
            clock.advance(wait);
            waited = waited.plus(wait);
            supervisor.runOnce();
        }

        assertThat(waited)
                .as("as long as it takes, looking when it said that it would")
                .isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void shouldPingAndNoticeSilence() throws Exception {
        stream();
        assertThat(pings()).as("the first at once").hasSize(1);
        after(Duration.ofSeconds(15));
        assertThat(sockets.last().pings).isPositive();
        assertThat(pings()).hasSize(2);

        sockets.last().listener.onPong(0);
        after(Duration.ofSeconds(29));
        assertThat(state()).isEqualTo(ConnectionState.STREAMING);

        after(Duration.ofSeconds(1));
        assertThat(state()).isEqualTo(ConnectionState.BACKING_OFF);
        assertThat(sockets.open()).isZero();
        assertThat(supervisor.status().reconnects()).isEqualTo(1);
        assertThat(supervisor.reconnects(Cause.SILENCE)).isEqualTo(1);
        assertThat(supervisor.reconnects(Cause.CLOSED)).isZero();
    }

    @Test
    void shouldNotTakeAFrameThatArrivesSlowlyForSilence() throws Exception {
        stream();
        answer(pings().get(0), true, "{}");
        arriveSlowly(60);
        assertThat(state()).isEqualTo(ConnectionState.STREAMING);

        after(Duration.ofSeconds(29));
        assertThat(state()).isEqualTo(ConnectionState.STREAMING);
        after(Duration.ofSeconds(1));
        assertThat(state()).isEqualTo(ConnectionState.BACKING_OFF);
        assertThat(gaps().get(0).path("opened_at").asText())
                .as("no frame has come since")
                .isEqualTo("2026-11-22T09:00:00Z");
    }

    @Test
    void shouldNotTakeAFullQueueForSilence() throws Exception {
        FullQueue full = new FullQueue(clock);
        Supervisor blocked = supervisor(full);
        stream(blocked);
        sockets.last().says(response(pings().get(0), "ping"));
        full.meanwhile = () -> after(blocked, 60);
        push("{\"action\":\"a\",\"type\":\"push\"}");
        sockets.last().answersPings = true; // and the answers are read again
        after(blocked, 49);

        assertThat(blocked.status().state()).isEqualTo(ConnectionState.STREAMING);
        after(blocked, 1);
        assertThat(blocked.status().state()).as("LiveChat is silent").isEqualTo(ConnectionState.BACKING_OFF);
    }

    @Test
    void shouldWaitForTheAnswerToALoginBehindAFullQueue() throws Exception {
        FullQueue full = new FullQueue(clock);
        Supervisor blocked = supervisor(full);
        blocked.runOnce();
        blocked.runOnce();
        full.meanwhile = () -> after(blocked, 58);
        push("{\"action\":\"a\",\"type\":\"push\"}");
        after(blocked, 4);

        assertThat(blocked.status().state()).isEqualTo(ConnectionState.LOGGING_IN);
        after(blocked, 1);
        assertThat(blocked.status().state()).as("it would have been read").isEqualTo(ConnectionState.BACKING_OFF);
    }

    @Test
    void shouldWaitForTheAnswerToALoginThatArrivesSlowly() throws Exception {
        run();
        arriveSlowly(40);
        assertThat(sockets.opened).hasSize(1);
        assertThat(state()).isEqualTo(ConnectionState.LOGGING_IN);

        answerLogin();
        assertThat(state()).isEqualTo(ConnectionState.SYNCING);
        assertThat(sockets.last().sent)
                .as("it was asked once")
                .filteredOn(text -> text.contains("login"))
                .hasSize(1);
    }

    @Test
    void shouldGiveUpALoginWhoseAnswerArrivesNoFurther() throws Exception {
        run();
        arriveSlowly(25);
        after(Duration.ofSeconds(4));
        assertThat(state()).isEqualTo(ConnectionState.LOGGING_IN);
        after(Duration.ofSeconds(1));
        assertThat(state()).isEqualTo(ConnectionState.BACKING_OFF);

        after(Duration.ofSeconds(1));
        arriveSlowly(302);
        assertThat(sockets.opened).as("nor one that never ends").hasSizeGreaterThan(2);
    }

    @Test
    void shouldGiveUpALoginThatIsNotAnsweredThoughThePeerPings() throws Exception {
        run();
        for (int i = 0; i < 20; i++) {
            after(Duration.ofSeconds(1));
            sockets.last().listener.onBytes();
        }

        assertThat(state()).isEqualTo(ConnectionState.BACKING_OFF);
    }

    /** Whoever answers the pings of the WebSocket may stand before LiveChat. */
    @ParameterizedTest
    @CsvSource({"false, 50", "true, 80"})
    void shouldNoticeThatLiveChatAnswersNoPingAnyMore(boolean pushes, int noticedAfter) throws Exception {
        streamBehindAProxy();
        after(Duration.ofSeconds(30));
        if (pushes) {
            push("{\"action\":\"a\",\"type\":\"push\"}");
        }
        after(Duration.ofSeconds(noticedAfter - 31));
        assertThat(state()).isEqualTo(ConnectionState.STREAMING);
        after(Duration.ofSeconds(1));

        assertThat(state()).isEqualTo(ConnectionState.BACKING_OFF);
        assertThat(gaps().get(0).path("cause").asText()).isEqualTo("silence");
        assertThat(gaps().get(0).path("detail").asText())
                .isEqualTo("silence: LiveChat said nothing for 50 s, nor answered a ping, though bytes come");
        assertThat(gaps().get(0).path("opened_at").asText())
                .as("a push may have been under way for long")
                .isEqualTo("2026-11-22T09:00:15Z");
    }

    /** Such as where a proxy holds up what comes. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTakeALateAnswerForThePingThatItAnswers(boolean hasId) throws Exception {
        streamBehindAProxy();
        for (int i = 2; i <= 3; i++) {
            after(Duration.ofSeconds(i == 2 ? 34 : 15));
            sockets.last()
                    .says(hasId ? response(pings().get(i), "ping") : "{\"action\":\"ping\",\"type\":\"response\"}");
        }
        after(Duration.ofSeconds(50));

        assertThat(gaps().get(0).path("cause").asText()).isEqualTo("silence");
        assertThat(gaps().get(0).path("opened_at").asText())
                .as("the last that was answered, though the next was sent by then")
                .isEqualTo("2026-11-22T09:00:45Z");
    }

    @Test
    void shouldKnowTheAnswerToAPingByItsId() throws Exception {
        stream();
        sockets.last().answersPings = true;
        after(Duration.ofSeconds(15));
        sockets.last().says(response(pings().get(0), null));
        after(Duration.ofSeconds(50));

        assertThat(gaps()).extracting(gap -> gap.path("cause").asText()).containsExactly("silence");
    }

    @Test
    void shouldNoticeThatLiveChatAnswersNothingSoonAfterTheLogin() throws Exception {
        stream();
        sockets.last().answersPings = true;
        after(Duration.ofSeconds(5));
        for (int ping : pings()) {
            answer(ping, true, "{}");
        }
        after(Duration.ofSeconds(49));
        assertThat(state()).isEqualTo(ConnectionState.STREAMING);
        after(Duration.ofSeconds(1));

        assertThat(gaps()).extracting(gap -> gap.path("cause").asText()).containsExactly("silence");
        assertThat(gaps().get(0).path("opened_at").asText()).isEqualTo("2026-11-22T09:00:00Z");
    }

    /** PROTOCOL 1.5: the ping and the parking included. */
    @Test
    void shouldAskLiveChatForNoMoreAtOnceThanItTakes() throws Exception {
        run();
        StringBuilder chats = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            chats.append(i == 0 ? "" : ",")
                    .append("{\"id\":\"C" + i + "\",\"last_thread_summary\":{\"id\":\"T" + i + "\"}}");
        }
        answer(0, true, "{\"my_profile\":{\"id\":\"" + OWN + "\"},\"chats_summary\":[" + chats + "]}");

        assertThat(sockets.last().sent).as("with the login").hasSize(1 + 10);
        assertThat(pings()).hasSize(1);
    }

    @Test
    void shouldBeginAGapAtTheLastAnsweredPingWhereTheProxyNoticesFirst() throws Exception {
        streamBehindAProxy();
        after(Duration.ofSeconds(25));
        sockets.last().listener.onClosed(1006, "");
        run();

        assertThat(gaps().get(0).path("opened_at").asText()).isEqualTo("2026-11-22T09:00:15Z");
    }

    /** And where the next ping was not sent yet, or may be answered still, the gap is no longer than it must be. */
    @ParameterizedTest
    @ValueSource(ints = {5, 14, 19})
    void shouldBeginAGapAtTheLastPongWhileNoPingIsLate(int seconds) throws Exception {
        streamBehindAProxy();
        after(Duration.ofSeconds(seconds));
        sockets.last().listener.onClosed(1006, "");
        run();

        assertThat(gaps().get(0).path("opened_at").asText())
                .isEqualTo(Instant.parse("2026-11-22T09:00:15Z")
                        .plusSeconds(seconds)
                        .toString());
    }

    @Test
    void shouldNotMindAPeerThatAnswersNoPing() throws Exception {
        stream();
        sockets.last().answersPings = true;
        after(Duration.ofMinutes(10));

        assertThat(state()).isEqualTo(ConnectionState.STREAMING);
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "true, 19", "true, 34", "false, 0", "false, 19"})
    void shouldNotTakeSlowAnswersOrRefusalsForSilence(boolean success, int late) throws Exception {
        stream();
        sockets.last().answersPings = true;
        List<Integer> pings = new ArrayList<>();
        for (int second = 1; second <= 300; second++) {
            after(Duration.ofSeconds(1));
            if (second % 15 == 0) {
                pings.add(sockets.last().sent.size() - 1);
                assertThat(sent(pings.get(pings.size() - 1)).path("action").asText())
                        .isEqualTo("ping");
            }
            if (second - late >= 15 && (second - late) % 15 == 0) {
                answer(pings.remove(0), success, "{}");
            }
        }

        assertThat(state()).isEqualTo(ConnectionState.STREAMING);
    }

    @Test
    void shouldNoticeThatLiveChatDoesNotEvenRefuseAPingAnyMore() throws Exception {
        stream();
        sockets.last().answersPings = true;
        answer(pings().get(0), false, "{}");
        after(Duration.ofSeconds(49));
        assertThat(state()).isEqualTo(ConnectionState.STREAMING);
        after(Duration.ofSeconds(1));

        assertThat(gaps()).extracting(gap -> gap.path("cause").asText()).containsExactly("silence");
    }

    @Test
    void shouldTakeAFrameThatIsNoTextForASignOfLiveChat() throws Exception {
        streamBehindAProxy();
        after(Duration.ofSeconds(40));
        sockets.last().listener.onBinary(ByteBuffer.allocate(1));
        after(Duration.ofSeconds(49));

        assertThat(state()).isEqualTo(ConnectionState.STREAMING);
    }

    @Test
    void shouldWaitForTheAnswerToAPingAfterItWasFrozen() throws Exception {
        streamBehindAProxy();
        clock.advance(Duration.ofMinutes(10));
        after(Duration.ofSeconds(19));
        assertThat(state()).isEqualTo(ConnectionState.STREAMING);
        answer(sockets.last().sent.size() - 1, true, "{}");
        after(Duration.ofSeconds(49));

        assertThat(state()).isEqualTo(ConnectionState.STREAMING);
    }

    @Test
    void shouldReadWhatWaitsInTheSocketAfterItWasFrozen() throws Exception {
        stream();
        after(Duration.ofSeconds(3));
        clock.advance(Duration.ofSeconds(50));
        run();
        assertThat(state()).as("nobody has looked yet").isEqualTo(ConnectionState.STREAMING);

        push("{\"action\":\"a\",\"type\":\"push\"}");
        after(Duration.ofSeconds(20));
        assertThat(state()).isEqualTo(ConnectionState.STREAMING);

        clock.advance(Duration.ofSeconds(50));
        run();
        after(Duration.ofSeconds(5));
        assertThat(state()).as("it is silent").isEqualTo(ConnectionState.BACKING_OFF);
    }

    @Test
    void shouldWaitLongerFromFailureToFailureAndForgetThemOnceStable() throws Exception {
        sockets.refusal = "Connection refused";
        run();
        for (int i = 0; i < 30; i++) {
            atOnce(Duration.ofSeconds(60));
        }
        assertThat(supervisor.status().reconnects()).isEqualTo(31);

        sockets.refusal = null;
        atOnce(Duration.ofSeconds(60));
        answerLogin();
        answer(1, true, "{}");
        for (int i = 0; i < 5; i++) {
            after(Duration.ofSeconds(15));
            sockets.last().listener.onPong(0);
        }
        sockets.last().listener.onClosed(1006, "");
        run();
        after(Duration.ofSeconds(1));
        assertThat(state()).as("the wait is short again").isEqualTo(ConnectionState.LOGGING_IN);
    }

    @ParameterizedTest
    @CsvSource({"90, 90", "86400, 120"})
    void shouldWaitAtTheLeastAsLongAsThePeerAsksFor(int asked, int waits) throws Exception {
        sockets.refusal = "Response code was not 101: 503.";
        sockets.retryAfter = Duration.ofSeconds(asked);
        run();
        sockets.refusal = null;
        after(Duration.ofSeconds(waits - 1));
        assertThat(state()).isEqualTo(ConnectionState.BACKING_OFF);
        after(Duration.ofSeconds(2));
        assertThat(state()).isEqualTo(ConnectionState.LOGGING_IN);

        answer(0, false, "{\"error\":{\"type\":\"too_many_requests\"}}");
        after(Duration.ofSeconds(2));
        assertThat(state()).as("once").isEqualTo(ConnectionState.LOGGING_IN);
    }

    @Test
    void shouldIgnoreLateWordsOfAnEarlierConnection() throws Exception {
        stream();
        FakeSockets.FakeSocket first = sockets.last();
        first.listener.onClosed(1006, "");
        run();
        after(Duration.ofSeconds(1));
        answerLogin();
        answer(1, true, "{}");

        first.listener.onClosed(1006, "");
        first.says("{\"action\":\"login\",\"type\":\"response\",\"success\":false}");
        run();
        assertThat(state()).isEqualTo(ConnectionState.STREAMING);
    }

    @Test
    void shouldGiveEachConnectionAnIdThatSortsAfterTheLast() throws Exception {
        stream();
        String first = String.valueOf(supervisor.status().connectionId());
        sockets.last().listener.onClosed(1006, "");
        run();
        after(Duration.ofSeconds(1));

        assertThat(String.valueOf(supervisor.status().connectionId())).isGreaterThan(first);
    }

    @Test
    void shouldTellWhenTheLastPushCameAlsoWhereItWasOnAnEarlierConnection() throws Exception {
        stream();
        push("{\"action\":\"a\",\"type\":\"push\"}");
        Instant then = clock.instant();
        sockets.last().listener.onClosed(1006, "");
        run();
        sockets.refusal = "Connection refused";
        after(Duration.ofSeconds(60));
        after(Duration.ofSeconds(60));

        assertThat(supervisor.status().lastPushAt()).isEqualTo(then);
    }

    @Test
    void shouldStopWhenAsked() throws Exception {
        stream();
        supervisor.start();
        supervisor.close();
        supervisor.close();

        assertThat(supervisor.end().get().asked()).isTrue();
        assertThat(sockets.open()).isZero();
        assertThat(state()).isEqualTo(ConnectionState.STOPPED);
    }

    /** As where memory ends: what a failure would tell fails, too. */
    @Test
    @Timeout(30)
    void shouldEndWhereItFailsAgainWhileItEnds() throws Exception {
        ledger.open(null);
        stream();
        told = word -> {
            throw new OutOfMemoryError("none is left");
        };
        sockets.last().listener.onClosed(1006, "gone");
        supervisor.start();

        assertThat(supervisor.end().get().asked()).isFalse();
        assertThat(supervisor.end().get().failed()).isTrue();
        supervisor.close();
        assertThat(state()).isEqualTo(ConnectionState.STOPPED);
    }

    @Test
    void shouldWaitForAnotherTokenWhereThatOfTheLoginHasExpired() throws Exception {
        tokens.set(1, "Bearer 1"); // not renewed yet
        stream();
        push("{\"action\":\"agent_disconnected\",\"type\":\"push\",\"payload\":{\"reason\":\"access_token_expired\"}}");
        sockets.last().listener.onClosed(1000, "");
        run();
        after(Duration.ofSeconds(1));
        answer(0, false, "{\"error\":{\"type\":\"authentication\",\"message\":\"expired\"}}");
        assertThat(state()).isEqualTo(ConnectionState.BACKING_OFF);

        atOnce(Duration.ofSeconds(60));
        assertThat(sent(0).path("payload").path("token").asText()).isEqualTo("Bearer 3");
        answer(0, false, "{\"error\":{\"type\":\"authentication\",\"message\":\"wrong\"}}");
        assertThat(state()).as("another one is wrong").isEqualTo(ConnectionState.STOPPED);
    }

    /** A proxy's key may be in it. */
    @Test
    void shouldNotTellTheQueryOfTheUrl() {
        sockets.refusal = "the peer does not speak HTTP: no such key as hush";
        Supervisor proxied = supervisor(ApiVersion.V3_6, this::connect, URI.create("ws://127.0.0.1:9/rtm/ws?key=hush"));
        proxied.runOnce();
        proxied.runOnce();

        assertThat(Objects.requireNonNull(proxied.status().lastDisconnect()).reason())
                .isEqualTo(
                        "livechat.url=ws://127.0.0.1:9/rtm/ws?…: cannot connect: the peer does not speak HTTP: no such key as …");
    }

    /** What is on the topic {@code gaps} is kept for ever. */
    @Test
    void shouldTellTheTokenToNobodyWhereLiveChatQuotesIt() throws Exception {
        tokens.clear();
        tokens.addAll(List.of("Bearer s3cr3t-abc", "Basic s3cr3t-abc", "Bearer s3cr3t-abc", "s3cr3t-abc"));
        String refusal = "{\"error\":{\"type\":\"%s\",\"message\":\"%s Bearer s3cr3t-abc\"}}";

        String log = logged(() -> {
            run();
            answerLogin();
            answer(1, true, "{}");
            answer(2, false, refusal.formatted("validation", "resync"));
            push("{\"id\":\"bridge-99\",\"action\":\"ping\",\"type\":\"response\",\"success\":false,\"payload\":"
                    + refusal.formatted("validation", "unasked") + "}");
            push(ACCEPTING);
            run();
            answer(lastParking(), false, refusal.formatted("authentication", "parking"));
            push("{\"action\":\"agent_disconnected\",\"type\":\"push\",\"payload\":{\"reason\":\"no s3cr3t-abc\"}}");
            sockets.last().listener.onClosed(1000, "");
            run();
            after(Duration.ofSeconds(1));
            answer(0, false, refusal.formatted("internal", "again"));
            after(Duration.ofSeconds(2));
            sockets.last().listener.onClosed(1008, "no longer than Bearer s3cr3t-a");
            run();
            after(Duration.ofSeconds(4));
            answer(0, false, refusal.formatted("authentication", "refused"));
        });

        assertThat(supervisor.end().get().lastWord())
                .startsWith("login refused: authentication refused Bearer …. Set livechat.token");
        assertThat(log)
                .contains("resync Bearer …", "unasked Bearer …", "parking Bearer …", "agent_disconnected: no …")
                .contains("again Bearer …", "no longer than Bearer …")
                .doesNotContain("s3cr3t");
        assertThat(gaps()).isNotEmpty().noneMatch(gap -> gap.toString().contains("s3cr3t"));
        assertThat(new String(memory.recall().orElseThrow(), StandardCharsets.UTF_8))
                .doesNotContain("s3cr3t");
        assertThat(Objects.requireNonNull(supervisor.status().lastDisconnect()).reason())
                .doesNotContain("s3cr3t");
        assertThat(frames())
                .as("a push is told as LiveChat told it")
                .anyMatch(frame -> new String(frame.bytes(), StandardCharsets.UTF_8).contains("no s3cr3t-abc"));
    }

    @Test
    void shouldAskForTheRegionByNameWhereTheHostIsNotLiveChats() throws Exception {
        Supervisor elsewhere = supervisor(ApiVersion.V3_6, this::connect, URI.create("ws://127.0.0.1:9/rtm/ws"));
        elsewhere.runOnce();
        for (int i = 0; i < 2; i++) {
            sockets.last()
                    .says(
                            "{\"action\":\"agent_disconnected\",\"type\":\"push\",\"payload\":{\"reason\":\"misdirected_connection\","
                                    + "\"data\":{\"region\":\"fra\"}}}");
            sockets.last().listener.onClosed(1000, "");
            elsewhere.runOnce();
            elsewhere.runOnce();
            clock.advance(Duration.ofSeconds(2));
            elsewhere.runOnce();
            elsewhere.runOnce();
        }

        assertThat(sockets.regions).containsExactly(null, "fra");
        assertThat(elsewhere.end().get().lastWord())
                .contains("livechat.url=ws://127.0.0.1:9/rtm/ws")
                .contains("fra");
    }

    @Test
    void shouldConnectOnlyInItsTurn() throws Exception {
        Supervisor standby = supervisor(
                SupervisorSettings.recommended(
                        URL, ApiVersion.V0_2, "test", 3, CustomerMonitoring.HIGHEST_AVAILABLE, true),
                queue,
                () -> "t",
                this::connect);
        standby.runOnce();
        clock.advance(Duration.ofHours(1));
        standby.runOnce();
        assertThat(sockets.opened).isEmpty();

        standby.start();
        standby.itsTurn();
        Await.until("connected", () -> standby.status().state() == ConnectionState.LOGGING_IN);
        standby.anothersTurn();
        assertThat(sockets.open()).isZero();
        assertThat(standby.status().state()).isEqualTo(ConnectionState.IDLE);

        standby.itsTurn();
        Await.until("connected again", () -> standby.status().state() == ConnectionState.LOGGING_IN);
        standby.close();
        assertThat(sockets.open()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"true, STOPPED", "false, BACKING_OFF"})
    void shouldEndForBeingThrownOutOnlyInItsTurn(boolean turnIsSure, ConnectionState then) throws Exception {
        Supervisor standby = supervisor(
                SupervisorSettings.recommended(
                        URL, ApiVersion.V3_6, "test", 3, CustomerMonitoring.HIGHEST_AVAILABLE, true),
                queue,
                () -> "t",
                this::connect);
        standby.itsTurn();
        standby.runOnce();
        standby.runOnce();
        assertThat(standby.status().state()).isEqualTo(ConnectionState.LOGGING_IN);
        mayConnect = turnIsSure; // a bridge that was frozen does not know yet that another one has its turn
        push("{\"action\":\"agent_disconnected\",\"type\":\"push\",\"payload\":{\"reason\":\"connection_evicted\"}}");
        sockets.last().listener.onClosed(1000, "");
        standby.runOnce();
        assertThat(standby.status().state()).isEqualTo(then);

        standby.start();
        long told = System.nanoTime();
        standby.anothersTurn();
        assertThat(Duration.ofNanos(System.nanoTime() - told)).isLessThan(Duration.ofSeconds(4)); // not in vain
        assertThat(standby.status().state()).isEqualTo(turnIsSure ? then : ConnectionState.IDLE);
        standby.close();
    }

    @Test
    void shouldTellWhoEndsItsTurnWhileItEndsItself() throws Exception {
        Supervisor standby = supervisor(
                SupervisorSettings.recommended(
                        URL, ApiVersion.V3_6, "test", 3, CustomerMonitoring.HIGHEST_AVAILABLE, true),
                queue,
                () -> "t",
                this::connect);
        standby.itsTurn();
        standby.runOnce();
        standby.runOnce();
        push("{\"action\":\"agent_disconnected\",\"type\":\"push\",\"payload\":{\"reason\":\"connection_evicted\"}}");
        sockets.last().listener.onClosed(1000, "");
        Thread ending = new Thread(standby::anothersTurn);
        ending.start();
        Await.until("its word is in the inbox", () -> ending.getState() == Thread.State.TIMED_WAITING);

        standby.start();

        ending.join(4_000); // not for the 5 s after which it gives up
        assertThat(ending.isAlive()).isFalse();
        standby.close();
    }

    @Test
    void shouldNotConnectAgainWhileItsTurnIsNotSure() throws Exception {
        stream();
        mayConnect = false;
        sockets.last().listener.onClosed(1006, "");
        run();
        after(Duration.ofMinutes(5));
        assertThat(sockets.opened).hasSize(1);

        mayConnect = true;
        after(Duration.ofSeconds(1));
        assertThat(sockets.opened).hasSize(2);
    }

    @Test
    void shouldEndAConnectionWhoseFrameCannotBeTaken() throws Exception {
        FullQueue full = new FullQueue(clock);
        Supervisor broken = supervisor(full);
        stream(broken);
        full.meanwhile = () -> {
            throw new IllegalStateException("no memory");
        };
        push("{\"action\":\"a\",\"type\":\"push\"}");
        full.meanwhile = () -> {};
        push("{\"action\":\"b\",\"type\":\"push\"}");
        broken.runOnce();

        assertThat(full.pending()).as("nothing takes its number").isZero();
        assertThat(broken.status().state()).isEqualTo(ConnectionState.BACKING_OFF);
        assertThat(gaps().get(0).path("cause").asText()).isEqualTo("closed");
    }

    @Test
    void shouldTellOfTheTimeInWhichItCouldNotSee() throws Exception {
        stream();
        String first = String.valueOf(supervisor.status().connectionId());
        push("{\"action\":\"a\",\"type\":\"push\"}");
        clock.advance(Duration.ofSeconds(3));
        sockets.last().listener.onClosed(1006, "");
        run();
        assertThat(gaps()).hasSize(1);
        assertThat(gaps().get(0).path("connection_id").asText()).isEqualTo(first);
        assertThat(gaps().get(0).path("cause").asText()).isEqualTo("closed");
        assertThat(gaps().get(0).path("opened_at").asText()).isEqualTo("2026-11-22T09:00:00Z");
        assertThat(gaps().get(0).path("last_sequence").asLong()).isEqualTo(1);
        assertThat(gaps().get(0).path("closed_at").isNull()).isTrue();

        after(Duration.ofSeconds(1));
        stream();
        push("{\"action\":\"b\",\"type\":\"push\"}");
        after(Duration.ofSeconds(1));
        JsonNode last = gaps().get(gaps().size() - 1);
        assertThat(last.path("connection_id").asText()).isEqualTo(first);
        assertThat(last.path("closed_at").asText()).isEqualTo("2026-11-22T09:00:04Z");
        assertThat(last.path("first_push_at").asText()).isEqualTo("2026-11-22T09:00:04Z");
        assertThat(last.path("next_connection_id").asText())
                .isEqualTo(supervisor.status().connectionId());
        assertThat(last.path("resync").path("completed_at").asText()).isEqualTo("2026-11-22T09:00:04Z");
    }

    @Test
    void shouldTellOfAShutdownAndOfSilence() throws Exception {
        stream();
        after(Duration.ofSeconds(30));
        assertThat(gaps().get(0).path("cause").asText()).isEqualTo("silence");
        assertThat(gaps().get(0).path("opened_at").asText()).isEqualTo("2026-11-22T09:00:00Z");

        after(Duration.ofSeconds(1));
        stream();
        supervisor.start();
        supervisor.close();
        assertThat(gaps().get(gaps().size() - 1).path("cause").asText()).isEqualTo("shutdown");
    }

    @ParameterizedTest
    @ValueSource(ints = {1006, 1000, 1009})
    void shouldBeginAGapWhereItWasLastProvenThatAllWasRead(int code) throws Exception {
        stream();
        sockets.last().answersPings = true;
        after(Duration.ofSeconds(5));
        sockets.last().answersPings = false;
        clock.advance(Duration.ofSeconds(20)); // held up: by the network, or for the bridge itself was frozen
        push("{\"action\":\"of long ago\",\"type\":\"push\"}");
        sockets.last().listener.onPong(7_777); // nobody asked for it
        sockets.last().listener.onClosed(code, "");
        run();

        assertThat(gaps().get(0).path("opened_at").asText()).isEqualTo("2026-11-22T09:00:05Z");
        assertThat(gaps().get(0).path("last_push_at").asText()).isEqualTo("2026-11-22T09:00:25Z");
        assertThat(gaps().get(0).path("last_sequence").asLong()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"2, 2026-11-22T09:00:00Z", "12, 2026-11-22T09:00:12Z"})
    void shouldBeginAGapAtTheLoginWhereNoPingCanHaveBeenAnsweredYet(int seconds, String openedAt) throws Exception {
        stream();
        clock.advance(Duration.ofSeconds(seconds));
        push("{\"action\":\"a\",\"type\":\"push\"}"); // and those behind it were thrown away by a reset
        sockets.last().listener.onClosed(1006, "");
        run();

        assertThat(gaps().get(0).path("opened_at").asText())
                .as("who has answered none for long never answers")
                .isEqualTo(openedAt);
    }

    @Test
    void shouldRememberTheLoginForTheCrashThatMayFollowAtOnce() throws Exception {
        stream();
        clock.advance(Duration.ofSeconds(1));
        push("{\"action\":\"a\",\"type\":\"push\"}");
        run();
        Ledger next = new Ledger(memory, words::add, () -> true, () -> 0, () -> 0, clock);
        Frame last = frames().get(0);
        next.open(new LastFrame(last.connectionId(), last.sequence(), last.receivedAtMicros()));

        assertThat(gaps().get(0).path("opened_at").asText()).isEqualTo("2026-11-22T09:00:00Z");
    }

    @Test
    void shouldTakeAnAnswerForTheTimeAtWhichItsPingWasSent() throws Exception {
        stream();
        after(Duration.ofSeconds(2));
        long second = sockets.last().lastMark;
        after(Duration.ofSeconds(2));
        clock.advance(Duration.ofSeconds(9));
        sockets.last().listener.onPong(second);
        sockets.last().listener.onClosed(1006, "");
        run();

        assertThat(gaps().get(0).path("opened_at").asText()).isEqualTo("2026-11-22T09:00:02Z");
    }

    @ParameterizedTest
    @CsvSource({"true, 2026-11-22T09:00:08Z", "false, 2026-11-22T09:00:05Z"})
    void shouldLookOnceMoreBeforeItStops(boolean answers, String openedAt) throws Exception {
        stream();
        sockets.last().answersPings = true;
        after(Duration.ofSeconds(5));
        clock.advance(Duration.ofSeconds(3));
        push("{\"action\":\"a\",\"type\":\"push\"}");
        sockets.last().answersPings = answers;
        supervisor.start();
        supervisor.close();

        assertThat(gaps().get(0).path("cause").asText()).isEqualTo("shutdown");
        assertThat(gaps().get(0).path("opened_at").asText()).isEqualTo(openedAt);
    }

    @Test
    void shouldRememberEachProofForTheCrashThatMayFollow() throws Exception {
        stream();
        sockets.last().answersPings = true;
        after(Duration.ofSeconds(5));
        run(); // hears of the answer
        Ledger next = new Ledger(memory, words::add, () -> true, () -> 0, () -> 0, clock);
        next.open(null);

        assertThat(gaps().get(0).path("opened_at").asText()).isEqualTo("2026-11-22T09:00:05Z");
    }

    @Test
    void shouldCountTheTimeInWhichTheQueueWasFullAsUnseenWhenTheConnectionEndsInIt() throws Exception {
        endsBehindAFullQueue(Duration.ZERO, 40);

        assertThat(gaps().get(0).path("cause").asText()).isEqualTo("journal_full");
        assertThat(gaps().get(0).path("opened_at").asText()).isEqualTo("2026-11-22T09:00:00Z");
    }

    /** And the frame that had waited is read before the first ping is answered. */
    @Test
    void shouldBeginAGapAtTheLoginAlsoWhereTheQueueIsFullRightBehindIt() throws Exception {
        endsBehindAFullQueue(Duration.ofMillis(100), 12);

        assertThat(gaps().get(0).path("opened_at").asText()).isEqualTo("2026-11-22T09:00:00Z");
    }

    @Test
    void shouldTrustItsSightAgainWhenAPingSentAfterAFullQueueIsAnswered() throws Exception {
        FullQueue full = new FullQueue(clock);
        Supervisor blocked = supervisor(full);
        stream(blocked);
        full.takesSeconds = 20;
        push("{\"action\":\"a\",\"type\":\"push\"}");
        full.takesSeconds = 0;
        clock.advance(Duration.ofSeconds(16));
        blocked.runOnce();
        sockets.last().listener.onPong(sockets.last().lastMark);
        sockets.last().listener.onClosed(1000, "");
        blocked.runOnce();

        assertThat(gaps().get(0).path("cause").asText()).isEqualTo("closed");
        assertThat(gaps().get(0).path("opened_at").asText()).isEqualTo("2026-11-22T09:00:36Z");
    }

    @Test
    void shouldNotTrustItsSightAgainForAnAnswerThatWaitedBehindAFullQueue() throws Exception {
        FullQueue full = new FullQueue(clock);
        Supervisor blocked = supervisor(full);
        stream(blocked);
        full.takesSeconds = 20;
        push("{\"action\":\"a\",\"type\":\"push\"}");
        sockets.last().listener.onPong(sockets.last().lastMark);
        sockets.last().listener.onClosed(1000, "");
        blocked.runOnce();

        assertThat(gaps().get(0).path("cause").asText()).isEqualTo("journal_full");
        assertThat(gaps().get(0).path("opened_at").asText()).isEqualTo("2026-11-22T09:00:00Z");
    }

    @Test
    void shouldCountAFrameThatWaitsForRoomAsUnseenWhenItIsStopped() throws Exception {
        FullQueue full = new FullQueue(clock);
        Supervisor blocked = supervisor(full);
        stream(blocked);
        clock.advance(Duration.ofSeconds(12)); // and no ping was answered
        full.takesSeconds = 40;
        full.meanwhile = () -> {
            blocked.close();
            blocked.runOnce();
        };
        push("{\"action\":\"a\",\"type\":\"push\"}");

        assertThat(gaps().get(0).path("cause").asText()).isEqualTo("journal_full");
        assertThat(gaps().get(0).path("opened_at").asText()).isEqualTo("2026-11-22T09:00:12Z");
        assertThat(gaps().get(0).path("last_sequence").asLong()).isZero();
    }

    /** A queue whose frames take their time, by the manual clock. */
    private static final class FullQueue extends MemoryFrameQueue {
        private final ManualClock clock;
        int takesSeconds;
        Runnable meanwhile = () -> {};

        FullQueue(ManualClock clock) {
            super(1 << 20);
            this.clock = clock;
        }

        @Override
        public void put(Frame frame) throws InterruptedException {
            clock.advance(Duration.ofSeconds(takesSeconds));
            meanwhile.run();
            super.put(frame);
        }
    }

    /** Such as of each ping. */
    @Test
    void shouldSayOnceOfAConnectionWhatLiveChatRefusesThatNobodyWaitsFor() throws Exception {
        String refusal = "{\"id\":\"bridge-99\",\"action\":\"ping\",\"type\":\"response\",\"success\":false,"
                + "\"payload\":{\"error\":{\"type\":\"validation\",\"message\":\"no\"}}}";
        stream();

        assertThat(logged(() -> {
                    for (int i = 0; i < 3; i++) {
                        push(refusal);
                        run();
                    }
                }))
                .containsOnlyOnce("LiveChat refused ping: validation no");
    }

    private interface Step {
        void run() throws Exception;
    }

    private static String logged(Step action) throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** A connection whose first push, so long after the login, waits for room, and which ends when the second is read. */
    private void endsBehindAFullQueue(Duration afterLogin, int fullForSeconds) throws Exception {
        FullQueue full = new FullQueue(clock);
        Supervisor blocked = supervisor(full);
        stream(blocked);
        clock.advance(afterLogin);
        full.takesSeconds = fullForSeconds;
        push("{\"action\":\"a\",\"type\":\"push\"}");
        full.takesSeconds = 0;
        push("{\"action\":\"b\",\"type\":\"push\"}");
        sockets.last().listener.onClosed(1006, "");
        blocked.runOnce();
    }

    private Supervisor supervisor(FrameQueue into) {
        return supervisor(
                SupervisorSettings.recommended(
                        URL, ApiVersion.V0_2, "test", 3, CustomerMonitoring.HIGHEST_AVAILABLE, false),
                into,
                () -> "t",
                this::connect);
    }

    private void stream(Supervisor other) throws Exception {
        other.runOnce();
        other.runOnce();
        for (String payload : List.of("{\"my_profile\":{\"id\":\"" + OWN + "\"},\"chats_summary\":[]}", "{}", "{}")) {
            JsonNode asked = sent(sockets.last().sent.size() == 1 ? 0 : payload.equals("{}") ? 1 : 2);
            sockets.last()
                    .says("{\"id\":\"" + asked.path("id").asText() + "\",\"action\":\""
                            + asked.path("action").asText() + "\",\"type\":\"response\",\"success\":true,\"payload\":"
                            + payload + "}");
            other.runOnce();
        }
        assertThat(other.status().state()).isEqualTo(ConnectionState.STREAMING);
    }

    private List<JsonNode> gaps() throws Exception {
        List<JsonNode> gaps = new ArrayList<>();
        for (Frame word : words) {
            if (word.kind() == Frame.Kind.GAP) {
                gaps.add(JsonMapper.builder().build().readTree(word.bytes()).path("payload"));
            }
        }
        return gaps;
    }

    private Supervisor supervisor(ApiVersion version, Executor connector) {
        return supervisor(version, connector, URL);
    }

    private Supervisor supervisor(ApiVersion version, Executor connector, URI url) {
        return supervisor(
                SupervisorSettings.recommended(url, version, "test", 3, CustomerMonitoring.HIGHEST_AVAILABLE, false),
                queue,
                () -> tokens.remove(0),
                connector);
    }

    private Supervisor supervisor(
            SupervisorSettings settings, FrameQueue into, Supplier<String> token, Executor connector) {
        return new Supervisor(
                settings,
                sockets,
                into,
                words::add,
                ledger,
                token,
                () -> mayConnect,
                new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), new Random(1)),
                new ConnectionIds(clock, new Random(1)),
                clock,
                clock::nanos,
                connector);
    }

    private void connect(Runnable attempt) {
        if (connectsAtOnce) {
            attempt.run();
        } else {
            connects.add(attempt);
        }
    }

    /** Lets the supervisor handle what there is, what follows from it included. */
    private void run() {
        supervisor.runOnce();
        supervisor.runOnce();
    }

    /** Time goes by, and the supervisor looks as often as it would. */
    private void after(Duration time) {
        Duration step = Duration.ofSeconds(1);
        Duration left = time;
        for (; left.compareTo(step) > 0; left = left.minus(step)) {
            clock.advance(step);
            run();
        }
        clock.advance(left);
        run();
    }

    private void after(Supervisor other, int seconds) {
        for (int i = 0; i < seconds; i++) {
            clock.advance(Duration.ofSeconds(1));
            other.runOnce();
            other.runOnce();
        }
    }

    /** A piece of a frame each second. */
    private void arriveSlowly(int seconds) {
        for (int i = 0; i < seconds; i++) {
            after(Duration.ofSeconds(1));
            sockets.last().listener.onBytes();
            sockets.last().listener.onPiece();
        }
    }

    /** Time goes by, in which the supervisor would try again once at the least. */
    private void atOnce(Duration time) {
        clock.advance(time);
        run();
    }

    private void stream() throws Exception {
        run();
        answerLogin();
        answer(1, true, "{}");
        answer(2, true, "{\"chats_summary\":[]}");
        assertThat(state()).isEqualTo(ConnectionState.STREAMING);
    }

    /** Somebody else answers the pings of the WebSocket; LiveChat has answered two of its own at once, the last after 15 s. */
    private void streamBehindAProxy() throws Exception {
        stream();
        sockets.last().answersPings = true;
        answer(pings().get(0), true, "{}");
        after(Duration.ofSeconds(15));
        answer(pings().get(1), true, "{}");
    }

    private void answerLogin() throws Exception {
        answer(0, true, "{\"license\":{\"id\":\"1\"},\"my_profile\":{\"id\":\"" + OWN + "\"},\"chats_summary\":[]}");
    }

    private void answer(int request, boolean success, String payload) throws Exception {
        JsonNode asked = sent(request);
        sockets.last()
                .says("{\"id\":\"" + asked.path("id").asText() + "\",\"action\":\""
                        + asked.path("action").asText() + "\",\"type\":\"response\",\"success\":" + success
                        + ",\"payload\":" + payload + "}");
        run();
    }

    /** An answer without a payload, and without an action where that is null. */
    private String response(int request, @Nullable String action) throws Exception {
        return "{\"id\":\"" + sent(request).path("id").asText() + "\",\"type\":\"response\""
                + (action == null ? "" : ",\"action\":\"" + action + "\"") + "}";
    }

    /** Which of the requests are pings. */
    private List<Integer> pings() throws Exception {
        List<Integer> pings = new ArrayList<>();
        for (int i = 0; i < sockets.last().sent.size(); i++) {
            if (sent(i).path("action").asText().equals("ping")) {
                pings.add(i);
            }
        }
        return pings;
    }

    private void push(String frame) {
        sockets.last().says(frame);
    }

    private JsonNode sent(int index) throws Exception {
        return JsonMapper.builder().build().readTree(sockets.last().sent.get(index));
    }

    /** Which of the requests was the last to take the agent off routing. */
    private int lastParking() throws Exception {
        int last = sockets.last().sent.size() - 1;
        while (!sent(last).path("action").asText().equals("update_agent")) {
            last--;
        }
        return last;
    }

    private ConnectionState state() {
        return supervisor.status().state();
    }

    private List<Frame> frames() throws InterruptedException {
        List<Frame> frames = new ArrayList<>();
        FrameQueue.Entry entry = queue.take(Duration.ZERO);
        while (entry != null) {
            frames.add(entry.frame());
            entry = queue.take(Duration.ZERO);
        }
        return frames;
    }
}
