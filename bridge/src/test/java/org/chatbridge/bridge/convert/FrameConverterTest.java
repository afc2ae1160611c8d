package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.SampleFrames;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameConverterTest {
    private static final long RECEIVED = 1_763_802_000_123_456L;

    private final FrameConverter converter = new FrameConverter("0.2");

    @ParameterizedTest
    @EnumSource
    void shouldKeepEveryScalarOfEverySample(Action action) {
        SampleFrames.of(action).forEach((file, bytes) -> {
            Converted.Typed typed = typed(bytes);

            assertThat(typed.action()).isEqualTo(action);
            assertThat(Leaves.missing(payload(bytes), typed.record())).as(file).isEmpty();
            assertThat(leftOver(typed.record())).as("%s needs no extra", file).isEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource
    void shouldStampEveryRecord(Action action) {
        SampleFrames.of(action).forEach((file, bytes) -> {
            GenericRecord push = (GenericRecord) typed(bytes).record().get("push");

            assertThat(push.get("received_at")).isEqualTo(RECEIVED);
            assertThat(push.get("connection_id")).isEqualTo("c-7");
            assertThat(push.get("sequence")).isEqualTo(42L);
            assertThat(push.get("origin")).isEqualTo("live");
            assertThat(push.get("api_version")).isEqualTo("0.2");
            assertThat(push.get("action")).isEqualTo(action.wireName());
        });
    }

    @ParameterizedTest
    @EnumSource
    void shouldMakeTheSameOfALargeFrame(Action action) {
        SampleFrames.of(action).forEach((file, bytes) -> {
            Converted.Typed small = typed(bytes);

            Converted.Typed large = typed((" ".repeat(20_000) + new String(bytes, UTF_8)).getBytes(UTF_8));

            assertThat(large.value()).as(file).isEqualTo(small.value());
            assertThat(large.key()).isEqualTo(small.key());
        });
    }

    @Test
    void shouldStampWithTheConnectionOfEachFrame() {
        byte[] bytes = sample("agent_updated-1.json");
        List<String> stamped = Stream.of("c-1", "c-2", "c-2", "c-1")
                .map(id -> new Frame(id, 1, RECEIVED, null, Frame.Kind.TEXT, bytes))
                .map(frame -> ((Converted.Typed) converter.convert(frame)).record())
                .map(record -> (GenericRecord) record.get("push"))
                .map(push -> push.get("connection_id").toString())
                .toList();

        assertThat(stamped).containsExactly("c-1", "c-2", "c-2", "c-1");
    }

    @Test
    void shouldAnswerEverySampleWithARecordOrADeadLetter() {
        List<String> deadLetters = SampleFrames.all().entrySet().stream()
                .filter(sample -> convert(sample.getValue()) instanceof Converted.DeadLetter)
                .map(Map.Entry::getKey)
                .toList();

        assertThat(deadLetters)
                .containsExactly("edge-json_array_frame-1.txt", "edge-not_json-1.txt", "edge-truncated-1.txt");
    }

    @ParameterizedTest
    @CsvSource({
        "incoming_chat_thread-1.json, 59a16659-644a-54ff-a02f-12970cf86a83",
        "incoming_event-2.json, 59a16659-644a-54ff-a02f-12970cf86a83",
        "customer_updated-1.json, 58f4b8d5-f417-5d41-acbc-6aa334ecf46a",
        "agent_updated-2.json, piotr@shop.example",
        "agent_disconnected-1.json, own@shop.example",
        "incoming_broadcast-1.json, lena@shop.example",
        "edge-payload_null-1.json, server",
        "edge-payload_missing-1.json, ''",
        "edge-unknown_action-1.json, queue_rebalanced",
        "edge-agent_updated_v34-1.json, agent_updated",
    })
    void shouldKeyARecordAsPromised(String file, String key) {
        assertThat(key(convert(sample(file)))).isEqualTo(key);
    }

    @Test
    void shouldKeyABroadcastOfAnEmptyAuthorAsOneOfTheServer() {
        Converted.Typed typed =
                typed(frame("incoming_multicast", "{\"author_id\":\"\",\"content\":{\"name\":\"lc2\"}}"));

        assertThat(typed.key()).isEqualTo("server");
        assertThat(typed.record().get("author_id")).as("as LiveChat sent it").isEqualTo("");
    }

    @Test
    void shouldKeepAPushOfNoKnownActionWhole() {
        Converted.Other other = (Converted.Other) convert(sample("edge-payload_array-1.json"));

        assertThat(other.key()).isEqualTo("queue_positions_updated");
        assertThat(Leaves.parse((String) other.record().get("payload")))
                .isEqualTo(payload(sample("edge-payload_array-1.json")));
    }

    @Test
    void shouldTellAgentConfigurationFromRoutingStatus() {
        assertThat(convert(sample("edge-agent_updated_v34-1.json"))).isInstanceOf(Converted.Other.class);
        assertThat(convert(sample("agent_updated-1.json"))).isInstanceOf(Converted.Typed.class);
    }

    @Test
    void shouldUnwrapPropertyValues() {
        assertThat(properties("edge-properties_mixed-1.json"))
                .isEqualTo(Map.of(
                        "rating", Map.of("score", "0", "comment", "\"meh\""), "routing", Map.of("pinned", "true")));
        assertThat(properties("edge-properties_unwrapped-1.json"))
                .isEqualTo(Map.of("rating", Map.of("score", "1", "comment", "\"ok\"")));
        assertThat(properties("edge-properties_named_value-1.json")).isEqualTo(Map.of("rating", Map.of("value", "1")));
    }

    @Test
    void shouldReadTheNamesOfDeletedProperties() {
        Converted.Typed deleted = typed(sample("edge-properties_deleted-1.json"));

        assertThat(deleted.action()).isEqualTo(Action.CHAT_THREAD_PROPERTIES_UPDATED);
        assertThat(at(deleted.record(), "deleted_properties"))
                .isEqualTo(Map.of("rating", List.of("score", "comment"), "routing", List.of("pinned")));
        assertThat(deleted.record().get("properties")).isNull();
        assertThat(leftOver(deleted.record())).isEmpty();
        assertThat(typed(sample("chat_thread_properties_updated-1.json"))
                        .record()
                        .get("deleted_properties"))
                .isNull();
    }

    /** PROTOCOL 6.22: the name is misspelt at times. */
    @ParameterizedTest
    @ValueSource(strings = {"chat_properties_deleted", "chat_thread_properties_deleted", "thread_properties_deleted"})
    void shouldReadTheNamesOfDeletedPropertiesAlsoWhereTheirMemberIsMisspelt(String action) {
        GenericRecord deleted = typed(frame(action, "{\"chat_id\":\"c\",\"properites\":{\"rating\":[\"score\"]}}"))
                .record();

        assertThat(deleted.get("properties")).isNull();
        assertThat(at(deleted, "deleted_properties")).isEqualTo(Map.of("rating", List.of("score")));
        assertThat(leftOver(deleted)).isEmpty();
    }

    @Test
    void shouldReadScopesNestedOrNot() {
        GenericRecord nested = typed(sample("edge-scopes_nested-1.json")).record();

        assertThat(at(nested, "scopes_added", "groups")).isEqualTo(List.of(1L));
        assertThat(at(typed(sample("chat_scopes_updated-1.json")).record(), "scopes_added", "groups"))
                .isEqualTo(List.of(2L));
        assertThat(leftOver(typed(sample("edge-scopes_nested-1.json")).record()))
                .isEmpty();
    }

    @Test
    void shouldReadAThreadBesideTheChat() {
        assertThat(at(typed(sample("edge-thread_top_level-1.json")).record(), "chat", "thread", "order"))
                .isEqualTo(1L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"thread\":{\"id\":\"t\"},\"chat\":{\"id\":\"c\",\"users\":[]}}",
                "{\"chat\":{\"id\":\"c\",\"users\":[]},\"thread\":{\"id\":\"t\"}}"
            })
    void shouldJoinAChatAndTheThreadBesideIt(String payload) {
        Converted.Typed typed = typed(frame("incoming_chat_thread", payload));

        assertThat(typed.key()).isEqualTo("c");
        assertThat(at(typed.record(), "chat", "thread", "id")).isEqualTo("t");
        assertThat(leftOver(typed.record())).isEmpty();
    }

    @Test
    void shouldKeepASecondThreadOfAChat() {
        String payload = "{\"thread\":{\"id\":\"t\"},\"chat\":{\"id\":\"c\",\"thread\":{\"id\":\"u\"}}}";
        Converted.Typed typed = typed(frame("incoming_chat_thread", payload));

        assertThat(typed.key()).isEqualTo("c");
        assertThat(at(typed.record(), "chat", "thread", "id")).isEqualTo("t");
        assertThat(at(typed.record(), "chat", "extra")).isEqualTo(Map.of("thread", "{\"id\":\"u\"}"));
    }

    @Test
    void shouldReadAFlatCustomer() {
        Converted.Typed typed =
                typed(frame("customer_updated", "{\"id\":\"k1\",\"name\":\"Kim\",\"state\":\"browsing\"}"));

        assertThat(typed.key()).isEqualTo("k1");
        assertThat(at(typed.record(), "customer", "name")).isEqualTo("Kim");
        assertThat(at(typed.record(), "customer", "extra")).isEqualTo(Map.of("state", "\"browsing\""));
        assertThat(at(typed.record(), "extra")).isEqualTo(Map.of());
    }

    /** Wherever they stand, and whatever fits no field. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'x':1,'id':'k','y':2|x y|",
                "'x':1,'id':'k','name':{},'customer':5|customer name x|",
                "'x':1,'customer':{'id':'k','y':2},'z':3|y|x z",
                "'x':1,'id':'k','customer':{'y':2},'z':3|y|x z",
                "'x':1,'y':2||x y",
            })
    void shouldKeepWithTheCustomerWhatIsTheCustomers(String members, @Nullable String theirs, @Nullable String others) {
        GenericRecord record = typed(frame("customer_updated", "{" + members.replace('\'', '"') + "}"))
                .record();

        assertThat(record.get("customer") == null ? "" : names(at(record, "customer", "extra")))
                .isEqualTo(theirs == null ? "" : theirs);
        assertThat(names(at(record, "extra"))).isEqualTo(others == null ? "" : others);
    }

    private static String names(Object extra) {
        return ((Map<?, ?>) extra)
                .keySet().stream().map(String::valueOf).sorted().collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1510396015|2017-11-11T10:26:55Z",
                "\"1510396015\"|2017-11-11T10:26:55Z",
                "1510396015123|2017-11-11T10:26:55.123Z",
                "1510396015123456|2017-11-11T10:26:55.123456Z",
                "1.510396015e9|2017-11-11T10:26:55Z",
                "0|1970-01-01T00:00:00Z",
                "123456789|1973-11-29T21:33:09Z",
                "\"2019-10-11T09:41:00.877000+02:00\"|2019-10-11T07:41:00.877Z",
                "\"2019-10-11t07:41:00.000001z\"|2019-10-11T07:41:00.000001Z",
                "\"1970-01-01T01:00:00.000000Z\"|1970-01-01T01:00:00Z",
            })
    void shouldReadInstantsInAnyUnit(String json, Instant instant) {
        Converted.Typed typed = typed(frame(
                "last_seen_timestamp_updated", "{\"chat_id\":\"c\",\"user_id\":\"u\",\"timestamp\":" + json + "}"));

        assertThat(typed.record().get("timestamp"))
                .isEqualTo(instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000);
        assertThat(leftOver(typed.record())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"2025-22-10T11:00:00Z\"",
                "\"2019-10-11T07:41:00.1234567Z\"",
                "\"soon\"",
                "1.5",
                "true",
                "{\"a\":[1]}",
                "[1,2]",
                "99999999999999999999999999",
                "\"01510396015\"",
                "-9223372036854775808"
            })
    void shouldKeepWhatIsNoInstantAsText(String json) {
        Converted.Typed typed = typed(frame("last_seen_timestamp_updated", "{\"timestamp\":" + json + "}"));

        assertThat(typed.record().get("timestamp")).isNull();
        assertThat(at(typed.record(), "extra")).isEqualTo(Map.of("timestamp", json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"\"true\"|true", "\"FALSE\"|false", "true|true"})
    void shouldReadBooleansWrittenAsText(String json, boolean value) {
        Converted.Typed typed = typed(frame(
                "incoming_typing_indicator", "{\"chat_id\":\"c\",\"typing_indicator\":{\"is_typing\":" + json + "}}"));

        assertThat(at(typed.record(), "typing_indicator", "is_typing")).isEqualTo(value);
    }

    @Test
    void shouldKeepTheWholeArrayWhenAnElementDoesNotFit() {
        Converted.Typed typed = typed(frame(
                "incoming_chat_thread",
                "{\"chat\":{\"id\":\"c\",\"users\":[7,{\"id\":\"u\",\"present\":\"yes\"},null],\"thread\":\"t\"}}"));

        assertThat(at(typed.record(), "chat", "extra"))
                .isEqualTo(Map.of("users", "[7,{\"id\":\"u\",\"present\":\"yes\"},null]", "thread", "\"t\""));
        GenericRecord user = (GenericRecord) ((List<?>) at(typed.record(), "chat", "users")).get(0);
        assertThat(user.get("extra")).isEqualTo(Map.of("present", "\"yes\""));
    }

    @Test
    void shouldKeepMembersThatOnlyTheBridgeFills() {
        Converted.Typed typed = typed(bytes("{\"action\":\"customer_unbanned\",\"type\":\"push\",\"sequence\":9,"
                + "\"payload\":{\"customer_id\":\"k\",\"push\":{\"a\":1},\"extra\":[2]}}"));

        assertThat(typed.record().get("extra")).isEqualTo(Map.of("push", "{\"a\":1}", "extra", "[2]"));
        assertThat(at(typed.record(), "push", "sequence")).isEqualTo(42L);
        assertThat(at(typed.record(), "push", "extra")).isEqualTo(Map.of("sequence", "9"));
    }

    @Test
    void shouldKeepTheEnvelope() {
        Converted.Typed typed = typed(sample("edge-unknown_envelope_fields-1.json"));

        assertThat(at(typed.record(), "push", "api_version")).isEqualTo("3.6");
        assertThat(at(typed.record(), "push", "extra")).isEqualTo(Map.of("trace", "\"abc\""));
        assertThat(at(typed.record(), "extra")).isEqualTo(Map.of("__priv_x", "1"));
        assertThat(at(typed(sample("edge-push_with_request_id-1.json")).record(), "push", "request_id"))
                .isEqualTo("r-2");
    }

    @Test
    void shouldReadAPayloadThatComesBeforeItsAction() {
        Converted.Typed typed = typed(bytes("{\"payload\":{\"customer_id\":\"k\"},\"action\":\"customer_unbanned\"}"));

        assertThat(typed.key()).isEqualTo("k");
    }

    @Test
    void shouldKeepAPayloadThatIsNoObject() {
        assertThat(typed(frame("thread_closed", "[\"a\",{\"b\":1}]")).record().get("extra"))
                .isEqualTo(Map.of("payload", "[\"a\",{\"b\":1}]"));
    }

    @Test
    void shouldLetTheLastOfARepeatedMemberWinAndKeepTheOthers() {
        Converted.Typed typed = typed(sample("edge-duplicate_keys-1.txt"));

        assertThat(typed.record().get("customer_id")).isEqualTo("b");
        assertThat(typed.record().get("extra")).isEqualTo(Map.of("customer_id#1", "\"a\""));
        assertThat(typed(bytes("{\"action\":\"x\",\"action\":\"customer_unbanned\",\"payload\":5,"
                                + "\"payload\":{\"y\":1,\"y\":2,\"y#1\":3,\"y\":4}}"))
                        .record()
                        .get("extra"))
                .isEqualTo(Map.of("y", "4", "y#2", "1", "y#3", "2", "y#1", "3"));
    }

    @Test
    void shouldCallTheEarlierOfARepeatedMemberSoAlsoWhereItHasNoPlace() {
        Map<String, String> kept = Map.of("chat_id#1", "{\"a\":1}");
        Converted.Typed typed = typed(frame("thread_closed", "{\"chat_id\":{\"a\":1},\"chat_id\":\"c\"}"));

        assertThat(typed.key()).isEqualTo("c");
        assertThat(typed.record().get("extra")).isEqualTo(kept);
        assertThat(typed(frame("thread_closed", "{\"chat_id\":{\"a\":1},\"chat_id\":null}"))
                        .record()
                        .get("extra"))
                .isEqualTo(kept);
        assertThat(at(
                        typed(bytes("{\"action\":\"thread_closed\",\"request_id\":[],\"request_id\":\"r\"}"))
                                .record(),
                        "push",
                        "extra"))
                .isEqualTo(Map.of("request_id#1", "[]"));
    }

    /** There the earlier ones have no place: a name with a number is a name like any other. */
    @Test
    void shouldKeepAMapWholeInWhichANameComesAgain() {
        String properties =
                "{\"rating\":{\"score\":1,\"score#1\":7,\"score\":2},\"a\":{\"b\":{\"value\":1,\"value\":2}}}";
        String content = "{\"x\":1,\"x\":[{\"y\":1,\"y\":2}]}";
        String variables = "{\"agent\":\"Ada\",\"agent\":\"Kim\"}";

        GenericRecord record = typed(frame(
                        "incoming_event",
                        "{\"chat_id\":\"b\",\"chat_id\":\"c\",\"z\":" + content + ",\"event\":{\"properties\":"
                                + properties + ",\"text_vars\":" + variables + ",\"content\":" + content + "}}"))
                .record();

        assertThat(at(record, "extra")).isEqualTo(Map.of("chat_id#1", "\"b\"", "z", content));
        assertThat(at(record, "event", "properties"))
                .isEqualTo(Map.of(
                        "rating", Map.of("score", "2", "score#1", "7"), "a", Map.of("b", "{\"value\":1,\"value\":2}")));
        assertThat(at(record, "event", "text_vars")).isEqualTo(Map.of("agent", "Kim"));
        assertThat(at(record, "event", "content")).isEqualTo(content);
        assertThat(at(record, "event", "extra")).isEqualTo(Map.of("properties", properties, "text_vars", variables));
    }

    @Test
    void shouldKeepThePayloadOfAnotherPushAsItCame() {
        Converted.Other other = (Converted.Other)
                convert(bytes("{\"action\":\"x\",\"a\":1,\"a\":2,\"payload\":{\"b\":1,\"b\":{\"b\":2}}}"));

        assertThat(other.record().get("payload")).isEqualTo("{\"b\":1,\"b\":{\"b\":2}}");
    }

    @Test
    void shouldUnwrapTheLastOfRepeatedScopes() {
        Converted.Typed typed = typed(frame(
                "chat_scopes_updated",
                "{\"scopes_added\":{\"scopes\":{\"groups\":[1]},\"scopes\":{\"agents\":[\"a\"]}}}"));

        assertThat(((GenericRecord) at(typed.record(), "scopes_added")).get("groups"))
                .isNull();
        assertThat(at(typed.record(), "scopes_added", "agents")).isEqualTo(List.of("a"));
        assertThat(at(typed.record(), "scopes_added", "extra")).isEqualTo(Map.of("scopes#1", "{\"groups\":[1]}"));
    }

    @Test
    void shouldLetTheLastTypeAndActionWinToo() {
        Converted.Typed typed = typed(bytes("{\"type\":\"note\",\"type\":\"push\",\"action\":7,"
                + "\"action\":\"customer_unbanned\",\"payload\":{\"customer_id\":\"k\"}}"));

        assertThat(typed.key()).isEqualTo("k");
        assertThat(at(typed.record(), "push", "extra")).isEqualTo(Map.of("type#1", "\"note\"", "action#1", "7"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"0000-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59-00:01\"", "-62135596801", "\"-62135596801\""})
    void shouldKeepAnInstantThatHasNoYearOfFourDigitsAsText(String instant) {
        Converted.Typed typed = typed(frame("incoming_event", "{\"event\":{\"timestamp\":" + instant + "}}"));

        assertThat(((GenericRecord) at(typed.record(), "event")).get("timestamp"))
                .isNull();
        assertThat(at(typed.record(), "event", "extra")).isEqualTo(Map.of("timestamp", instant));
    }

    /** PROTOCOL 3.1 and 6.16: later versions call them otherwise. */
    @Test
    void shouldReadTheFieldsOfACustomerAsProperties() {
        GenericRecord flat = typed(
                        frame("customer_updated", "{\"id\":\"k\",\"fields\":{\"plan\":\"gold\",\"seats\":2}}"))
                .record();
        assertThat(at(flat, "customer", "properties")).isEqualTo(Map.of("plan", "\"gold\"", "seats", "2"));
        assertThat(at(flat, "customer", "extra")).isEqualTo(Map.of());

        GenericRecord nested = typed(frame(
                        "customer_updated",
                        "{\"customer\":{\"id\":\"k\",\"fields\":{\"plan\":\"gold\"},\"properties\":{\"seats\":2}}}"))
                .record();
        assertThat(at(nested, "customer", "properties")).isEqualTo(Map.of("plan", "\"gold\""));
        assertThat(at(nested, "customer", "extra"))
                .as("the other of two names")
                .isEqualTo(Map.of("properties", "{\"seats\":2}"));
    }

    /** PROTOCOL 3.1: an array of objects with a pair each, since version 3.2. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[{'plan':'gold'},{'seats':2}]|{'plan':'gold','seats':2}|",
                "[{'plan':'gold','seats':{'a':[1]}},{}]|{'plan':'gold','seats':{'a':[1]}}|",
                "[]|{}|",
                "[{'plan':'tin'},{'seats':2},{'plan':'gold'}]|{'plan':'gold','seats':2}|whole",
                "[{'plan':'tin','plan':'gold'}]|{'plan':'gold'}|whole",
                "[{'plan':'gold'},'seats']|{'plan':'gold'}|whole",
                "[{'plan':'gold'},{'\\ud800':1}]|{'plan':'gold'}|whole",
            })
    void shouldReadTheSessionFieldsOfACustomerAsProperties(String json, String read, @Nullable String whole) {
        String fields = json.replace('\'', '"');
        Map<String, String> properties = new TreeMap<>();
        Leaves.parse(read.replace('\'', '"'))
                .properties()
                .forEach(one -> properties.put(one.getKey(), one.getValue().toString()));
        String customer = "{\"id\":\"k\",\"session_fields\":" + fields + "}";
        Converted.Own snapshot = (Converted.Own) converter.convert(own(
                Frame.Kind.SNAPSHOT,
                "{\"action\":\"get_chat\",\"payload\":{\"entity\":\"chat\",\"id\":\"c\",\"chat\":{\"id\":\"c\",\"users\":["
                        + customer + "]}}}"));

        for (GenericRecord user : List.of(
                (GenericRecord) at(typed(frame("customer_updated", customer)).record(), "customer"),
                (GenericRecord) at(
                        typed(frame("customer_updated", "{\"customer\":" + customer + "}"))
                                .record(),
                        "customer"),
                (GenericRecord) ((List<?>) at(snapshot.record(), "chat", "users")).get(0))) {
            assertThat(at(user, "properties")).isEqualTo(properties);
            assertThat(at(user, "extra")).isEqualTo(whole == null ? Map.of() : Map.of("session_fields", fields));
        }
    }

    @Test
    void shouldReadTheAnswerOfAFilledFormAsItsValue() {
        GenericRecord record = typed(
                        frame(
                                "incoming_event",
                                "{\"event\":{\"fields\":[{\"answer\":\"Kim\"},{\"answer\":{\"id\":2}},{\"value\":\"a\",\"answer\":\"b\"}]}}"))
                .record();

        List<?> fields = (List<?>) at(record, "event", "fields");
        assertThat(at((GenericRecord) fields.get(0), "value")).isEqualTo("Kim");
        assertThat(((GenericRecord) fields.get(1)).get("value")).isNull();
        assertThat(at((GenericRecord) fields.get(1), "extra")).isEqualTo(Map.of("answer", "{\"id\":2}"));
        assertThat(at((GenericRecord) fields.get(2), "value")).isEqualTo("a");
        assertThat(at((GenericRecord) fields.get(2), "extra")).isEqualTo(Map.of("answer", "\"b\""));
    }

    @Test
    void shouldKeepTwoNamesOfOneField() {
        Converted.Typed typed = typed(frame(
                "incoming_event",
                "{\"event\":{\"timestamp\":1510396015,\"created_at\":\"2017-11-11T10:26:55.000000Z\"}}"));

        assertThat(at(typed.record(), "event", "timestamp")).isEqualTo(1_510_396_015_000_000L);
        assertThat(at(typed.record(), "event", "extra"))
                .isEqualTo(Map.of("created_at", "\"2017-11-11T10:26:55.000000Z\""));
    }

    @Test
    void shouldKeepALoneSurrogateAsItsEscape() {
        Converted.Typed typed =
                typed(frame("thread_closed", "{\"chat_id\":\"a\\ud800b\",\"user_id\":\"\\ud83d\\ude00\"}"));

        assertThat(typed.record().get("chat_id")).isEqualTo("a\uFFFDb");
        assertThat(typed.record().get("user_id")).isEqualTo("\uD83D\uDE00");
        assertThat(typed.record().get("extra")).isEqualTo(Map.of("chat_id", "\"a\\ud800b\""));
    }

    @Test
    void shouldReadAnEnvelopeWithEscapes() {
        assertThat(typed(bytes("{\"type\":\"pu\\u0073h\",\"action\":\"thread_close\\u0064\"}"))
                        .action())
                .isEqualTo(Action.THREAD_CLOSED);
        assertThat(((Converted.Other) convert(bytes("{\"action\":\"a\\ud800\"}"))).key())
                .isEqualTo("a\uFFFD");
    }

    @Test
    void shouldKeepANul() {
        assertThat(typed(frame("thread_closed", "{\"chat_id\":\"a\\u0000b\"}")).key())
                .isEqualTo("a\0b");
        assertThat(convert(bytes("{\"action\":\"thread_closed\",\"payload\":{\"chat_id\":\"a\0b\"}}")))
                .isInstanceOf(Converted.DeadLetter.class);
        assertThat(convert(bytes("\0{\"action\":\"x\"}"))).isInstanceOf(Converted.DeadLetter.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|an empty frame|0",
                "hello|not JSON: Unrecognized token 'hello'|0",
                "'  [1]'|JSON, but not an object|2",
                "42|JSON, but not an object|0",
                "{}|without the member \"action\"|0",
                "{\"action\":null,\"type\":\"push\"}|without the member \"action\"|0",
                "{\"action\":7}|\"action\" is not a string|10",
                "{\"action\":\"login\",\"type\":\"response\"}|the member \"type\" is \"response\"|25",
                "{\"action\":\"thread_closed\"} x|not JSON: Unrecognized token 'x'|27",
                "{\"action\":\"thread_closed\"}{}|something follows|26",
                "{\"action\":\"thread_closed\",\"payload\":{\"a\":|not JSON: Unexpected end-of-input|41",
                "{\"x\":1,\"x\":2,\"type\":\"note\",\"action\":\"a\"}|the member \"type\" is \"note\"|0",
                "{\"x\":1,\"x\":2,\"action\":\"a\"} {}|something follows|0",
                "{\"type\":\"push\",\"type\":\"note\",\"action\":\"a\"}|the member \"type\" is \"note\"|0",
                "{\"action\":\"a\",\"action\":7}|\"action\" is not a string|0",
            })
    void shouldSayWhyAndWhereAFrameIsNoPush(String frame, String reason, long position) {
        Converted.DeadLetter letter = (Converted.DeadLetter) convert(bytes(frame));

        assertThat(letter.reason()).contains(reason);
        assertThat(letter.position()).isEqualTo(position);
    }

    /** Overlong, which some readers take for a NUL. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"action\":\"x\",\"payload\":\"?\"}",
                "{\"a\":{},\"action\":\"x\",\"action\":\"y\",\"z\":\"?\"}"
            })
    void shouldRefuseWhatIsNoUtf8(String frame) {
        byte[] bytes = bytes(frame.replace("?", "??"));
        int at = frame.indexOf('?');
        bytes[at] = (byte) 0xC0;
        bytes[at + 1] = (byte) 0x80;

        assertThat(convert(bytes)).isInstanceOf(Converted.DeadLetter.class);
    }

    @Test
    void shouldRefuseAFrameWhoseRecordNoTopicWouldTake() {
        // An empty user is 3 bytes of JSON and 15 of Avro.
        String users = "{},".repeat(5_200_000);
        Converted.DeadLetter letter = (Converted.DeadLetter) convert(
                frame("chat_users_updated", "{\"chat_id\":\"A\",\"updated_users\":{\"added\":[" + users + "{}]}}"));

        assertThat(letter.reason()).isEqualTo("its record would be larger than 71 MiB, which no topic takes");
        assertThat(typed(frame("thread_closed", "{\"chat_id\":\"A\"}")).key()).isEqualTo("A");
    }

    @Test
    void shouldKeepTheStatusOfAnAgentThatIsConfiguredApart() {
        Converted configured = convert(frame("agent_updated", "{\"id\":\"a\",\"status\":\"accepting_chats\"}"));
        Converted set = convert(frame("routing_status_set", "{\"agent_id\":\"a\",\"status\":\"accepting_chats\"}"));

        assertThat(configured).isInstanceOf(Converted.Other.class);
        assertThat(set).isInstanceOf(Converted.Typed.class);
    }

    @Test
    void shouldRefuseABinaryFrame() {
        Frame frame = new Frame("c-7", 42, RECEIVED, null, Frame.Kind.BINARY, new byte[] {1, 2});

        assertThat(converter.convert(frame)).isInstanceOf(Converted.DeadLetter.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {10_000, 19_990, 30_000, 5_000_000})
    void shouldAnswerDeepNesting(int depth) {
        String deep = "[".repeat(depth) + "]".repeat(depth);
        for (String payload : List.of("{\"x\":" + deep + "}", deep, "{\"chat\":{\"users\":" + deep + "}}")) {
            Converted converted = convert(frame("incoming_chat_thread", payload));

            assertThat(converted)
                    .isInstanceOf(depth < MalformedJson.MAX_DEPTH ? Converted.Typed.class : Converted.DeadLetter.class);
        }
        assertThat(convert(bytes("{\"action\":\"x\",\"a\":1,\"a\":" + deep + "}")))
                .isInstanceOf(depth < MalformedJson.MAX_DEPTH ? Converted.Other.class : Converted.DeadLetter.class);
    }

    @Test
    void shouldUnwrapScopesOnce() {
        String deep = "{\"scopes\":".repeat(15_000) + "{}" + "}".repeat(15_000);
        Converted.Typed typed =
                typed(frame("chat_scopes_updated", "{\"chat_id\":\"c\",\"scopes_added\":" + deep + "}"));

        assertThat(typed.key()).isEqualTo("c");
        assertThat(String.valueOf(at(typed.record(), "scopes_added", "extra"))).contains("scopes");
    }

    @Test
    void shouldAnswerAFrameOfSixteenMebibytes() {
        String text = "é".repeat(8 << 20);

        Converted.Typed typed = typed(frame("incoming_event", "{\"event\":{\"text\":\"" + text + "\"},\"z\":1}"));

        assertThat(at(typed.record(), "event", "text")).isEqualTo(text);
        assertThat(typed.record().get("extra")).isEqualTo(Map.of("z", "1"));
    }

    private @Nullable Object properties(String file) {
        return typed(sample(file)).record().get("properties");
    }

    private static byte[] frame(String action, String payload) {
        return bytes("{\"action\":\"" + action + "\",\"type\":\"push\",\"payload\":" + payload + "}");
    }

    private static byte[] bytes(String frame) {
        return frame.getBytes(UTF_8);
    }

    private static byte[] sample(String file) {
        byte[] bytes = SampleFrames.all().get(file);
        if (bytes == null) {
            throw new AssertionError("no sample " + file);
        }
        return bytes;
    }

    @Test
    void shouldMakeASnapshotOfWhatWasAsked() {
        Converted converted = converter.convert(own(
                Frame.Kind.SNAPSHOT,
                "{\"action\":\"get_chat_threads\",\"payload\":{\"entity\":\"chat\",\"id\":\"c1\",\"chat\":{\"id\":\"c1\","
                        + "\"properites\":{\"a\":{\"b\":1}},\"thread\":{\"id\":\"t1\",\"active\":true,\"events\":[{\"id\":\"e\"}]},"
                        + "\"threads_summary\":[{\"thread_id\":\"t1\"}]}}}"));

        Converted.Own snapshot = (Converted.Own) converted;
        assertThat(snapshot.type()).isEqualTo(OwnRecord.SNAPSHOT);
        assertThat(snapshot.key()).isEqualTo("c1");
        GenericRecord push = (GenericRecord) snapshot.record().get("push");
        assertThat(push.get("origin")).isEqualTo("resync");
        assertThat(push.get("action")).isEqualTo("get_chat_threads");
        assertThat(push.get("sequence")).isEqualTo(42L);
        GenericRecord chat = (GenericRecord) snapshot.record().get("chat");
        assertThat(chat.get("properties")).hasToString("{a={b=1}}");
        assertThat(((GenericRecord) chat.get("thread")).get("active")).isEqualTo(true);
        assertThat(chat.get("extra")).hasToString("{threads_summary=[{\"thread_id\":\"t1\"}]}");
    }

    @Test
    void shouldMakeARecordOfAGap() {
        Converted converted = converter.convert(
                own(
                        Frame.Kind.GAP,
                        "{\"action\":\"gap\",\"payload\":{\"connection_id\":\"c-6\",\"opened_at\":\"2026-11-22T09:00:00.123456Z\","
                                + "\"cause\":\"silence\",\"retrying\":true,\"last_sequence\":41,\"resync\":{\"chats\":3,\"open_threads\":2,\"agents\":1,\"unknown\":[\"chat:c9\"]}}}"));

        Converted.Own gap = (Converted.Own) converted;
        assertThat(gap.type()).isEqualTo(OwnRecord.GAP);
        assertThat(gap.key()).isEqualTo("c-6");
        assertThat(gap.record().get("opened_at")).isEqualTo(1_795_338_000_123_456L);
        assertThat(gap.record().get("closed_at")).isNull();
        assertThat(gap.record().get("last_sequence")).isEqualTo(41L);
        assertThat(((GenericRecord) gap.record().get("resync")).get("chats")).isEqualTo(3L);
        assertThat(((GenericRecord) gap.record().get("push")).get("origin")).isEqualTo("bridge");
    }

    private static Frame own(Frame.Kind kind, String json) {
        return new Frame("c-7", 42, RECEIVED, null, kind, bytes(json));
    }

    private Converted convert(byte[] bytes) {
        return converter.convert(new Frame("c-7", 42, RECEIVED, "own@shop.example", Frame.Kind.TEXT, bytes));
    }

    private Converted.Typed typed(byte[] bytes) {
        Converted converted = convert(bytes);
        assertThat(converted).isInstanceOf(Converted.Typed.class);
        return (Converted.Typed) converted;
    }

    private static String key(Converted converted) {
        return converted instanceof Converted.Typed typed ? typed.key() : ((Converted.Other) converted).key();
    }

    private static JsonNode payload(byte[] bytes) {
        return Leaves.parse(new String(bytes, UTF_8)).path("payload");
    }

    /** The value at the end of a path of fields, all of which are filled. */
    private static Object at(GenericRecord record, String... path) {
        Object value = record;
        for (String name : path) {
            value = Objects.requireNonNull(((GenericRecord) value).get(name), name);
        }
        return value;
    }

    private static String leftOver(GenericRecord record) {
        StringBuilder found = new StringBuilder();
        collectExtra(record, found);
        return found.toString();
    }

    private static void collectExtra(@Nullable Object value, StringBuilder found) {
        if (value instanceof GenericData.Record record) {
            record.getSchema().getFields().forEach(field -> {
                if (field.name().equals("extra") && !((Map<?, ?>) record.get(field.pos())).isEmpty()) {
                    found.append(record.getSchema().getName()).append(record.get(field.pos()));
                }
                collectExtra(record.get(field.pos()), found);
            });
        } else if (value instanceof List<?> list) {
            list.forEach(item -> collectExtra(item, found));
        }
    }
}
