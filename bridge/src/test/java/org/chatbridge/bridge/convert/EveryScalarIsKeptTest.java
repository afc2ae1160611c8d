package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.Nullables;
import org.chatbridge.schema.WireFormat;
import org.jspecify.annotations.Nullable;

/**
 * Whatever a payload holds, all its scalars are in the record: payloads are drawn from the schemas and then spoilt, by
 * wrong types, unknown members, other names and odd values.
 */
class EveryScalarIsKeptTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final FrameConverter converter = new FrameConverter("0.2");

    @Property(tries = 2_000)
    void shouldKeepEveryScalar(@ForAll Action action, @ForAll("seeds") long seed) throws Exception {
        ObjectNode payload = new Payloads(new Random(seed)).of(action.schema(), 0);

        Converted converted = convert(action, payload.toString());

        GenericRecord record =
                converted instanceof Converted.Typed typed ? typed.record() : ((Converted.Other) converted).record();
        assertThat(
                        converted instanceof Converted.Typed
                                ? Leaves.missing(payload, record)
                                : Leaves.missing(payload, Leaves.parse((String) record.get("payload"))))
                .as("lost of %s in %s", payload, record)
                .isEmpty();
        if (converted instanceof Converted.Typed typed) {
            assertThat(typed.drift()).as("what is in extra of %s", record).isEqualTo(extra(record));
        }
        assertThat(roundTrip(record)).isEqualTo(record);
    }

    /** Leaves nothing out of an object that has members twice either, and invents no name for it. */
    @Property(tries = 500)
    void shouldKeepEveryScalarOfRepeatedMembers(@ForAll Action action, @ForAll("seeds") long seed) throws Exception {
        Random random = new Random(seed);
        String payload = repeating(new Payloads(random).of(action.schema(), 0), random);

        Converted converted = convert(action, payload);

        if (converted instanceof Converted.Typed typed) {
            GenericRecord record = typed.record();
            assertThat(Leaves.missing(Leaves.ofText(payload), record))
                    .as("lost of %s in %s", payload, record)
                    .isEmpty();
            assertThat(invented(record)).as("of %s", payload).isEmpty();
            assertThat(roundTrip(record)).isEqualTo(record);
        } else {
            assertThat(((Converted.Other) converted).record().get("payload")).hasToString(payload);
        }
    }

    /** JSON text in which some members stand twice. */
    private static String repeating(JsonNode json, Random random) {
        if (json.isObject()) {
            List<String> members = new ArrayList<>();
            json.properties().forEach(member -> {
                String name = JSON.textNode(member.getKey()) + ":";
                if (random.nextInt(8) == 0) {
                    members.add(name + "{\"x\":" + random.nextInt() + ",\"x\":\"" + random.nextInt() + "\"}");
                }
                members.add(name + repeating(member.getValue(), random));
            });
            return "{" + String.join(",", members) + "}";
        }
        List<String> elements = new ArrayList<>();
        json.forEach(element -> elements.add(repeating(element, random)));
        return json.isArray() ? "[" + String.join(",", elements) + "]" : json.toString();
    }

    /** Names that no payload has, below the members of {@code extra}, which may have such. */
    private static List<String> invented(@Nullable Object value) {
        List<String> found = new ArrayList<>();
        if (value instanceof GenericRecord record) {
            record.getSchema()
                    .getFields()
                    .forEach(field -> found.addAll(invented(
                            field.name().equals("extra")
                                    ? List.copyOf(((Map<?, ?>) record.get(field.pos())).values())
                                    : record.get(field.pos()))));
        } else if (value instanceof Map<?, ?> map) {
            map.keySet().forEach(name -> found.addAll(invented(name)));
            map.values().forEach(entry -> found.addAll(invented(entry)));
        } else if (value instanceof List<?> list) {
            list.forEach(item -> found.addAll(invented(item)));
        } else if (String.valueOf(value).contains("#")) {
            found.add(String.valueOf(value));
        }
        return found;
    }

    private static int extra(@Nullable Object value) {
        if (value instanceof GenericRecord record) {
            return record.getSchema().getFields().stream()
                    .mapToInt(field -> field.name().equals("extra")
                            ? ((Map<?, ?>) record.get(field.pos())).size()
                            : extra(record.get(field.pos())))
                    .sum();
        }
        return value instanceof List<?> list
                ? list.stream().mapToInt(EveryScalarIsKeptTest::extra).sum()
                : 0;
    }

    @Property(tries = 5_000)
    void shouldAnswerAnyText(@ForAll("almostJson") String text) {
        assertThat(converter.convert(frame(text.getBytes(UTF_8)))).isNotNull();
    }

    @Property(tries = 2_000)
    void shouldAnswerAnyBytes(@ForAll byte[] bytes) {
        assertThat(converter.convert(frame(bytes))).isInstanceOf(Converted.DeadLetter.class);
    }

    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.longs();
    }

    /** Frames with some stretch cut out, doubled or replaced. */
    @Provide
    Arbitrary<String> almostJson() {
        Arbitrary<String> frames = Combinators.combine(Arbitraries.of(Action.class), Arbitraries.longs())
                .as((action, seed) -> envelope(
                        action,
                        new Payloads(new Random(seed)).of(action.schema(), 0).toString()));
        return Combinators.combine(
                        frames,
                        Arbitraries.doubles().between(0, 1),
                        Arbitraries.doubles().between(0, 1),
                        Arbitraries.of("", "\"", "{", "}", "[", "]", ",", ":", "\\", "\0", "\u00e9", "null", "1e9999"))
                .as((frame, from, to, replacement) -> {
                    int a = (int) (Math.min(from, to) * frame.length());
                    int b = (int) (Math.max(from, to) * frame.length());
                    return frame.substring(0, a) + replacement + (b - a > 40 ? frame.substring(a) : frame.substring(b));
                });
    }

    private Converted convert(Action action, String payload) {
        return converter.convert(frame(envelope(action, payload).getBytes(UTF_8)));
    }

    /** Under one of the names that the action has in some version, the same for the same payload. */
    private static String envelope(Action action, String payload) {
        List<String> names = new ArrayList<>(action.successors());
        names.add(action.wireName());
        String name = names.get(Math.floorMod(payload.hashCode(), names.size()));
        return "{\"action\":\"" + name + "\",\"type\":\"push\",\"payload\":" + payload + "}";
    }

    private static Frame frame(byte[] bytes) {
        return new Frame("c", 1, 0, "own", Frame.Kind.TEXT, bytes);
    }

    private static GenericRecord roundTrip(GenericRecord record) throws Exception {
        byte[] bytes = new WireFormat.Writer<GenericRecord>(
                        1, new GenericDatumWriter<GenericRecord>(record.getSchema())::write)
                .write(record);
        GenericData data = new GenericData();
        data.setFastReaderEnabled(false);
        return new GenericDatumReader<GenericRecord>(record.getSchema(), record.getSchema(), data)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));
    }

    /** Payloads as a schema has them, with one value in eight spoilt. */
    private record Payloads(Random random) {
        ObjectNode of(Schema schema, int depth) {
            ObjectNode object = JSON.objectNode();
            for (Schema.Field field : schema.getFields()) {
                if (!field.name().equals("push") && !field.name().equals("extra") && random.nextInt(10) < 8) {
                    object.set(nameOf(field), random.nextInt(8) == 0 ? anything(0) : valueOf(field, depth));
                }
            }
            for (int i = random.nextInt(3); i > 0; i--) {
                object.set(oneOf("__priv_x", "new_" + i, "push", "extra", "value", "scopes", "id"), anything(0));
            }
            return object;
        }

        private String nameOf(Schema.Field field) {
            return field.getObjectProp("livechat.aliases") instanceof List<?> aliases && random.nextBoolean()
                    ? String.valueOf(aliases.get(random.nextInt(aliases.size())))
                    : field.name();
        }

        private JsonNode valueOf(Schema.Field field, int depth) {
            String form = field.getProp("livechat.form");
            Schema schema = Nullables.valueOf(field.schema());
            if (form != null) {
                return form.equals("properties") ? properties() : anything(0);
            }
            return valueOf(schema, depth);
        }

        private JsonNode valueOf(Schema schema, int depth) {
            return switch (schema.getType()) {
                case RECORD -> of(schema, depth + 1);
                case ARRAY -> {
                    ArrayNode array = JSON.arrayNode();
                    for (int i = random.nextInt(3); i > 0; i--) {
                        array.add(random.nextInt(10) == 0 ? anything(0) : valueOf(schema.getElementType(), depth));
                    }
                    yield array;
                }
                case MAP ->
                    JSON.objectNode()
                            .<ObjectNode>set("a", valueOf(schema.getValueType(), depth))
                            .set("b", anything(1));
                case BOOLEAN -> random.nextBoolean() ? JSON.booleanNode(true) : JSON.textNode("false");
                case LONG -> schema.getLogicalType() == null ? number() : instant();
                default -> JSON.textNode(text());
            };
        }

        private JsonNode properties() {
            ObjectNode namespace = JSON.objectNode();
            namespace.set("score", anything(1));
            namespace.set("comment", JSON.objectNode().set("value", anything(0)));
            namespace.set("value", anything(0));
            return JSON.objectNode().set(text(), namespace);
        }

        private JsonNode anything(int depth) {
            return switch (random.nextInt(depth > 2 ? 6 : 9)) {
                case 0 -> JSON.nullNode();
                case 1 -> JSON.booleanNode(random.nextBoolean());
                case 2 -> JSON.textNode(text());
                case 3 -> number();
                case 4 -> instant();
                case 5 ->
                    JSON.numberNode(new BigDecimal(BigInteger.valueOf(random.nextLong()), random.nextInt(40) - 20));
                case 6 -> JSON.arrayNode().add(anything(depth + 1)).add(anything(depth + 1));
                case 7 -> JSON.objectNode().set("value", anything(depth + 1));
                default -> JSON.objectNode().put("id", text()).set("value", anything(depth + 1));
            };
        }

        private JsonNode number() {
            return switch (random.nextInt(5)) {
                case 0 -> JSON.numberNode(new BigInteger(90, random));
                case 1 -> JSON.textNode(Long.toString(random.nextLong()));
                case 2 -> JSON.textNode("00" + random.nextInt(99));
                default -> JSON.numberNode(random.nextLong() >> random.nextInt(64));
            };
        }

        private JsonNode instant() {
            return switch (random.nextInt(5)) {
                case 0 -> JSON.numberNode(1_510_396_015_000L + random.nextInt());
                case 1 -> JSON.textNode(Integer.toString(1_510_396_015 + random.nextInt(1000)));
                case 2 -> JSON.textNode("2019-10-11T09:41:00." + oneOf("0", "877000", "1234567") + "+02:00");
                case 3 -> JSON.textNode("2025-22-10T11:00:00Z");
                default -> JSON.numberNode(1_510_396_015 + random.nextInt(1000));
            };
        }

        private String text() {
            return oneOf("", "a", "Zo\u00eb <b>", "\uD83D\uDE00", "a\0b", "true", "12", "x".repeat(random.nextInt(300)))
                    + (random.nextBoolean() ? Integer.toString(random.nextInt(1000)) : "");
        }

        private String oneOf(String... choices) {
            return Arrays.asList(choices).get(random.nextInt(choices.length));
        }
    }

    /** Keeps the oracle honest: it must see a scalar that is not there. */
    @Example
    void shouldNoticeAScalarThatIsLost() {
        Converted.Typed typed = (Converted.Typed) convert(Action.THREAD_CLOSED, "{\"chat_id\":\"c\",\"x\":1}");
        GenericRecord record = typed.record();
        record.put("extra", Map.of());

        assertThat(Leaves.missing(Leaves.parse("{\"chat_id\":\"c\",\"x\":1}"), record))
                .hasSize(1);
    }
}
