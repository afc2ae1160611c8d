package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.chatbridge.program.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListAnswerTest {
    private static final String FRESHNESS =
            "\"freshness\":{\"served_by\":\"active\",\"offset_lag\":1,\"upstream\":\"streaming\",\"last_push_at\":null}";

    private final ListAnswer answers = new ListAnswer("gaps");

    @Test
    void shouldReadWhatItWrote() throws Exception {
        // given
        Part part = new Part(
                List.of(row("a", "{\"x\":\"}]\u00e9\uD83D\uDE00\\\"\"}"), row("b", "{\"y\":{\"z\":[1,{}]}}")),
                "bc",
                Set.of(3, 1),
                new Position(Map.of(new TopicPartition("livechat.gaps", 3), 17L)),
                new Freshness(
                        StoreReader.ServedBy.STANDBY,
                        OptionalLong.empty(),
                        Upstream.State.STOPPED,
                        Optional.of(Instant.parse("2026-11-22T10:00:00Z"))));

        // when
        Part read = answers.fromPeer(answers.toPeer(part).body(), Set.of(1, 2, 3));

        // then
        assertThat(read.upTo()).isEqualTo("bc");
        assertThat(read.partitions()).containsExactlyInAnyOrder(1, 3);
        assertThat(read.position()).isEqualTo(part.position());
        assertThat(read.freshness()).isEqualTo(part.freshness());
        assertThat(read.rows()).extracting(Part.Row::key).containsExactly("a", "b");
        for (int i = 0; i < 2; i++) {
            assertThat(text(read.rows().get(i))).isEqualTo(text(part.rows().get(i)));
        }
    }

    @ParameterizedTest
    @MethodSource("largeValues")
    void shouldReadAsLargeValuesAsTheBridgeTakes(String json) throws Exception {
        // given
        Part part = new Part(
                List.of(row("a", json)),
                null,
                Set.of(1),
                Position.NONE,
                new Freshness(
                        StoreReader.ServedBy.ACTIVE, OptionalLong.of(0), Upstream.State.STREAMING, Optional.empty()));

        // when
        Part read = answers.fromPeer(answers.toPeer(part).body(), Set.of(1));

        // then
        assertThat(text(read.rows().get(0))).isEqualTo(json);
    }

    static List<String> largeValues() {
        return List.of(
                "{\"x\":" + "[".repeat(15_000) + "]".repeat(15_000) + "}",
                "{\"x\":" + "7".repeat(100_000) + "}",
                "{\"" + "x".repeat(100_000) + "\":1}",
                "{\"x\":\"" + "y".repeat(21_000_000) + "\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no JSON",
                "[]",
                "{}",
                "{\"gaps\":[],\"keys\":[],\"partitions\":[1],\"next_cursor\":null,\"position\":\"\"}",
                "{\"gaps\":[{}],\"keys\":[],\"partitions\":[1],\"next_cursor\":null,\"position\":\"\",#}",
                "{\"gaps\":[],\"keys\":[],\"partitions\":[1],\"next_cursor\":\"x\",\"position\":\"\",#}",
                "{\"gaps\":[],\"keys\":[],\"partitions\":[9],\"next_cursor\":null,\"position\":\"\",#}",
                "{\"gaps\":[],\"keys\":[],\"partitions\":[1],\"next_cursor\":null,\"position\":\"x\",#}",
                "{\"gaps\":[],\"keys\":[],\"partitions\":[1],\"next_cursor\":null,\"position\":\"\",#",
                "{\"gaps\":[{\"x\":1],\"keys\":[\"a\"],\"partitions\":[1],\"next_cursor\":null,\"position\":\"\",#}",
                "{\"gaps\":3,\"keys\":[],\"partitions\":[1],\"next_cursor\":null,\"position\":\"\",#}"
            })
    void shouldNotTakeAnythingElse(String body) {
        assertThatThrownBy(() ->
                        answers.fromPeer(body.replace("#", FRESHNESS).getBytes(StandardCharsets.UTF_8), Set.of(1, 2)))
                .isInstanceOf(ListAnswer.GarbledException.class);
    }

    private static Part.Row row(String key, String json) {
        return new Part.Row(key, generator -> generator.writeRawValue(json));
    }

    private static String text(Part.Row row) {
        return new String(Json.bytes(row.body()), StandardCharsets.UTF_8);
    }
}
