package org.chatbridge.bridge.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Wherever one of the words stands that make a frame more than a push, it is found, and nothing else is taken for one. */
class FrameSorterTest {
    private static final List<String> WORDS = List.of(
            "\"response\"",
            "\"success\"",
            "\"agent_disconnected\"",
            "\"bridge-",
            "\"agent_updated\"",
            "\"routing_status_set\"",
            "\"incoming_chat\"",
            "\"incoming_chat_thread\"");

    @Property(tries = 20_000)
    void shouldFindWhatASearchForEachWordFinds(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            String word = WORDS.get(random.nextInt(WORDS.size()));
            switch (random.nextInt(6)) {
                case 0 -> text.append(word);
                case 1 -> text.append(word, 0, random.nextInt(word.length()));
                case 2 -> text.append(word, random.nextInt(word.length()), word.length());
                case 3 -> text.append("é€".substring(random.nextInt(2)));
                case 4 -> text.append('"');
                default -> text.append("{\"action\":\"incoming_event\",", 0, random.nextInt(27));
            }
        }

        assertThat(FrameSorter.mayMatter(text.toString().getBytes(UTF_8)))
                .as(text.toString())
                .isEqualTo(WORDS.stream().anyMatch(word -> text.indexOf(word) >= 0));
    }

    @Example
    void shouldTellTheNumbersOfAnErrorAsTheyAre() {
        Reply refusal = ((FrameSorter.Sorted.Answer) FrameSorter.sort(
                        ("{\"request_id\":\"bridge-1\",\"action\":\"login\","
                                        + "\"type\":\"response\",\"success\":false,\"payload\":{\"error\":{\"code\":123,\"message\":4.50}}}")
                                .getBytes(UTF_8),
                        true))
                .reply();

        assertThat(refusal.errorType()).isEqualTo("123");
        assertThat(refusal.said()).isEqualTo("123 4.50");
    }

    @Example
    void shouldHearWhichAgentAcceptsChatsInEveryVersion() {
        assertThat(sort("agent_updated", "{\"agent_id\":\"a\",\"routing_status\":\"accepting_chats\"}"))
                .isEqualTo(new FrameSorter.Sorted.Accepting("a"));
        assertThat(sort("routing_status_set", "{\"agent_id\":\"a\",\"status\":\"accepting_chats\"}"))
                .isEqualTo(new FrameSorter.Sorted.Accepting("a"));

        FrameSorter.Sorted push = new FrameSorter.Sorted.Push();
        assertThat(sort("agent_updated", "{\"agent_id\":\"a\",\"routing_status\":\"offline\"}"))
                .isEqualTo(push);
        assertThat(sort("agent_updated", "{\"id\":\"a\",\"status\":\"accepting_chats\"}"))
                .as("the agent is configured")
                .isEqualTo(push);
        assertThat(sort("agent_updated", "[]")).isEqualTo(push);
        assertThat(sort("incoming_event", "{\"agent_id\":\"agent_updated\",\"status\":\"accepting_chats\"}"))
                .isEqualTo(push);
    }

    @Example
    void shouldHearWhichChatIsOpenInEveryVersion() {
        String chat =
                "{\"chat\":{\"id\":\"A\",\"users\":[{\"id\":\"x\",\"present\":true},{\"id\":\"y\",\"present\":false},{\"id\":\"z\"}],"
                        + "\"is_followed\":%s,\"thread\":{\"id\":\"A1\",\"active\":%s}}}";
        for (String action : List.of("incoming_chat_thread", "incoming_chat")) {
            assertThat(sort(action, chat.formatted(false, true)))
                    .isEqualTo(new FrameSorter.Sorted.Opened(new OpenChat("A", "A1", false, Set.of("x"))));
            assertThat(sort(action, chat.formatted(true, true)))
                    .isEqualTo(new FrameSorter.Sorted.Opened(new OpenChat("A", "A1", true, Set.of("x"))));
            assertThat(sort(action, "{\"chat\":{\"id\":\"A\",\"thread\":{}}}"))
                    .isEqualTo(new FrameSorter.Sorted.Opened(new OpenChat("A", "", false, Set.of())));

            FrameSorter.Sorted push = new FrameSorter.Sorted.Push();
            assertThat(sort(action, chat.formatted(false, false))).isEqualTo(push);
            for (String none : List.of("[]", "{}", "5", "{\"chat\":[]}", "{\"chat\":{\"id\":5,\"thread\":{}}}")) {
                assertThat(sort(action, none)).as(none).isEqualTo(push);
            }
        }
        assertThat(sort(
                        "incoming_event",
                        "{\"text\":\"incoming_chat\","
                                + chat.formatted(false, true).substring(1)))
                .as("it says so in a text")
                .isEqualTo(new FrameSorter.Sorted.Push());
        assertThat(FrameSorter.sort(
                        ("{\"action\":\"incoming_chat\",\"type\":\"push\",\"payload\":" + chat.formatted(false, true)
                                        + "}")
                                .getBytes(UTF_8),
                        false))
                .as("where nobody asks")
                .isEqualTo(new FrameSorter.Sorted.Push());
    }

    @Example
    void shouldTakeAnAnswerWithAnErrorForARefusalWhereItDoesNotSay() {
        String answer = "{\"type\":\"response\",\"request_id\":\"bridge-1\",\"action\":\"login\",\"payload\":%s}";

        assertThat(reply(answer.formatted("{\"error\":{\"type\":\"authentication\"}}"))
                        .success())
                .isFalse();
        assertThat(reply(answer.formatted("{\"error\":null}")).success()).isTrue();
        assertThat(reply(answer.formatted("{}")).success()).isTrue();
    }

    /** What follows an answer would have no number: as a dead letter it has one. */
    @Example
    void shouldNotTakeAnAnswerWithMoreBehindItForAnAnswer() {
        String answer = "{\"type\":\"response\",\"request_id\":\"bridge-1\",\"action\":\"ping\",\"success\":true}";

        assertThat(reply(answer + " \n").success()).isTrue();
        assertThat(FrameSorter.sort(
                        (answer + "{\"action\":\"incoming_event\",\"type\":\"push\"}").getBytes(UTF_8), true))
                .isEqualTo(new FrameSorter.Sorted.Push());
    }

    /** Numbers that no type of Java holds, and any depth: what is told on from an answer is what LiveChat said. */
    @Property(tries = 2_000)
    void shouldGiveThePayloadOfAnAnswerAsItIsWritten(@ForAll long seed) {
        String payload = container(new Random(seed), 0);

        assertThat(reply(answer(payload)).payload().toString()).isEqualTo(payload);
    }

    @Example
    void shouldTakeAnAnswerForOneWhateverItsNumbersAndDepth() {
        for (String value : List.of("1e2147483648", "9".repeat(1_000_000), nested(5_000))) {
            String payload = "{\"my_profile\":{\"id\":\"me\",\"extra\":" + value + "}}";

            Reply reply = reply(answer(payload));

            assertThat(reply.payload().path("my_profile").path("id").textValue())
                    .isEqualTo("me");
            assertThat(reply.payload().toString()).isEqualTo(payload);
        }
    }

    @Example
    void shouldTakeAnAnswerThatIsTooDeepForOneWithoutPayload() {
        Reply reply = reply(answer("{\"chat\":" + nested(100_000) + "}"));

        assertThat(reply.success()).isTrue();
        assertThat(reply.payload().isMissingNode()).isTrue();
    }

    private static String answer(String payload) {
        return "{\"request_id\":\"bridge-1\",\"action\":\"login\",\"type\":\"response\",\"success\":true,\"payload\":"
                + payload + "}";
    }

    private static String nested(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }

    private static String container(Random random, int depth) {
        StringBuilder text = new StringBuilder();
        boolean object = random.nextBoolean();
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
            text.append(i == 0 ? "" : ",")
                    .append(object ? "\"" + i + "é\":" : "")
                    .append(value(random, depth));
        }
        return object ? "{" + text + "}" : "[" + text + "]";
    }

    private static String value(Random random, int depth) {
        return switch (random.nextInt(depth < 8 ? 10 : 5)) {
            case 0 -> String.valueOf(random.nextLong());
            case 1 ->
                List.of("-0", "0.10", "1E400", "-1e-2147483649", "1e99999999999", "9".repeat(40))
                        .get(random.nextInt(6));
            case 2 -> List.of("true", "false", "null").get(random.nextInt(3));
            case 3 -> "\"]}é\\\"\\n\"";
            case 4 -> nested(1 + random.nextInt(random.nextInt(10) == 0 ? 1_500 : 3));
            default -> container(random, depth + 1);
        };
    }

    /** JSON may write any letter as an escape. */
    @Example
    void shouldHearWordsThatAreWrittenWithEscapes() {
        assertThat(sort("agent\\u005fdisconnected", "{\"reason\":\"agent_deleted\"}"))
                .isEqualTo(new FrameSorter.Sorted.Dismissal("agent_deleted", null));
        assertThat(sort("\\u0072outing_status_set", "{\"agent_id\":\"a\",\"status\":\"accepting_chats\"}"))
                .isEqualTo(new FrameSorter.Sorted.Accepting("a"));
        assertThat(reply("{\"\\u0073uccess\":true,\"action\":\"login\"}").action())
                .isEqualTo("login");
        assertThat(reply("{\"request_id\":\"bridge\\u002D1\",\"action\":\"login\"}")
                        .requestId())
                .isEqualTo("bridge-1");
    }

    @Property
    void shouldHearAWordWhicheverOfItsLettersAreEscapes(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder action = new StringBuilder();
        "agent_disconnected"
                .chars()
                .forEach(c -> action.append(
                        random.nextInt(9) > 0
                                ? Character.toString(c)
                                : String.format(random.nextBoolean() ? "\\u%04x" : "\\u%04X", c)));

        assertThat(sort(action.toString(), "{}")).isInstanceOf(FrameSorter.Sorted.Dismissal.class);
    }

    /** They are in many texts, and say nothing. */
    @Example
    void shouldNotLookLongerForTheEscapesThatTextsHave() {
        for (String escape :
                List.of("\\n", "\\\"", "\\\\", "\\u00e9", "\\u003c", "\\u0436", "\\ud83d\\ude00", "\\u006", "\\")) {
            for (int before = 0; before < 20; before++) {
                String text = "x".repeat(before) + escape;
                assertThat(FrameSorter.mayMatter(text.getBytes(UTF_8))).as(text).isFalse();
            }
        }
    }

    private static Reply reply(String frame) {
        return ((FrameSorter.Sorted.Answer) FrameSorter.sort(frame.getBytes(UTF_8), true)).reply();
    }

    private static FrameSorter.Sorted sort(String action, String payload) {
        return FrameSorter.sort(
                ("{\"action\":\"" + action + "\",\"type\":\"push\",\"payload\":" + payload + "}").getBytes(UTF_8),
                true);
    }

    @Example
    void shouldFindEachWordAtEachPlace() {
        for (String word : WORDS) {
            for (int before = 0; before < 40; before++) {
                for (int behind = 0; behind < 40; behind++) {
                    String text = "s".repeat(before) + word + "\"".repeat(behind);
                    assertThat(FrameSorter.mayMatter(text.getBytes(UTF_8)))
                            .as(text)
                            .isTrue();
                    String without = text.replace(word, word.substring(0, word.length() - 1));
                    assertThat(FrameSorter.mayMatter(without.getBytes(UTF_8)))
                            .as(without)
                            .isEqualTo(without.contains(word));
                }
            }
        }
    }
}
