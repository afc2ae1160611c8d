package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.chatbridge.avro.Push;
import org.chatbridge.bridge.frames.Utf8;
import org.chatbridge.schema.SampleFrames;

/** Takes for JSON what Jackson does, and finds the same in it. */
class JsonInputTest {
    /** Most names that are in samples: used for one object after the other, since it looks for what came last time first. */
    private static final NameTable<String> NAMES = new NameTable<>(SampleFrames.all().values().stream()
            .flatMap(bytes -> Pattern.compile("\"(\\w+)\"\\s*:")
                    .matcher(new String(bytes, UTF_8))
                    .results())
            .map(found -> found.group(1))
            .distinct()
            .filter(name -> name.length() % 5 != 0)
            .collect(Collectors.toMap(Function.identity(), Function.identity())));

    private static final List<String> BITS = List.of(
            "\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\\",
            "\\u00e9",
            "\\n",
            "\\\"",
            "\\x",
            "\\u12",
            "null",
            "nul",
            "true",
            "1e9",
            "-0",
            "1.5",
            "1.",
            ".5",
            "-",
            "01",
            "1E+7",
            "123456789012345678901",
            " ",
            "\n",
            "\t",
            "\u00e9",
            "\ud83d\ude00",
            "\u0001",
            "\"a\":1,",
            "\"\\u0061ction\":\"x\",",
            "{}",
            "[]",
            "[1,[2,{\"a\":[]}]],",
            "//",
            "'a'");

    @Property(tries = 5_000)
    void shouldReadWhatJacksonReads(@ForAll("spoilt") String object) throws Exception {
        assertThat(own(object)).as(object).isEqualTo(jackson(object));
    }

    /** Jackson calls the number malformed, for nothing may follow it without a space: a frame it is in neither case. */
    @Example
    void shouldRefuseWhatFollowsTheFrame() throws Exception {
        for (String more : List.of("-0}", "{}", "x", "\"")) {
            assertThat(own("{}" + more)).isEqualTo(jackson("{}" + more)).endsWith("and more");
        }
    }

    @Example
    void shouldSeeInAStringWhatMayNotStandForItselfWhereverItIs() throws Exception {
        List<String> bits = List.of(
                "", "\"", "\\", "\\\\", "\\\"", "\0", "\u001f", " ", "!", "#", "\u007f", "\u00e9", "\ud83d\ude00");
        for (int before = 0; before < 18; before++) {
            for (int after = 0; after < 18; after++) {
                for (String bit : bits) {
                    String text = "x".repeat(before) + bit + "y".repeat(after);
                    String object = "{\"" + text + "\":\"" + text + "\"}";
                    assertThat(own(object)).as(object).isEqualTo(jackson(object));
                }
            }
        }
    }

    @Property(tries = 5_000)
    void shouldRefuseWhatIsNoUtf8(@ForAll("spoilt") String object, @ForAll long seed) throws Exception {
        Random random = new Random(seed);
        byte[] text = object.getBytes(UTF_8);
        int at = random.nextInt(text.length + 1);
        byte[] some = new byte[random.nextInt(4)];
        for (int i = 0; i < some.length; i++) {
            some[i] = (byte) (0x80 + random.nextInt(0x80));
        }
        byte[] bytes = ByteBuffer.allocate(text.length + some.length)
                .put(text, 0, at)
                .put(some)
                .put(text, at, text.length - at)
                .array();

        if (Utf8.isValid(bytes)) {
            assertThat(own(bytes)).isEqualTo(jackson(new String(bytes, UTF_8)));
        } else {
            assertThat(own(bytes)).last().isIn("malformed", "and more");
        }
    }

    @Example
    void shouldLeaveATextOnlyWhereItHasNoEscapes() {
        assertThat(leavesText("\"" + "x".repeat(100_000) + "\"")).isTrue();
        assertThat(leavesText("\"\\u0041\"")).isFalse();
    }

    private static boolean leavesText(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        JsonInput in = new JsonInput();
        in.begin(bytes, 0, bytes.length, true);
        in.next();
        return in.leaveText(new Slots(new RecordPlan(Push.getClassSchema())), 0);
    }

