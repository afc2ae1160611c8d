package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JsonTextTest {
    private static final JsonFactory JACKSON = new JsonFactory();

    /** Right as often as wrong, and by little. */
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.lazyOf(this::values, this::values, this::parts).injectDuplicates(0.1);
    }

    private Arbitrary<String> values() {
        return Arbitraries.lazyOf(
                this::parts,
                this::parts,
                () -> parts().map(name -> '"' + name + '"'),
                () -> values().list().ofMaxSize(3).map(items -> '[' + String.join(",", items) + ']'),
                () -> values().list().ofMaxSize(3).map(items -> "{\"\\n\":" + String.join(" ,\"b\" :\t", items) + '}'));
    }

    private Arbitrary<String> parts() {
        return Arbitraries.of(
                        "1",
                        "0",
                        "-",
                        "+",
                        ".",
                        "e",
                        "E",
                        "12",
                        "true",
                        "false",
                        "null",
                        "NaN",
                        "\"",
                        "\"a\"",
                        "'",
                        "\\",
                        "\\u",
                        "00e9",
                        "\\\"",
                        "\\n",
                        "\\x",
                        "\uD83D\uDE00",
                        "\u0000",
                        "\t",
                        "\n",
                        "\u00a0",
                        " ",
                        "{}",
                        "[]",
                        "[",
                        "]",
                        "{",
                        "}",
                        ",",
                        ":",
                        "/*",
                        "facebook",
                        "\uff11")
                .list()
                .ofMaxSize(3)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 5_000)
    void shouldTakeWhatAParserTakes(@ForAll("texts") String text) throws IOException {
        assertThat(JsonText.isOne(text)).as("<%s>", text).isEqualTo(isOneForJackson(text));
    }

    @Example
    void shouldTakeNothingThatReadersStumbleOver() {
        assertThat(JsonText.isOne(nested(400))).isTrue();
        assertThat(JsonText.isOne(nested(401))).isFalse();
        assertThat(JsonText.isOne("[".repeat(1_000_000))).isFalse();
        assertThat(JsonText.isOne("[" + "7".repeat(1_000) + "]")).isTrue();
        assertThat(JsonText.isOne("[" + "7".repeat(1_001) + "]")).isFalse();
    }

    private static String nested(int levels) {
        return "{\"a\":[".repeat(levels / 2) + "[1]".repeat(levels % 2) + "]}".repeat(levels / 2);
    }

    private static boolean isOneForJackson(String text) throws IOException {
        try (JsonParser parser = JACKSON.createParser(text)) {
            int values = 0;
            while (parser.nextToken() != null) {
                values += parser.getParsingContext().inRoot() ? 1 : 0;
            }
            return values == 1;
        } catch (JsonProcessingException e) {
            return false;
        }
    }
}
