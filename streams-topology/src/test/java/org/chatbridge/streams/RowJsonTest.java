package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.chatbridge.avro.view.BroadcastRow;

class RowJsonTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What can stand in a string of JSON text one after the other. */
    @Provide
    Arbitrary<String> strings() {
        return Arbitraries.of(
                        "\\ud83d",
                        "\\uD83D",
                        "\\ude00",
                        "\\uDE00",
                        "\\ud83d\\ude00",
                        "\\u00e9",
                        "\\n",
                        "\\\\",
                        "\\\"",
                        "u",
                        "ud83d",
                        "de00",
                        "é",
                        "\uD83D\uDE00",
                        "/")
                .list()
                .ofMaxSize(12)
                .map(parts -> '"' + String.join("", parts) + '"');
    }

    @Property
    void shouldWriteJsonTextThatEveryParserReads(@ForAll("strings") String text) throws Exception {
        String written = content("{" + text + ":[" + text + ",1.50]}");

        String readable = JSON.readValue(text, String.class).replaceAll("[\\ud800-\\udfff]", "\uFFFD");
        assertThat(JSON.readTree(written).fieldNames().next()).isEqualTo(readable);
        assertThat(JSON.readTree(written).path(readable).path(0).textValue()).isEqualTo(readable);
    }

    @Example
    void shouldWriteOtherJsonTextAsItIs() throws Exception {
        for (String text : List.of("[1.50, \"\\u00e9\\ud83d\\ude00\"]", "{ \"a\" : \"\\\\ud83d\" }")) {
            assertThat(content(text)).isEqualTo(text);
        }
    }

    /** As a record of another producer may have, or of LiveChat's where it is too deep: all rows around it are read all the same. */
    @Example
    void shouldWriteWhatIsNoJsonAsAString() throws Exception {
        for (String text : List.of(
                "facebook", "", " ", "NaN", "1 2", "{\"a\":", "\"", "[1,]", "[".repeat(1_000) + "]".repeat(1_000))) {
            assertThat(JSON.readTree(content(text)).textValue()).isEqualTo(text);
        }
    }

    private static String content(String text) throws JsonProcessingException {
        String row = RowJson.text(new BroadcastRow("c1/1", null, null, text, Instant.EPOCH));
        assertThat(JSON.readTree(row).has("received_at")).isTrue();
        return row.substring(row.indexOf("\"content\":") + 10, row.indexOf(",\"received_at\""));
    }
}