    @Example
    void shouldRefuseDeeperNestingThanThereMayBe() throws Exception {
        String most = nested(MalformedJson.MAX_DEPTH);
        assertThat(own(most)).hasSameSizeAs(jackson(most)).isNotEqualTo(List.of("malformed"));
        assertThat(own(nested(MalformedJson.MAX_DEPTH + 1))).containsExactly("malformed");
    }

    /** Objects with up to three stretches or values cut, replaced or put in. */
    @Provide
    Arbitrary<String> spoilt() {
        List<byte[]> samples = List.copyOf(SampleFrames.all().values());
        return Arbitraries.longs().map(seed -> {
            Random random = new Random(seed);
            String text = new String(samples.get(random.nextInt(samples.size())), UTF_8);
            for (int left = random.nextInt(4); left > 0; left--) {
                int from = random.nextInt(text.length() + 1);
                int to = Math.min(text.length(), from + random.nextInt(9));
                int colon = text.indexOf(':', from);
                int comma = text.indexOf(',', colon);
                if (random.nextBoolean() && colon >= 0 && comma >= 0) { // a whole value
                    from = colon + 1;
                    to = comma;
                }
                text = text.substring(0, from) + BITS.get(random.nextInt(BITS.size())) + text.substring(to);
            }
            // Whether something may follow a number without a space is asked of the elements of objects and arrays
            // alone.
            return "{\"frame\":" + text + "}";
        });
    }

    private static String nested(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }

    /**
     * Each token with its text; one word where the text is not JSON. What follows a whole value makes it none in any case, be it JSON
     * itself or not.
     */
    private static List<String> own(String text) {
        return own(text.getBytes(UTF_8));
    }

    private static List<String> own(byte[] bytes) {
        JsonInput in = new JsonInput();
        in.begin(bytes, 0, bytes.length, true);
        List<String> tokens = new ArrayList<>();
        boolean whole = false;
        try {
            in.next();
            value(in, tokens);
            whole = true;
            if (in.next() != null) {
                tokens.add("and more");
            }
        } catch (MalformedJson e) {
            if (!whole) {
                return List.of("malformed");
            }
            tokens.add("and more");
        }
        return tokens;
    }

    /** Without recursion, as deep as it may be. */
    private static void value(JsonInput in, List<String> tokens) {
        List<JsonToken> open = new ArrayList<>();
        List<NameTable.Entry<String>> members = new ArrayList<>();
        JsonToken token = in.token();
        while (token != null) {
            tokens.add(token + (token.isScalarValue() ? " " + in.text() : ""));
            if (token.isStructStart()) {
                open.add(token);
                members.add(NAMES.start());
            } else if (token.isStructEnd()) {
                open.remove(open.size() - 1);
                members.remove(members.size() - 1);
            }
            if (open.isEmpty()) {
                return;
            }
            if (open.get(open.size() - 1) == JsonToken.START_ARRAY) {
                token = in.next();
            } else {
                NameTable.Entry<String> member = NAMES.next(in, members.get(members.size() - 1));
                if (member == null) {
                    token = JsonToken.END_OBJECT;
                } else {
                    members.set(members.size() - 1, member);
                    tokens.add("FIELD_NAME " + in.text());
                    assertThat(member.value()).isEqualTo(NAMES.get(in)).isIn(in.text(), null);
                    token = in.next();
                }
            }
        }
    }

    private static List<String> jackson(String text) throws IOException {
        List<String> tokens = new ArrayList<>();
        int open = 0;
        try (JsonParser parser = MalformedJson.FACTORY.createParser(text.getBytes(UTF_8))) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (open == 0 && !tokens.isEmpty()) {
                    tokens.add("and more");
                    return tokens;
                }
                tokens.add(
                        token + (token.isScalarValue() || token == JsonToken.FIELD_NAME ? " " + parser.getText() : ""));
                open += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            }
        } catch (JacksonException e) {
            if (open > 0 || tokens.isEmpty()) {
                return List.of("malformed");
            }
            tokens.add("and more");
        }
        return tokens;
    }
}
