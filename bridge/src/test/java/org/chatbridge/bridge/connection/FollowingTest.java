package org.chatbridge.bridge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.chatbridge.bridge.frames.MemoryFrameQueue;

/** What is said in an open chat that the bridge's agent is not in comes all the same, as far as LiveChat allows it. */
class FollowingTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String OWN = "bridge@example.com";
    private static final String[] REFUSALS = {"too_many_requests", "internal", "request_timeout"};
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final ManualClock clock = new ManualClock();
    private final Receiver receiver = new Receiver(
            1, "c1", new MemoryFrameQueue(1 << 20), signal -> {}, new Sight(clock, clock::nanos), true, null);
    private final FakeSockets.FakeSocket socket = new FakeSockets.FakeSocket(URI.create("ws://x"), receiver);
    private final Pace pace = new Pace();
    private Session session = session(ApiVersion.V3_6);
    private Following following = following(ApiVersion.V3_6);
    private int notFollowed;
    private final Set<String> granted = new HashSet<>();

    @Example
    void shouldFollowAsTheVersionDoes() throws Exception {
        for (ApiVersion version : ApiVersion.values()) {
            socket.sent.clear();
            session = session(version);
            following = following(version);
            saw("A", "A1");
            following.fire(0);
            if (version == ApiVersion.V0_2) {
                assertThat(socket.sent).as("every agent is told of every chat").isEmpty();
            } else {
                assertThat(sent(0).path("action").asText()).isEqualTo("follow_chat");
                assertThat(sent(0).path("payload").toString())
                        .isEqualTo(version.isAtLeast(ApiVersion.V3_3) ? "{\"id\":\"A\"}" : "{\"chat_id\":\"A\"}");
                answer(0, true, "{}");
            }
        }
    }

    @Example
    void shouldFollowAChatOnceForEachOfItsThreads() throws Exception {
        saw("A", "A1");
        saw("A", "A1");
        following.saw(new OpenChat("B", "B1", true, Set.of()));
        following.saw(new OpenChat("C", "C1", false, Set.of("x", OWN)));
        following.fire(0);
        answer(0, true, "{}");
        saw("A", "A1");
        following.fire(0);
        assertThat(socket.sent).hasSize(1);

        saw("A", "A2");
        following.fire(0);
        assertThat(socket.sent).hasSize(2);
    }

    /** It would not fit into memory for ever. */
    @Example
    void shouldForgetTheChatsThatWereToldOfFirst() throws Exception {
        for (int i = 0; i <= Following.MOST; i++) {
            saw("" + i, "T");
            following.fire(0);
            answer(i, true, "{}");
        }
        saw("1", "T");
        following.fire(0);
        assertThat(socket.sent).hasSize(Following.MOST + 1);
        saw("0", "T");
        following.fire(0);
        assertThat(socket.sent).hasSize(Following.MOST + 2);
    }

    @Example
    void shouldPauseWhereLiveChatIsAskedTooMuch() throws Exception {
        saw("A", "A1");
        following.fire(0);
        answer(0, false, error("too_many_requests"));
        assertThat(following.nextTimer()).isEqualTo(SECOND);
        following.fire(SECOND - 1);
        assertThat(socket.sent).hasSize(1);
        following.fire(SECOND);
        answer(1, true, "{}");

        assertThat(socket.sent).hasSize(2);
        assertThat(following.nextTimer()).isEqualTo(Long.MAX_VALUE);
        assertThat(notFollowed).isZero();
    }

    /** PROTOCOL 1.7: both with back-off. */
    @Example
    void shouldAskLessAndLessOftenForWhatIsRefusedForNow() throws Exception {
        saw("A", "A1");
        following.fire(0);
        long now = 0;
        for (long pause : new long[] {1, 2, 4, 8, 16, 32, 64, 64}) {
            int asked = socket.sent.size();
            answer(asked - 1, false, error(pause % 3 == 1 ? "internal" : "request_timeout"), now);
            assertThat(following.nextTimer()).isEqualTo(now + pause * SECOND);
            following.fire(now + pause * SECOND - 1);
            assertThat(socket.sent).hasSize(asked);
            now += pause * SECOND;
            following.fire(now);
            assertThat(socket.sent).hasSize(asked + 1);
        }
        answer(socket.sent.size() - 1, true, "{}", now);

        assertThat(following.nextTimer()).isEqualTo(Long.MAX_VALUE);
    }

    @Example
    void shouldNotKeepOtherChatsWaitingForOneThatIsRefusedForNow() throws Exception {
        saw("A", "A1");
        following.fire(0);
        answer(0, false, error("internal"));
        saw("B", "B1");
        following.fire(0);

        assertThat(chat(1)).isEqualTo("B");
    }

    @Example
    void shouldAskAnewForAThreadThatIsOpenedWhileItsChatWaits() throws Exception {
        saw("A", "A1");
        following.fire(0);
        answer(0, false, error("internal"));
        saw("A", "A2");
        following.fire(0);
        assertThat(chat(1)).isEqualTo("A");
        answer(1, true, "{}");

        assertThat(following.nextTimer()).as("once for both").isEqualTo(Long.MAX_VALUE);
    }

    /** LiveChat itself says after 15 s that it has no answer. PROTOCOL 1.5. */
    @Example
    void shouldFollowAllThoughLiveChatStallsAfterTheLogin() throws Exception {
        for (int i = 0; i < 10; i++) {
            saw("" + i, "T");
        }
        following.fire(0);
        stand(0, 16);
        assertThat(socket.sent).hasSize(Following.AT_ONCE);
        answerAll(0, 16 * SECOND);

        assertThat(socket.sent).hasSize(10);
        assertThat(notFollowed).isZero();
    }

    @Example
    void shouldAskAboutOnceAMinuteWhereNothingIsAnsweredAndGoOnOnceSomethingIs() throws Exception {
        for (int i = 0; i < 10; i++) {
            saw("" + i, "T");
        }
        following.fire(0);
        stand(0, 600);
        int asked = socket.sent.size();
        stand(600, 3_600);
        assertThat(socket.sent.size() - asked).isBetween(30, 60);

        asked = socket.sent.size();
        saw("new", "T");
        stand(3_600, 3_660);
        for (int second = 3_660; second < 3_750; second++) {
            asked = answerAll(asked, second * SECOND);
            stand(second, second + 1);
        }
        assertThat(granted).hasSize(11);
    }

    @Example
    void shouldCountWhatIsNotFollowedForAMinuteAndAskOn() throws Exception {
        saw("A", "A1");
        saw("B", "B1");
        following.fire(0);
        int answered = 0;
        for (int second = 0; second < 600; second++) {
            for (; answered < socket.sent.size(); answered++) {
                answer(answered, false, error("too_many_requests"), second * SECOND);
            }
            following.fire(second * SECOND);
            assertThat(notFollowed).isEqualTo(second < 60 ? 0 : 2);
        }
        following.fire(700 * SECOND);
        assertThat(socket.sent).hasSizeGreaterThan(answered);
        answer(answered, true, "{}", 700 * SECOND);
        answer(answered + 1, false, error("missing_access"), 700 * SECOND);

        assertThat(notFollowed).as("each once").isEqualTo(2);
    }

    @Example
    void shouldCountAChatThatIsClosedBeforeItCanBeFollowed() throws Exception {
        saw("A", "A1");
        saw("B", "B1");
        following.fire(0);
        answer(0, false, error("too_many_requests"));
        answer(1, false, error("internal"));
        following.fire(SECOND);
        answer(2, false, error("chat_inactive"), SECOND);
        answer(3, false, error("chat_inactive"), SECOND);

        assertThat(notFollowed).isEqualTo(2);
    }

    @Example
    void shouldGoOnWithOtherChatsWhereOneMayNotBeFollowed() throws Exception {
        saw("A", "A1");
        saw("B", "B1");
        following.fire(0);
        answer(0, false, error("missing_access"));
        answer(1, false, error("chat_inactive"));
        saw("C", "C1");
        following.fire(0);

        assertThat(socket.sent).hasSize(3);
        assertThat(notFollowed).as("the other was closed meanwhile").isEqualTo(1);
    }

    @Example
    void shouldAskNoMoreWhereTheTokenDoesNotAllowIt() throws Exception {
        for (int i = 0; i < 20; i++) {
            saw("" + i, "T");
        }
        following.fire(0);
        int asked = socket.sent.size();
        for (int i = 0; i < asked; i++) {
            answer(i, false, error("authorization"));
        }
        saw("another", "T");
        following.fire(0);

        assertThat(socket.sent).hasSize(asked);
        assertThat(notFollowed).isEqualTo(21);
    }

    /** LiveChat tells what is said to those who follow a chat, and when they begin what was said before. */
    @Property(tries = 300)
    void shouldHearAllThatIsSaidInEveryChatThatIsOpen(@ForAll long seed) throws Exception {
        socket.sent.clear();
        session = session(ApiVersion.V3_6);
        Pace shared = new Pace();
        following = new Following(session, ApiVersion.V3_6, shared, () -> notFollowed++);
        notFollowed = 0;
        Random random = new Random(seed);
        Map<String, String> open = new HashMap<>();
        Map<String, Integer> said = new HashMap<>();
        Map<String, Integer> heard = new HashMap<>();
        Set<String> followed = new HashSet<>();
        List<Integer> unanswered = new ArrayList<>();
        int refusals = 0;
        int asked = 0;
        int threads = 0;
        long now = 0;
        for (int step = 0; step < 300 || !unanswered.isEmpty() || following.nextTimer() != Long.MAX_VALUE; step++) {
            now += random.nextInt(2) * SECOND / 4;
            String chat = "" + random.nextInt(30);
            boolean goesOn = step < 300;
            int what = random.nextInt(4);
            if (goesOn && what == 0 && !open.containsKey(chat)) {
                String thread = "T" + ++threads;
                open.put(chat, thread);
                said.put(thread, 1);
                heard.put(thread, 1);
                saw(chat, thread);
            } else if (goesOn && what == 1 && open.containsKey(chat)) {
                said.merge(open.get(chat), 1, Integer::sum);
                if (followed.contains(chat)) {
                    heard.merge(open.get(chat), 1, Integer::sum);
                }
            } else if (goesOn && what == 2 && random.nextInt(4) == 0 && open.remove(chat) != null) {
                followed.remove(chat);
            } else if (!unanswered.isEmpty() && random.nextInt(3) == 0) {
                int request = unanswered.remove(random.nextInt(unanswered.size()));
                String id = sent(request).path("payload").path("id").asText();
                String thread = open.get(id);
                int fate = random.nextInt(10);
                if (fate < REFUSALS.length) {
                    refusals++;
                    answer(request, false, error(REFUSALS[fate]), now);
                } else if (fate == REFUSALS.length) {
                    refusals++;
                    now += 20 * SECOND;
                    session.expire(now);
                    unanswered.clear();
                } else if (thread == null) {
                    answer(request, false, error("chat_inactive"), now);
                } else {
                    followed.add(id);
                    heard.put(thread, said.getOrDefault(thread, 0));
                    saw(id, thread);
                    answer(request, true, "{}", now);
                }
            }
            following.fire(now);
            for (; asked < socket.sent.size(); asked++) {
                unanswered.add(asked);
            }
            assertThat(unanswered).hasSizeLessThanOrEqualTo(8);
        }

        assertThat(followed).containsExactlyInAnyOrderElementsOf(open.keySet());
        for (String thread : open.values()) {
            assertThat(heard.get(thread)).as(thread).isEqualTo(said.get(thread));
        }
        assertThat(notFollowed).as("each thread once at most").isLessThanOrEqualTo(refusals == 0 ? 0 : threads);
    }

    private Session session(ApiVersion version) {
        Session made = new Session(1, receiver, new Requests(version, "test"));
        made.opened(socket);
        made.loggedInAs(OWN);
        return made;
    }

    private Following following(ApiVersion version) {
        return new Following(session, version, pace, () -> notFollowed++);
    }

    private void saw(String chat, String thread) {
        following.saw(new OpenChat(chat, thread, false, Set.of("ann")));
    }

    /** The connection goes on, second by second, and nothing is answered. */
    private void stand(int fromSecond, int toSecond) {
        for (int second = fromSecond + 1; second <= toSecond; second++) {
            session.expire(second * SECOND);
            following.fire(second * SECOND);
        }
    }

    /** Grants what was asked since then; how many requests there were by now. */
    private int answerAll(int from, long at) throws Exception {
        int request = from;
        for (; request < socket.sent.size(); request++) {
            if (answer(request, true, "{}", at)) {
                granted.add(chat(request));
            }
        }
        return request;
    }

    private String chat(int request) throws Exception {
        return sent(request).path("payload").path("id").asText();
    }

    private JsonNode sent(int request) throws Exception {
        return JSON.readTree(socket.sent.get(request));
    }

    private void answer(int request, boolean success, String payload) throws Exception {
        answer(request, success, payload, 0);
    }

    private boolean answer(int request, boolean success, String payload, long at) throws Exception {
        JsonNode asked = sent(request);
        return session.answered(
                new Reply(
                        asked.path("request_id").asText(),
                        asked.path("action").asText(),
                        success,
                        JSON.readTree(payload)),
                at);
    }

    private static String error(String type) {
        return "{\"error\":{\"type\":\"" + type + "\",\"message\":\"no\"}}";
    }
}
