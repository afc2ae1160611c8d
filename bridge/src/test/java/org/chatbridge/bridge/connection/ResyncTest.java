package org.chatbridge.bridge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.MemoryFrameQueue;
import org.chatbridge.bridge.ledger.Resynced;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResyncTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ManualClock clock = new ManualClock();
    private final List<Frame> words = new ArrayList<>();
    private final Receiver receiver = new Receiver(
            1, "c1", new MemoryFrameQueue(1 << 20), signal -> {}, new Sight(clock, clock::nanos), true, null);
    private final FakeSockets.FakeSocket socket = new FakeSockets.FakeSocket(URI.create("ws://x"), receiver);
    private @Nullable Resynced learned;
    private int notFollowed;

    @Test
    void shouldAskForTheThreadOfEveryChatAndTellThatItWasAll() throws Exception {
        Session session = session(ApiVersion.V0_2);
        Resync resync = resync(session, ApiVersion.V0_2);
        resync.begin(
                json("{'my_profile':{'id':'me','routing_status':'not_accepting_chats'},'chats_summary':["
                        + "{'id':'A','users':[{'id':'ann','type':'agent','routing_status':'accepting_chats'},"
                        + "{'id':'x','type':'customer'}],'last_thread_summary':{'id':'A1'}}]}"),
                0);
        assertThat(actions()).containsExactly("get_chat_threads", "get_filtered_chats");
        push();
        answer(
                session,
                1,
                "{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1'}},{'id':'B','last_thread_summary':{'id':'B7'}}]}");
        assertThat(actions()).hasSize(3);
        assertThat(sent(2).path("payload").path("thread_ids").get(0).asText()).isEqualTo("B7");
        assertThat(learned).isNull();
        answer(
                session,
                0,
                "{'chat':{'id':'A','threads':[{'id':'A1','active':true,'events':[{'id':'e'}]}],'scopes':{}}}");
        answer(session, 2, "{'chat':{'id':'B','threads':[{'id':'B7','active':false}]}}");

        assertThat(told("chat")).extracting(word -> word.path("id").asText()).containsExactly("A", "B");
        JsonNode open = told("chat").get(0).path("chat");
        assertThat(open.path("thread").path("events").size()).isEqualTo(1);
        assertThat(open.has("threads")).isFalse();
        assertThat(frames("chat"))
                .extracting(Frame::sequence)
                .as("as of the list that named the thread")
                .containsExactly(0L, 0L);
        assertThat(told("agent")).extracting(word -> word.path("id").asText()).containsExactly("me", "ann");
        assertThat(told("resync"))
                .extracting(word -> word.path("partition").asInt())
                .containsExactly(0, 1, 2);
        assertThat(words.get(words.size() - 1).kind()).isEqualTo(Frame.Kind.SNAPSHOT);
        Resynced all = Objects.requireNonNull(learned);
        assertThat(all.completedAt()).isNotNull();
        assertThat(all.chats()).isEqualTo(2);
        assertThat(all.openThreads()).isEqualTo(1);
        assertThat(all.agents()).isEqualTo(2);
    }

    @Test
    void shouldNotTellThatAThreadIsTheLastWhereAListNamesALaterOne() throws Exception {
        Session session = session(ApiVersion.V0_2);
        Resync resync = resync(session, ApiVersion.V0_2);
        resync.begin(json("{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1'}}]}"), 0);
        push();
        answer(session, 1, "{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A2'}}]}");
        answer(session, 2, "{'chat':{'id':'A','threads':[{'id':'A2','active':true}]}}");
        answer(session, 0, "{'chat':{'id':'A','threads':[{'id':'A1','active':false}]}}");

        assertThat(told("chat"))
                .extracting(word -> word.path("chat").path("thread").path("id").asText())
                .containsExactly("A2");
        assertThat(Objects.requireNonNull(learned).completedAt()).isNotNull();
    }

    @Test
    void shouldSayThatItWasAllWhereNothingIsToldOfAThreadThatIsNoLongerTheLast() throws Exception {
        Session session = session(ApiVersion.V0_2);
        resync(session, ApiVersion.V0_2)
                .begin(json("{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1'}}]}"), 0);
        answer(session, 1, "{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A2'}}]}");
        refuse(session, 0, "validation");
        answer(session, 2, "{'chat':{'id':'A','threads':[{'id':'A2','active':true}]}}");

        assertThat(Objects.requireNonNull(learned).completedAt()).isNotNull();
    }

    @Test
    void shouldKeepHalfOfAPairOfSurrogatesAsItWas() throws Exception {
        Session session = session(ApiVersion.V3_6);
        resync(session, ApiVersion.V3_6).begin(JSON.createObjectNode(), 0);
        answer(
                session,
                0,
                "{'chats_summary':[{'id':'A\\ud83d','last_thread_summary':{'id':'\u00e9','active':false}}]}");

        assertThat(new String(frames("chat").get(0).bytes(), StandardCharsets.UTF_8))
                .containsIgnoringCase("\"id\":\"A\\ud83d\"")
                .as("all else as LiveChat writes it")
                .contains("\"id\":\"\u00e9\"");
        assertThat(told("chat").get(0).path("chat").path("thread").path("id").asText())
                .isEqualTo("\u00e9");
    }

    @Test
    void shouldTellOnWhatLiveChatWroteWhateverItsNumbersAndDepth() throws Exception {
        Session session = session(ApiVersion.V0_2);
        resync(session, ApiVersion.V0_2)
                .begin(json("{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1'}}]}"), 0);
        String properties = "{'n':[1e2147483648,0.10," + "9".repeat(1_000) + "],'deep':" + "[".repeat(5_000)
                + "]".repeat(5_000) + "}";
        hear(session, 0, "{'chat':{'id':'A','properties':" + properties + ",'threads':[{'id':'A1','active':true}]}}");

        assertThat(words)
                .extracting(word -> new String(word.bytes(), StandardCharsets.UTF_8))
                .anyMatch(text -> text.contains(properties.replace('\'', '"')));
    }

    @Test
    void shouldSayWhatIsNotKnownWhereAnAnswerCannotBeRead() throws Exception {
        Session session = session(ApiVersion.V3_6);
        resync(session, ApiVersion.V3_6)
                .begin(json("{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1'}}]}"), 0);
        for (int request = 0; request < 3; request++) {
            hear(session, request, "[".repeat(20_000) + "]".repeat(20_000));
        }

        assertThat(told("resync")).isEmpty();
        assertThat(Objects.requireNonNull(learned).unknown())
                .contains("chat:A", "routing status of agents who are in no chat");
    }

    @Test
    void shouldNotSayThatItWasAllWhereAChatIsNotTold() throws Exception {
        Session session = session(ApiVersion.V0_2);
        Resync resync = resync(session, ApiVersion.V0_2);
        resync.begin(json("{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1'}}]}"), 0);
        answer(session, 1, "{}");
        refuse(session, 0, "validation");

        assertThat(told("resync")).isEmpty();
        assertThat(Objects.requireNonNull(learned).completedAt()).isNull();
        assertThat(Objects.requireNonNull(learned).unknown()).contains("chat:A");
    }

    @Test
    void shouldNotSayThatItWasAllWhereAChatComesWithoutItsThread() throws Exception {
        Session session = session(ApiVersion.V0_2);
        Resync resync = resync(session, ApiVersion.V0_2);
        resync.begin(json("{'chats_summary':[{'id':'A','users':[]},{'id':'B','last_thread_summary':{}}]}"), 0);
        answer(session, 0, "{'chats_summary':[{'id':'A'},{'id':'B','last_thread_summary':{'id':'B1'}}]}");
        answer(session, 1, "{'chat':{'id':'B','threads':[{'id':'B1','active':true}]}}");

        assertThat(told("resync")).isEmpty();
        assertThat(Objects.requireNonNull(learned).unknown())
                .contains("chat:A")
                .as("one of the lists told it")
                .doesNotContain("chat:B");
    }

    @Test
    void shouldAskForTheLatestThreadOfAChatThatComesWithoutOne() throws Exception {
        Session session = session(ApiVersion.V3_6);
        resync(session, ApiVersion.V3_6).begin(json("{'chats_summary':[{'id':'A'}]}"), 0);
        assertThat(actions()).containsExactly("list_chats", "list_routing_statuses");
        push();
        answer(session, 0, "{'chats_summary':[{'id':'A'},{'id':'B','users':[]},{'id':'C'}]}");
        assertThat(sent(2).path("payload")).isEqualTo(json("{'chat_id':'A'}"));
        answer(session, 2, "{'id':'A','users':[{'id':'x','type':'customer'}]}");
        answer(session, 1, "[]");
        assertThat(actions()).as("each once").hasSize(5);
        answer(session, 3, "{'id':'B','thread':{'id':'B1','active':true}}");
        answer(session, 4, "{'id':'C','thread':null}");

        assertThat(told("chat")).extracting(word -> word.path("id").asText()).containsExactly("A", "B", "C");
        assertThat(told("chat").get(0).path("chat").hasNonNull("thread")).isFalse();
        assertThat(told("chat").get(1).path("chat").path("thread").path("id").asText())
                .isEqualTo("B1");
        assertThat(frames("chat"))
                .extracting(Frame::sequence)
                .as("as of the question, which asked for the latest")
                .containsExactly(1L, 1L, 1L);
        assertThat(told("resync")).hasSize(3);
        Resynced all = Objects.requireNonNull(learned);
        assertThat(all.completedAt()).isNotNull();
        assertThat(all.chats()).isEqualTo(3);
        assertThat(all.openThreads()).isEqualTo(1);
    }

    @Test
    void shouldAskForTheThreadThatALaterListNames() throws Exception {
        Session session = session(ApiVersion.V3_2);
        resync(session, ApiVersion.V3_2).begin(json("{'chats_summary':[{'id':'A'}]}"), 0);
        answer(session, 0, "{'chats_summary':[{'id':'A'}],'next_page_id':'p2'}");
        answer(session, 2, "{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1'}}]}");
        assertThat(sent(3).path("payload")).isEqualTo(json("{'chat_id':'A','thread_id':'A1'}"));
        answer(session, 3, "{'id':'A','thread':{'id':'A1','active':true}}");
        answer(session, 1, "{'id':'A'}");

        assertThat(told("chat"))
                .extracting(word -> word.path("chat").path("thread").path("id").asText())
                .containsExactly("A1");
        assertThat(told("resync")).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'id':'B'}", "{}", "{'id':'A','thread':{'id':'A1'}}", "{'id':'A','thread':[]}"})
    void shouldNotTakeAnAnswerThatSaysNothingOfAChatForOneWithoutAThread(String told) throws Exception {
        Session session = session(ApiVersion.V3_3);
        resync(session, ApiVersion.V3_3).begin(JSON.createObjectNode(), 0);
        answer(session, 1, "[]");
        answer(session, 0, "{'chats_summary':[{'id':'A'}]}");
        answer(session, 2, told);

        assertThat(told("resync")).isEmpty();
        assertThat(Objects.requireNonNull(learned).unknown()).contains("chat:A");
    }

    @Test
    void shouldNotKnowAChatOfWhichLiveChatRefusesTheLatestThread() throws Exception {
        Session session = session(ApiVersion.V3_2);
        resync(session, ApiVersion.V3_2).begin(JSON.createObjectNode(), 0);
        answer(session, 0, "{'chats_summary':[{'id':'A'}]}");
        refuse(session, 1, "missing_access");

        assertThat(told("resync")).isEmpty();
        assertThat(Objects.requireNonNull(learned).unknown()).contains("chat:A");
    }

    /** To the one that was told last, or to an earlier one. */
    @ParameterizedTest
    @ValueSource(strings = {"p3", "p2"})
    void shouldNotSayThatItWasAllWhereTheListLeadsBackToAPage(String again) throws Exception {
        Session session = session(ApiVersion.V0_2);
        Resync resync = resync(session, ApiVersion.V0_2);
        resync.begin(JSON.createObjectNode(), 0);
        answer(session, 0, "{'chats_summary':[],'next_page_id':'p2'}");
        answer(session, 1, "{'chats_summary':[],'next_page_id':'p3'}");
        answer(session, 2, "{'chats_summary':[],'next_page_id':'" + again + "'}");

        assertThat(actions()).as("not asked for again").hasSize(3);
        assertThat(told("resync")).isEmpty();
        assertThat(Objects.requireNonNull(learned).unknown()).contains("chats");
    }

    @Test
    void shouldNotChangeTheFiltersFromPageToPageBeforeVersion32() throws Exception {
        Session session = session(ApiVersion.V3_1);
        Resync resync = resync(session, ApiVersion.V3_1);
        resync.begin(JSON.createObjectNode(), 0);
        answer(session, 0, "{'chats_summary':[],'next_page_id':'p2'}");

        assertThat(sent(1).path("payload"))
                .isEqualTo(json("{'filters':{'include_active':true},'limit':100,'page_id':'p2'}"));
        assertThat(sent(0).path("payload")).isEqualTo(json("{'filters':{'include_active':true},'limit':100}"));
    }

    @Test
    void shouldAskAgainWhatIsRefusedForNowOrNotAnswered() throws Exception {
        Session session = session(ApiVersion.V0_2);
        Resync resync = resync(session, ApiVersion.V0_2);
        resync.begin(json("{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1'}}]}"), 0);
        answer(session, 1, "{}");
        refuse(session, 0, "too_many_requests");
        assertThat(actions()).hasSize(2);
        assertThat(resync.nextTimer()).isEqualTo(Duration.ofSeconds(1).toNanos());
        resync.fire(Duration.ofSeconds(1).toNanos());
        assertThat(actions()).hasSize(3);
        session.expire(Duration.ofSeconds(16).toNanos());
        resync.fire(Duration.ofSeconds(18).toNanos());
        answer(session, 3, "{'chat':{'id':'A','threads':[{'id':'A1','active':true}]}}");

        assertThat(told("resync")).hasSize(3);
    }

    @Test
    void shouldAskLessAndLessOftenWhereLiveChatIsAskedTooMuch() throws Exception {
        Session session = session(ApiVersion.V0_2);
        Resync resync = resync(session, ApiVersion.V0_2);
        resync.begin(json("{'chats_summary':[" + chats(50, "") + "]}"), 0);
        int answered = 0;
        for (int second = 0; second < 60; second++) {
            resync.fire(seconds(second));
            for (; answered < actions().size(); answered++) {
                reply(session, answered, false, "{'error':{'type':'too_many_requests'}}", seconds(second));
            }
        }
        assertThat(actions()).hasSizeLessThan(30);
        assertThat(learned).isNull();

        for (int second = 60; second < 90; second++) {
            resync.fire(seconds(second));
            answered = answerThreads(session, answered, seconds(second));
        }
        assertThat(told("chat")).hasSize(50);
        assertThat(told("resync")).hasSize(3);
    }

    @Test
    void shouldGiveUpAllWhereLiveChatIsAskedTooMuchForLong() throws Exception {
        Session session = session(ApiVersion.V0_2);
        Resync resync = resync(session, ApiVersion.V0_2);
        resync.begin(json("{'chats_summary':[" + chats(50, "") + "]}"), 0);
        int answered = 0;
        for (int second = 0; second < 700; second++) {
            assertThat(learned == null || second > 600).isTrue();
            resync.fire(seconds(second));
            for (; answered < actions().size(); answered++) {
                reply(session, answered, false, "{'error':{'type':'service_unavailable'}}", seconds(second));
            }
        }

        assertThat(actions()).hasSizeLessThan(40);
        assertThat(Objects.requireNonNull(learned).unknown()).contains("chat:0", "chat:49");
        assertThat(told("resync")).isEmpty();
    }

    @Test
    void shouldKeepToTheLimitWhereLiveChatIsStillAtWorkOnWhatIsNoLongerWaitedFor() throws Exception {
        Session session = session(ApiVersion.V3_6);
        Resync resync = resync(session, ApiVersion.V3_6);
        resync.begin(JSON.createObjectNode(), 0);
        answer(session, 1, "[]");
        answer(session, 0, "{'chats_summary':[" + chats(30, ",'active':true") + "]}");
        for (int second = 0; second < 20; second++) {
            session.expire(seconds(second));
            resync.fire(seconds(second));
            assertThat(actions().size() - 2)
                    .as("sent and not answered after %s s", second)
                    .isLessThanOrEqualTo(8);
        }
        reply(session, 2, true, "{'id':'0','thread':{'id':'t','active':true}}", seconds(19));
        resync.fire(seconds(19));
        assertThat(actions()).as("a late answer makes room").hasSize(11);

        assertThat(Math.min(session.nextTimer(), resync.nextTimer())).isEqualTo(seconds(20));
        session.expire(seconds(20));
        resync.fire(seconds(20));
        assertThat(actions()).as("LiveChat has given them up by now").hasSize(18);
    }

    @Test
    void shouldGiveUpWhereNothingIsEverAnswered() {
        Session session = session(ApiVersion.V0_2);
        Resync resync = resync(session, ApiVersion.V0_2);
        resync.begin(JSON.createObjectNode(), 0);
        for (int second = 0; second < 120; second++) {
            session.expire(Duration.ofSeconds(second).toNanos());
            resync.fire(Duration.ofSeconds(second).toNanos());
        }

        assertThat(actions()).hasSize(4);
        assertThat(Objects.requireNonNull(learned).unknown()).contains("chats");
    }

    @Test
    void shouldNotWaitLongForAListThatTheLoginHasTold() throws Exception {
        Session session = session(ApiVersion.V0_2);
        Resync resync = resync(session, ApiVersion.V0_2);
        resync.begin(json("{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1'}}]}"), 0);
        answer(session, 0, "{'chat':{'id':'A','threads':[{'id':'A1','active':true}]}}");
        session.expire(Duration.ofSeconds(5).toNanos());

        assertThat(told("resync")).hasSize(3);
        assertThat(Objects.requireNonNull(learned).completedAt()).isNotNull();
    }

    @Test
    void shouldNotTakeALoginThatNamesNoChatForAnAccountThatHasNone() throws Exception {
        Session session = session(ApiVersion.V0_2);
        Resync resync = resync(session, ApiVersion.V0_2);
        resync.begin(json("{'chats_summary':[]}"), 0);
        for (int second = 0; second < 120; second++) {
            session.expire(seconds(second));
            resync.fire(seconds(second));
        }

        assertThat(told("resync")).isEmpty();
        assertThat(Objects.requireNonNull(learned).unknown()).contains("chats");
    }

    @Test
    void shouldNotTakeAPageThatTellsNothingForTheLast() throws Exception {
        Session session = session(ApiVersion.V3_1);
        Resync resync = resync(session, ApiVersion.V3_1);
        resync.begin(json("{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1','active':false}}]}"), 0);
        answer(session, 0, "{'chats_summary':[],'next_page_id':'p2'}");
        answer(session, 1, "{}");

        assertThat(told("resync")).isEmpty();
        assertThat(Objects.requireNonNull(learned).unknown()).contains("chats");
    }

    @Test
    void shouldNotTakeAnAnswerWithoutAListForAnEmptyOne() throws Exception {
        Session session = session(ApiVersion.V0_2);
        Resync resync = resync(session, ApiVersion.V0_2);
        resync.begin(JSON.createObjectNode(), 0);
        answer(session, 0, "{}");

        assertThat(told("resync")).isEmpty();
        assertThat(Objects.requireNonNull(learned).unknown()).contains("chats");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{'id':17,'last_thread_summary':{'id':'T','active':true}}]",
                "[null]",
                "['A']",
                "[],'next_page_id':{'page':2}",
                "[],'next_page_id':['p2']"
            })
    void shouldNotSayThatItWasAllWhereAListCannotBeRead(String list) throws Exception {
        Session session = session(ApiVersion.V0_2);
        Resync resync = resync(session, ApiVersion.V0_2);
        resync.begin(JSON.createObjectNode(), 0);
        answer(session, 0, "{'chats_summary':" + list + "}");

        assertThat(told("resync")).isEmpty();
        assertThat(Objects.requireNonNull(learned).unknown()).contains("chats");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "'5'"})
    void shouldAskForThePageThatIsNamedByANumber(String id) throws Exception {
        Session session = session(ApiVersion.V0_2);
        resync(session, ApiVersion.V0_2).begin(JSON.createObjectNode(), 0);
        hear(session, 0, "{'chats_summary':[],'next_page_id':" + id + "}");

        assertThat(sent(1).path("payload").path("page_id").textValue()).isEqualTo("5");
    }

    @Test
    void shouldGiveUpAListThatGoesOnAndOnWithoutAnotherChat() throws Exception {
        Session session = session(ApiVersion.V0_2);
        resync(session, ApiVersion.V0_2)
                .begin(json("{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1','active':false}}]}"), 0);
        int page = 0;
        while (page < actions().size() && page < 100) {
            answer(session, page, "{'chats_summary':[{'id':'A'}],'next_page_id':'p" + page + "'}");
            page++;
        }

        assertThat(page)
                .as("the chat was told by the login, and then by each page")
                .isEqualTo(4);
        assertThat(told("resync")).isEmpty();
        assertThat(Objects.requireNonNull(learned).unknown()).contains("chats");
    }

    @Test
    void shouldAskForAsManyPagesAsNameOtherChats() throws Exception {
        Session session = session(ApiVersion.V0_2);
        String chat = "{'id':'%s','last_thread_summary':{'id':'T','active':false}}";
        resync(session, ApiVersion.V0_2)
                .begin(json("{'chats_summary':[" + String.join(",", chatsOf(chat, 40)) + "]}"), 0);
        List<String> all = chatsOf(chat, 50);
        for (int page = 0; page < 50; page++) {
            answer(
                    session,
                    page,
                    "{'chats_summary':[" + all.get(page) + "]"
                            + (page < 49 ? ",'next_page_id':'p" + page + "'}" : "}"));
        }

        assertThat(Objects.requireNonNull(learned).chats()).isEqualTo(50);
        assertThat(told("resync")).hasSize(3);
    }

    private static List<String> chatsOf(String form, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> String.format(form, "C" + i))
                .toList();
    }

    @Test
    void shouldNotAskMoreThanLiveChatAllows() throws Exception {
        Session session = session(ApiVersion.V0_2);
        Resync resync = resync(session, ApiVersion.V0_2);
        resync.begin(json("{'chats_summary':[" + chats(100, "") + "]}"), 0);
        for (int answered = 0; answered < 100; answered++) {
            assertThat(actions().size() - answered).isLessThanOrEqualTo(8);
            String id = sent(answered).path("payload").path("chat_id").asText();
            answer(session, answered, "{'chat':{'id':'" + id + "','threads':[{'id':'t','active':true}]}}");
        }
        answer(session, 100, "{}");

        assertThat(told("chat")).hasSize(100);
        assertThat(told("resync")).hasSize(3);
    }

    @Test
    void shouldReadPagesAndStatusesOfLaterVersions() throws Exception {
        Session session = session(ApiVersion.V3_6);
        Resync resync = resync(session, ApiVersion.V3_6);
        resync.begin(JSON.createObjectNode(), 0);
        assertThat(actions()).containsExactly("list_chats", "list_routing_statuses");
        answer(
                session,
                0,
                "{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1','active':false}}],'next_page_id':'p2'}");
        assertThat(sent(2).path("payload").toString()).isEqualTo("{\"page_id\":\"p2\"}");
        answer(session, 2, "{'chats_summary':[{'id':'B','last_thread_summary':{'id':'B1','active':true}}]}");
        assertThat(actions())
                .containsExactly("list_chats", "list_routing_statuses", "list_chats", "follow_chat", "get_chat");
        answer(session, 4, "{'id':'B','thread':{'id':'B1','active':true}}");
        answer(session, 1, "[{'agent_id':'ann','status':'accepting_chats'},{'agent_id':'bob','status':'offline'}]");

        assertThat(told("chat"))
                .extracting(
                        word -> word.path("chat").path("thread").path("active").asBoolean())
                .containsExactly(false, true, true);
        assertThat(told("agent"))
                .extracting(word -> word.path("agent").path("routing_status").asText())
                .containsExactly("accepting_chats", "offline");
        assertThat(told("resync")).hasSize(3);
    }

    /** The login names all chats and not which are open; the list does. */
    @ParameterizedTest
    @ValueSource(strings = {"V3_1", "V3_6"})
    void shouldAskOnlyForWhatTheListDoesNotTell(String dialect) throws Exception {
        ApiVersion version = ApiVersion.valueOf(dialect);
        Session session = session(version);
        resync(session, version)
                .begin(
                        json(
                                "{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1'}},"
                                        + "{'id':'B','last_thread_summary':{'id':'B1'}},{'id':'C','last_thread_summary':{'id':'C1'}}]}"),
                        0);
        if (version == ApiVersion.V3_6) {
            answer(session, 1, "[]");
        }
        int list = 0;
        int asked = actions().size();
        assertThat(actions()).doesNotContain("get_chat", "get_chat_threads");
        answer(
                session,
                list,
                "{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1','active':false}},"
                        + "{'id':'B','last_thread_summary':{'id':'B2','active':true}}]}");
        assertThat(actions().get(asked)).isEqualTo("follow_chat");
        assertThat(actions()).as("of what is open, and what no page names").hasSize(asked + 3);
        refuse(session, asked + 1, "not_found");
        assertThat(sent(asked + 2).path("payload").path("chat_id").asText()).isEqualTo("C");
        answer(session, asked + 2, "{'id':'C','thread':{'id':'C1','active':false}}");

        assertThat(told("chat"))
                .extracting(word -> word.path("chat").path("thread").path("id").asText())
                .containsExactly("A1", "B2", "C1");
        Resynced all = Objects.requireNonNull(learned);
        assertThat(all.completedAt()).isNotNull();
        assertThat(all.unknown()).contains("events of threads that were closed within the gap");
    }

    /** The list tells that it is open, and the answer to the question for its thread does so once more. */
    @Test
    void shouldAskOnceForAChatThatMayNotBeFollowed() throws Exception {
        Session session = session(ApiVersion.V3_6);
        resync(session, ApiVersion.V3_6).begin(JSON.createObjectNode(), 0);
        answer(session, 1, "[]");
        answer(session, 0, "{'chats_summary':[" + chats(5, ",'active':true") + "]}");
        for (int request = 2; request < actions().size(); request++) {
            if (actions().get(request).equals("follow_chat")) {
                refuse(session, request, "missing_access");
            }
        }
        answerThreads(session, 2, 0);

        assertThat(told("resync")).hasSize(3);
        assertThat(actions()).filteredOn("follow_chat"::equals).hasSize(5);
        assertThat(notFollowed).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTakeFromALateListWhatLiveChatRefusedToTellBefore(boolean open) throws Exception {
        Session session = session(ApiVersion.V3_6);
        Resync resync = resync(session, ApiVersion.V3_6);
        resync.begin(json("{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1'}}]}"), 0);
        answer(session, 1, "[]");
        session.expire(seconds(15));
        assertThat(actions()).containsExactly("list_chats", "list_routing_statuses", "get_chat");
        reply(session, 2, false, "{'error':{'type':'not_found'}}", seconds(15));
        resync.fire(seconds(16));
        assertThat(actions().get(3)).isEqualTo("list_chats");
        reply(
                session,
                3,
                true,
                "{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1','active':" + open + "}}]}",
                seconds(16));

        assertThat(told("chat"))
                .extracting(
                        word -> word.path("chat").path("thread").path("active").asBoolean())
                .containsExactly(open);
        assertThat(actions().size()).as("one that is open is followed").isEqualTo(open ? 5 : 4);
        assertThat(told("resync")).hasSize(3);
    }

    /** The question was asked before the list told it, and is not needed any more. */
    @Test
    void shouldNotMissAThreadThatIsRefusedAfterALateListHasToldIt() throws Exception {
        Session session = session(ApiVersion.V3_6);
        Resync resync = resync(session, ApiVersion.V3_6);
        resync.begin(json("{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1'}}]}"), 0);
        answer(session, 1, "[]");
        session.expire(seconds(15));
        resync.fire(seconds(16));
        assertThat(actions().subList(2, 4)).containsExactly("get_chat", "list_chats");
        answer(session, 3, "{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1','active':false}}]}");
        refuse(session, 2, "not_found");

        assertThat(told("chat")).hasSize(1);
        assertThat(told("resync")).hasSize(3);
    }

    @Test
    void shouldNotAskForWhatTheLoginToldWhereOnlyAnotherAnswerIsLate() throws Exception {
        Session session = session(ApiVersion.V3_6);
        Resync resync = resync(session, ApiVersion.V3_6);
        resync.begin(json("{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1'}}]}"), 0);
        reply(session, 0, false, "{'error':{'type':'internal'}}", seconds(14));
        resync.fire(seconds(15));
        session.expire(seconds(15));
        assertThat(actions()).containsExactly("list_chats", "list_routing_statuses", "list_chats");
        answer(session, 2, "{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1','active':false}}]}");

        assertThat(actions()).doesNotContain("get_chat");
        assertThat(told("resync")).hasSize(3);
    }

    /** An older list of chats may leave out those that are active. PROTOCOL 1.6. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNotTakeTheLoginForTheListOfChatsWhereTheListIsNotTold(boolean silent) throws Exception {
        Session session = session(ApiVersion.V3_6);
        Resync resync = resync(session, ApiVersion.V3_6);
        resync.begin(json("{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1'}}]}"), 0);
        answer(session, 1, "[]");
        if (silent) {
            session.expire(seconds(15));
        } else {
            refuse(session, 0, "authorization");
        }
        int thread = actions().indexOf("get_chat");
        assertThat(thread).as("the list is late, too").isPositive();
        answer(session, thread, "{'id':'A','thread':{'id':'A1','active':true}}");
        for (int second = 16; second < 120; second++) {
            session.expire(seconds(second));
            resync.fire(seconds(second));
        }

        assertThat(told("chat")).hasSize(1);
        assertThat(told("resync")).isEmpty();
        assertThat(Objects.requireNonNull(learned).unknown()).contains("chats");
    }

    @Test
    void shouldWaitForTheStatusesOfAgentsAsLongAsLiveChatMayTake() throws Exception {
        Session session = session(ApiVersion.V3_6);
        resync(session, ApiVersion.V3_6).begin(JSON.createObjectNode(), 0);
        answer(session, 0, "{'chats_summary':[]}");
        session.expire(seconds(14));
        assertThat(learned).isNull();
        answer(session, 1, "[{'agent_id':'ann','status':'accepting_chats'}]");

        assertThat(told("agent")).hasSize(1);
        assertThat(Objects.requireNonNull(learned).completedAt()).isNotNull();
    }

    @Test
    void shouldFollowTheChatsThatAreOpenBeforeItAsksForTheirThreads() throws Exception {
        Session session = session(ApiVersion.V3_4);
        Resync resync = resync(session, ApiVersion.V3_4);
        resync.begin(JSON.createObjectNode(), 0);
        answer(session, 1, "[]");
        answer(session, 0, "{'chats_summary':[" + chats(30, ",'active':true") + "]}");

        assertThat(actions().subList(2, actions().size()))
                .as("eight at a time, whatever they are")
                .containsExactly(
                        "follow_chat",
                        "follow_chat",
                        "follow_chat",
                        "follow_chat",
                        "get_chat",
                        "get_chat",
                        "get_chat",
                        "get_chat");
        for (int request = 2; request < actions().size(); request++) {
            assertThat(actions().size() - request).isLessThanOrEqualTo(8);
            String chat = sent(request).path("payload").path("chat_id").asText();
            answer(
                    session,
                    request,
                    actions().get(request).equals("follow_chat")
                            ? "{}"
                            : "{'id':'" + chat + "','thread':{'id':'t','active':true}}");
            resync.fire(0);
        }
        assertThat(actions()).filteredOn("follow_chat"::equals).hasSize(30);
        assertThat(actions()).filteredOn("get_chat"::equals).hasSize(30);
        assertThat(told("resync")).hasSize(3);
    }

    /** PROTOCOL 1.5: it is said of that one request. Or of none: an older server. */
    @ParameterizedTest
    @ValueSource(strings = {"too_many_requests", "service_unavailable", ""})
    void shouldLearnAllThoughNoChatMayBeFollowed(String error) throws Exception {
        Session session = session(ApiVersion.V3_6);
        Resync resync = resync(session, ApiVersion.V3_6);
        resync.begin(JSON.createObjectNode(), 0);
        answer(session, 1, "[]");
        answer(session, 0, "{'chats_summary':[" + chats(30, ",'active':true") + "]}");
        int answered = 2;
        for (int second = 1; second <= 20; second++) {
            for (; answered < actions().size(); answered++) {
                String chat = sent(answered).path("payload").path("chat_id").asText();
                if (actions().get(answered).equals("get_chat")) {
                    answer(session, answered, "{'id':'" + chat + "','thread':{'id':'t','active':true}}");
                } else if (!error.isEmpty()) {
                    reply(session, answered, false, "{'error':{'type':'" + error + "'}}", seconds(second));
                }
            }
            session.expire(seconds(second));
            resync.fire(seconds(second));
        }

        assertThat(told("resync")).hasSize(3);
        assertThat(actions()).filteredOn("follow_chat"::equals).hasSizeLessThan(10);
    }

    @Test
    void shouldFollowAChatWhoseThreadTurnsOutToBeOpen() throws Exception {
        Session session = session(ApiVersion.V3_1);
        resync(session, ApiVersion.V3_1)
                .begin(
                        json("{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1'}},"
                                + "{'id':'B','last_thread_summary':{'id':'B1'}}]}"),
                        0);
        answer(session, 0, "{'chats_summary':[]}");
        answer(session, 1, "{'chat':{'id':'A','threads':[{'id':'A1','active':true}]}}");
        answer(session, 2, "{'chat':{'id':'B','threads':[{'id':'B1','active':false}]}}");

        assertThat(actions())
                .containsExactly("get_chats_summary", "get_chat_threads", "get_chat_threads", "follow_chat");
        assertThat(sent(3).path("payload")).isEqualTo(json("{'chat_id':'A'}"));
        assertThat(told("resync")).as("it does not wait for that").hasSize(3);
    }

    @Test
    void shouldSayThatItDoesNotAskForThreadsThatAreClosed() throws Exception {
        // given: a version that tells in the list whether a thread is open, and one that does not
        Session later = session(ApiVersion.V3_6);
        resync(later, ApiVersion.V3_6).begin(JSON.createObjectNode(), 0);
        answer(later, 1, "[]");
        answer(later, 0, "{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1','active':false}}]}");
        assertThat(Objects.requireNonNull(learned).unknown())
                .contains("events of threads that were closed within the gap")
                .doesNotContain("events of threads that were closed within the gap and are not the last of their chat");
        int before = actions().size();

        // when
        Session session = session(ApiVersion.V0_2);
        resync(session, ApiVersion.V0_2)
                .begin(json("{'chats_summary':[{'id':'A','last_thread_summary':{'id':'A1'}}]}"), 0);
        answer(session, before, "{'chat':{'id':'A','threads':[{'id':'A1','active':false}]}}");
        answer(session, before + 1, "{}");

        // then
        assertThat(Objects.requireNonNull(learned).unknown())
                .contains("events of threads that were closed within the gap and are not the last of their chat")
                .doesNotContain("events of threads that were closed within the gap");
    }

    private Session session(ApiVersion version) {
        Session session = new Session(1, receiver, new Requests(version, "test"));
        session.opened(socket);
        return session;
    }

    private Resync resync(Session session, ApiVersion version) {
        Pace pace = new Pace();
        return new Resync(
                session,
                version,
                new Snapshots("c1", "me", words::add, clock, 3),
                pace,
                new Following(session, version, pace, () -> notFollowed++),
                all -> learned = all,
                clock);
    }

    private void push() {
        receiver.onText("{\"action\":\"a\",\"type\":\"push\"}".getBytes(StandardCharsets.UTF_8));
        receiver.onAllRead();
    }

    private void answer(Session session, int request, String payload) throws Exception {
        reply(session, request, true, payload);
    }

    private void refuse(Session session, int request, String error) throws Exception {
        reply(session, request, false, "{'error':{'type':'" + error + "'}}");
    }

    private void reply(Session session, int request, boolean success, String payload) throws Exception {
        reply(session, request, success, payload, 0);
    }

    private void reply(Session session, int request, boolean success, String payload, long at) throws Exception {
        JsonNode asked = sent(request);
        session.answered(
                new Reply(
                        asked.path("request_id").asText(), asked.path("action").asText(), success, json(payload)),
                at);
    }

    /** An answer as it comes from the wire. */
    private void hear(Session session, int request, String payload) throws Exception {
        JsonNode asked = sent(request);
        String frame = "{'request_id':" + asked.path("request_id") + ",'action':" + asked.path("action")
                + ",'type':'response','success':true,'payload':" + payload + "}";
        FrameSorter.Sorted sorted = FrameSorter.sort(frame.replace('\'', '"').getBytes(StandardCharsets.UTF_8), true);
        session.answered(((FrameSorter.Sorted.Answer) sorted).reply(), 0);
    }

    /** Answers what was asked since then; how many requests there were by now. */
    private int answerThreads(Session session, int from, long at) throws Exception {
        int request = from;
        for (; request < actions().size(); request++) {
            String id = sent(request).path("payload").path("chat_id").asText();
            reply(
                    session,
                    request,
                    true,
                    id.isEmpty() ? "{}" : "{'chat':{'id':'" + id + "','threads':[{'id':'t','active':true}]}}",
                    at);
        }
        return request;
    }

    private static String chats(int count, String more) {
        StringBuilder chats = new StringBuilder();
        for (int i = 0; i < count; i++) {
            chats.append(i == 0 ? "" : ",").append("{'id':'" + i + "','last_thread_summary':{'id':'t'" + more + "}}");
        }
        return chats.toString();
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    private List<String> actions() {
        return socket.sent.stream()
                .map(text -> {
                    try {
                        return JSON.readTree(text).path("action").asText();
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .toList();
    }

    private JsonNode sent(int index) throws Exception {
        return JSON.readTree(socket.sent.get(index));
    }

    private List<Frame> frames(String entity) throws Exception {
        List<Frame> frames = new ArrayList<>();
        for (Frame word : words) {
            if (JSON.readTree(word.bytes())
                    .path("payload")
                    .path("entity")
                    .asText()
                    .equals(entity)) {
                frames.add(word);
            }
        }
        return frames;
    }

    private List<JsonNode> told(String entity) throws Exception {
        List<JsonNode> told = new ArrayList<>();
        for (Frame frame : frames(entity)) {
            told.add(JSON.readTree(frame.bytes()).path("payload"));
        }
        return told;
    }

    private static JsonNode json(String text) throws Exception {
        return JSON.readTree(text.replace('\'', '"'));
    }
}
