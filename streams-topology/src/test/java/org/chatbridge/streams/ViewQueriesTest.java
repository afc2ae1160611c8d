package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.chatbridge.program.Response;
import org.chatbridge.streams.Instances.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ViewQueriesTest {
    private static final List<String> KEYS = List.of(
            "a", "b", "c", "d", "e/f", "g h", "100%", "é", "\uFFFD", "\uD83D\uDE00", "<script>", "?x=1&y#z", "..", "+");

    @Test
    void shouldAnswerForEveryRowFromEveryInstance() throws Exception {
        try (Instances instances = Instances.of(12, 3, KEYS)) {
            for (int instance = 0; instance < 3; instance++) {
                for (String key : KEYS) {
                    Response answer = join(instances.one(instance, key));
                    assertThat(answer.status()).as(key).isEqualTo(200);
                    assertThat(json(answer).path("connection_id").textValue()).isEqualTo(key);
                    assertThat(json(answer).at("/freshness/served_by").textValue())
                            .isEqualTo("active");
                }
            }
        }
    }

    @Test
    void shouldLetOnlyWhoFoldsSayThatThereIsNoRow() throws Exception {
        try (Instances instances = Instances.of(12, 3, KEYS)) {
            for (int instance = 0; instance < 3; instance++) {
                assertThat(join(instances.one(instance, "nobody")).status()).isEqualTo(404);
            }
            int active = instances.partition("nobody") % 3;
            instances.faults.put(Instances.host(active), Fault.REFUSED);

            Response answer = join(instances.one((active + 1) % 3, "nobody"));

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.headers()).containsKey("Retry-After");
            assertThat(join(instances.one((active + 1) % 3, "nobody", "max_lag", "2"))
                            .status())
                    .as("who allows a lag is told what the copy knows")
                    .isEqualTo(404);
        }
    }

    /** As where the producer of a record chose another partition than Kafka's own would. */
    @Test
    void shouldFindARowThatIsInAnotherPartitionThanThatOfItsKey() throws Exception {
        try (Instances instances = Instances.of(12, 3, KEYS)) {
            int elsewhere = (instances.partition("stray") + 1) % 12;
            instances.keep(elsewhere % 3, elsewhere, Instances.active(), List.of("stray"));
            instances.told.add("stray");
            for (int instance = 0; instance < 3; instance++) {
                assertThat(join(instances.one(instance, "stray")).status()).isEqualTo(200);
            }

            // when who has it does not answer, and who follows that one has not read so far
            instances.keep((elsewhere + 1) % 3, elsewhere, Instances.standby(OptionalLong.of(1)), List.of());
            instances.faults.put(Instances.host(elsewhere % 3), Fault.REFUSED);
            CompletableFuture<Response> first = instances.one((elsewhere + 1) % 3, "stray");
            CompletableFuture<Response> second = instances.one((elsewhere + 2) % 3, "stray");

            // then
            assertThat(join(first).status()).isEqualTo(503);
            assertThat(join(second).status()).isEqualTo(503);
        }
    }

    /** Applications ask for them as often as for others, and while an instance is away. */
    /** That there is one now is no reason to ask who cannot answer. */
    @Test
    void shouldSayThatThereWasNoRowThoughThereIsOneNow() throws Exception {
        try (Instances instances = Instances.of(12, 3, KEYS)) {
            int active = instances.partition("later") % 3;
            instances.told.add("later");
            instances.faults.put(Instances.host((active + 1) % 3), Fault.REFUSED);
            String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();

            assertThat(join(instances.one(active, "later", "as_of", now)).status())
                    .isEqualTo(404);
        }
    }

    @Test
    void shouldAskNobodyElseForARowThatIsNowhere() throws Exception {
        try (Instances instances = Instances.of(12, 3, KEYS)) {
            int active = instances.partition("nobody") % 3;
            for (int instance = 0; instance < 3; instance++) {
                int asked = instances.asked.get();
                assertThat(join(instances.one(instance, "nobody")).status()).isEqualTo(404);
                assertThat(instances.asked.get() - asked).isEqualTo(instance == active ? 0 : 1);
            }
        }
    }

    /** As it knows, it folds the partition; the group has given that to the third, and the second follows that one. */
    @Test
    void shouldAskTheOthersFirstWhileKafkaIsOutOfReach() throws Exception {
        try (Instances instances = new Instances(1).place(0, 0, 1, 2)) {
            instances.keep(0, 0, Instances.standby(OptionalLong.empty()), List.of("a", "gone"));
            instances.keep(1, 0, Instances.standby(OptionalLong.of(0)), List.of("a", "b"));
            instances.keep(2, 0, Instances.active(), List.of("a", "b"));
            instances.cutOff.add(Instances.host(0));

            assertThat(join(instances.one(0, "b")).status()).isEqualTo(200);
            assertThat(join(instances.one(0, "gone")).status()).isEqualTo(404);
            assertThat(keys(join(instances.list(0)))).containsExactly("a", "b");
        }
    }

    @Test
    void shouldAnswerWithTheRowsThereAreWhereKafkaIsOutOfReachForAll() throws Exception {
        try (Instances instances = new Instances(1).place(0, 0, 1)) {
            instances.keep(0, 0, Instances.standby(OptionalLong.empty()), List.of("a", "b"));
            instances.keep(1, 0, Instances.standby(OptionalLong.empty()), List.of("a"));
            instances.cutOff.add(Instances.host(0));
            instances.cutOff.add(Instances.host(1));

            for (int instance = 0; instance < 2; instance++) {
                assertThat(join(instances.one(instance, "a")).status()).isEqualTo(200);
                assertThat(join(instances.one(instance, "b")).status()).isEqualTo(200);
                int asked = instances.asked.get();
                assertThat(join(instances.one(instance, "nobody")).status()).isEqualTo(503);
                assertThat(instances.asked.get() - asked)
                        .as("it is the same in a moment")
                        .isEqualTo(1);
                assertThat(join(instances.list(instance)).status()).isEqualTo(200);
            }
            instances.faults.put(Instances.host(1), Fault.REFUSED);
            assertThat(join(instances.one(0, "b")).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void shouldLetACopyAnswerWhereTheActiveInstanceDoesNot(Fault fault) throws Exception {
        try (Instances instances = Instances.of(12, 3, KEYS)) {
            instances.faults.put(Instances.host(0), fault);
            for (int instance = 1; instance < 3; instance++) {
                Response list = join(instances.list(instance));
                assertThat(keys(list)).as(json(list).toString()).containsExactlyElementsOf(inOrder());
                assertThat(json(list).path("incomplete")).isEmpty();
                assertThat(json(list).at("/freshness/served_by").textValue()).isEqualTo("standby");
                assertThat(json(list).at("/freshness/offset_lag").longValue())
                        .as("of the partitions that a copy answered for")
                        .isEqualTo(4 * 2);
                for (String key : KEYS) {
                    Response one = join(instances.one(instance, key));
                    assertThat(one.status()).as(key).isEqualTo(200);
                    assertThat(json(one).path("connection_id").textValue()).isEqualTo(key);
                }
            }
        }
    }

    @Test
    void shouldWaitForAFrozenInstanceOnceNotEachTime() throws Exception {
        try (Instances instances = Instances.of(1, 2, KEYS)) {
            instances.faults.put(Instances.host(0), Fault.FROZEN);

            // when: all at once, and then again
            long start = System.nanoTime();
            List<CompletableFuture<Response>> first = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                first.add(instances.one(1, "a"));
            }
            for (CompletableFuture<Response> answer : first) {
                assertThat(join(answer).status()).isEqualTo(200);
            }
            int asked = instances.asked.get();
            for (int i = 0; i < 100; i++) {
                assertThat(join(instances.one(1, "b")).status()).isEqualTo(200);
            }

            // then
            assertThat(instances.asked.get()).isEqualTo(asked);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(7)); // ten times one wait
        }
    }

    @Test
    void shouldNameWhoIsMissingFromAList() throws Exception {
        try (Instances instances = Instances.of(12, 3, KEYS)) {
            instances.faults.put(Instances.host(0), Fault.REFUSED);
            instances.faults.put(Instances.host(1), Fault.REFUSED);

            // when
            Response list = join(instances.list(2));

            // then: of the partitions of 0, 1 has the copies; of those of 1, 2 has
            assertThat(json(list).path("incomplete"))
                    .singleElement()
                    .extracting(JsonNode::textValue)
                    .isEqualTo("views-0:8080");
            assertThat(keys(list))
                    .containsExactlyElementsOf(inOrder().stream()
                            .filter(key -> instances.partition(key) % 3 != 0)
                            .toList());
        }
    }

    @Test
    void shouldAnswer503WhereNobodyHasARow() throws Exception {
        try (Instances instances = Instances.of(1, 3, KEYS)) {
            instances.faults.put(Instances.host(0), Fault.REFUSED);
            instances.faults.put(Instances.host(1), Fault.FROZEN);
            assertThat(join(instances.one(2, "a")).status()).isEqualTo(503);
            assertThat(join(instances.list(2)).status()).isEqualTo(503);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 100})
    void shouldPageOverInstances(int limit) throws Exception {
        try (Instances instances = Instances.of(12, 3, KEYS)) {
            List<String> found = new ArrayList<>();
            String cursor = null;
            int pages = 0;
            do {
                String[] parameters = cursor == null
                        ? new String[] {"limit", Integer.toString(limit)}
                        : new String[] {"limit", Integer.toString(limit), "cursor", cursor};
                Response page = join(instances.list(pages % 3, parameters));
                found.addAll(keys(page));
                cursor = json(page).path("next_cursor").textValue();
                pages++;
            } while (cursor != null);
            assertThat(found).containsExactlyElementsOf(inOrder());
            assertThat(pages).isEqualTo((KEYS.size() + limit - 1) / limit);
        }
    }

    @Test
    void shouldNotAnswerFromACopyThatIsNotWhole() throws Exception {
        // given: the new active instance restores, the former one still follows
        try (Instances instances = new Instances(1).place(0, 0, 1)) {
            instances.keep(
                    0,
                    0,
                    Instances.standing(StoreReader.ServedBy.STANDBY, OptionalLong.of(9), Position.NONE, false),
                    List.of());
            instances.keep(1, 0, Instances.standby(OptionalLong.of(1)), List.of("a"));
            for (int instance = 0; instance < 3; instance++) {
                assertThat(join(instances.one(instance, "a")).status()).isEqualTo(200);
                assertThat(keys(join(instances.list(instance)))).containsExactly("a");
            }
        }
    }

    @Test
    void shouldAskAgainWhilePartitionsMove() throws Exception {
        // given: nobody has it yet
        try (Instances instances = new Instances(1).place(0, 0)) {
            CompletableFuture<Response> one = instances.one(1, "a");
            CompletableFuture<Response> list = instances.list(1);

            // when
            instances.keep(0, 0, Instances.active(), List.of("a"));

            // then
            assertThat(join(one).status()).isEqualTo(200);
            assertThat(keys(join(list))).containsExactly("a");
        }
    }

    @Test
    void shouldRefuseWhatIsTooFarBehind() throws Exception {
        try (Instances instances = Instances.of(4, 2, KEYS)) {
            instances.faults.put(Instances.host(0), Fault.REFUSED);
            String key = KEYS.stream()
                    .filter(any -> instances.partition(any) == 0)
                    .findFirst()
                    .orElseThrow();

            assertThat(join(instances.one(1, key, "max_lag", "2")).status()).isEqualTo(200);
            Response one = join(instances.one(1, key, "max_lag", "1"));
            assertThat(one.status()).isEqualTo(503);
            assertThat(json(one).path("offset_lag").longValue()).isEqualTo(2);
            assertThat(join(instances.list(1, "max_lag", "4")).status()).isEqualTo(200);
            Response list = join(instances.list(1, "max_lag", "3"));
            assertThat(list.status()).isEqualTo(503);
            assertThat(json(list).path("offset_lag").longValue()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"REFUSED", "MISDIRECTED", "UNAVAILABLE"})
    void shouldAnswer503WhereWhatIsDemandedIsMissing(Fault fault) throws Exception {
        try (Instances instances = new Instances(2).place(0, 0).place(1, 1)) {
            instances.keep(1, 1, Instances.active(), List.of("a"));
            instances.faults.put(Instances.host(0), fault);

            CompletableFuture<Response> whole = instances.list(1);
            List<CompletableFuture<Response>> demanding = List.of(
                    instances.list(1, "max_lag", "5"), instances.list(1, "min_position", Instances.TOPIC + ":0:5"));

            assertThat(json(join(whole)).path("incomplete")).isNotEmpty();
            for (CompletableFuture<Response> answer : demanding) {
                assertThat(join(answer).status()).isEqualTo(503);
                assertThat(join(answer).headers()).containsKey("Retry-After");
            }
        }
    }

    @Test
    void shouldTakeThePositionOfAnAnswerThatHasNone() throws Exception {
        try (Instances instances = new Instances(1).place(0, 0)) {
            instances.keep(0, 0, Instances.active(), List.of("a"));
            Response list = join(instances.list(0));
            assertThat(json(list).path("position").textValue()).isEmpty();

            assertThat(join(instances.list(0, "min_position", "")).status()).isEqualTo(200);
        }
    }

    @Test
    void shouldRefuseWhatIsBehindByAnUnknownNumber() throws Exception {
        try (Instances instances = new Instances(1).place(0, 0)) {
            instances.keep(0, 0, Instances.standby(OptionalLong.empty()), List.of("a"));
            for (int instance = 0; instance < 2; instance++) {
                Response answer = join(instances.one(instance, "a", "max_lag", "1000000"));
                assertThat(answer.status()).isEqualTo(503);
                assertThat(json(answer).path("offset_lag").isNull()).isTrue();
                assertThat(json(answer).has("offset_lag")).isTrue();
                assertThat(join(instances.one(instance, "a")).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void shouldWaitForAPosition() throws Exception {
        try (Instances instances = new Instances(1).place(0, 0)) {
            instances.keep(0, 0, at(4), List.of("a"));
            for (int instance = 0; instance < 2; instance++) {
                instances.keep(0, 0, at(4), List.of("a"));
                CompletableFuture<Response> one =
                        instances.one(instance, "a", "min_position", Instances.TOPIC + ":0:5");
                CompletableFuture<Response> list = instances.list(instance, "min_position", Instances.TOPIC + ":0:5");
                assertThat(one.isDone() || list.isDone()).isFalse();

                // when
                instances.keep(0, 0, at(5), List.of("a", "b"));
                instances.positions(0).look();

                // then
                assertThat(json(join(one)).path("position").textValue()).isEqualTo(Instances.TOPIC + ":0:5");
                assertThat(keys(join(list))).containsExactly("a", "b");
            }
        }
    }

    @Test
    void shouldTellThePositionThatWasReached() throws Exception {
        try (Instances instances = new Instances(1).place(0, 0)) {
            instances.keep(0, 0, at(4), List.of("a"));
            List<CompletableFuture<Response>> answers = List.of(
                    instances.one(0, "a", "min_position", Instances.TOPIC + ":0:5"),
                    instances.one(1, "a", "min_position", Instances.TOPIC + ":0:5"),
                    instances.list(0, "min_position", Instances.TOPIC + ":0:5"),
                    instances.list(1, "min_position", Instances.TOPIC + ":0:5"));
            for (CompletableFuture<Response> answer : answers) {
                assertThat(join(answer).status()).isEqualTo(503);
                assertThat(json(join(answer)).path("position").textValue()).isEqualTo(Instances.TOPIC + ":0:4");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "min_position=x",
                "min_position=3:4",
                "min_position=livechat.agent-updated:0:5",
                "min_position=livechat.gaps:1:5",
                "max_lag=-1",
                "max_lag=x",
                "limit=0",
                "cursor=!"
            })
    void shouldRefuseParametersThatAreWrong(String parameter) throws Exception {
        String[] parts = parameter.split("=", -1);
        try (Instances instances = new Instances(1).place(0, 0)) {
            instances.keep(0, 0, at(4), List.of("a"));
            Response answer = join(instances.list(0, parts[0], parts[1]));
            assertThat(answer.status()).isEqualTo(400);
            assertThat(json(answer).path("parameter").textValue()).isEqualTo(parts[0]);
        }
    }

    private static Standing at(long offset) {
        return Instances.standing(
                StoreReader.ServedBy.ACTIVE,
                OptionalLong.of(0),
                new Position(java.util.Map.of(new TopicPartition(Instances.TOPIC, 0), offset)),
                true);
    }

    private static List<String> inOrder() {
        return KEYS.stream().sorted(MergedRows.KEY_ORDER).toList();
    }

    private static Response join(CompletableFuture<Response> answer) throws Exception {
        return answer.get(5, TimeUnit.SECONDS);
    }

    private static List<String> keys(Response list) throws Exception {
        return json(list).findValuesAsText("connection_id");
    }

    private static JsonNode json(Response answer) throws Exception {
        return new ObjectMapper().readTree(answer.body());
    }
}
