package org.chatbridge.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepresentationTest {
    private static final Response SMALL = Response.text("application/json", "{\"a\":1}");
    private static final Response LARGE = Response.text("text/html; charset=utf-8", "<p>".repeat(1000));

    @Test
    void shouldTagTheSameBodyTheSame() {
        // when
        Response sent = Representation.of(SMALL, null, null);

        // then
        assertThat(sent.headers())
                .containsEntry("Cache-Control", "private, no-cache")
                .containsEntry("Vary", "Accept-Encoding");
        assertThat(tag(sent)).matches("W/\"[A-Za-z0-9_-]{16}\"").isEqualTo(tag(Representation.of(SMALL, null, null)));
        assertThat(tag(sent))
                .isNotEqualTo(tag(Representation.of(Response.text("application/json", "{\"a\":2}"), null, null)));
    }

    @Test
    void shouldSayWhatHasNotChanged() {
        String tag = tag(Representation.of(SMALL, null, null));
        for (String had : new String[] {tag, tag.substring(2), "\"x\", " + tag, "W/\"a,b\"," + tag, "*"}) {
            Response sent = Representation.of(SMALL, had, "gzip");
            assertThat(sent.status()).as(had).isEqualTo(304);
            assertThat(sent.body()).isEmpty();
            assertThat(sent.headers())
                    .containsEntry("ETag", tag)
                    .containsEntry("Vary", "Accept-Encoding")
                    .doesNotContainKey("Content-Encoding");
        }
        for (String had : new String[] {"\"x\"", "", "x", tag.substring(3, 10)}) {
            assertThat(Representation.of(SMALL, had, null).status()).as(had).isEqualTo(200);
        }
    }

    @Test
    void shouldTakeTheTagThatTheHandlerGives() {
        Response early = rowAndLag(1, 7);
        Response late = rowAndLag(1, 9);

        assertThat(new String(late.body(), StandardCharsets.UTF_8)).isEqualTo("{\"row\":1,\"lag\":9}");
        assertThat(tag(Representation.of(early, null, null)))
                .isEqualTo(tag(Representation.of(late, null, null)))
                .isNotEqualTo(tag(Representation.of(rowAndLag(2, 9), null, null)));
        assertThat(tag(Representation.of(early.withTag("v7"), null, null))).isEqualTo("W/\"v7\"");
        assertThat(tag(Representation.of(early.with(Map.of("ETag", "\"own\"")), null, null)))
                .isEqualTo("\"own\"");
        assertThat(Representation.of(early.with(Map.of("ETag", "\"own\"")), "\"own\"", null)
                        .status())
                .isEqualTo(304);
        assertThatThrownBy(() -> early.withTag("a\"b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldTagNothingElse() {
        for (Response untagged : new Response[] {
            SMALL.withoutTag(),
            Response.json(503, json -> json.writeString("x")),
            Response.text("text/plain", "x"),
            HttpProblem.notFound("x").response()
        }) {
            Response sent = Representation.of(untagged, "*", null);
            assertThat(sent.status()).isEqualTo(untagged.status());
            assertThat(sent.headers()).doesNotContainKey("ETag").containsEntry("Cache-Control", "no-store");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br, gzip", "deflate, GZIP;q=0.5, br", "gzip ; q=1.0", "gzip;q=0.001"})
    void shouldCompressForOneWhoTakesIt(String acceptEncoding) throws Exception {
        Response sent = Representation.of(LARGE, null, acceptEncoding);
        assertThat(sent.headers()).containsEntry("Content-Encoding", "gzip").containsEntry("Vary", "Accept-Encoding");
        assertThat(sent.body().length).isLessThan(200);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(sent.body())).readAllBytes())
                .isEqualTo(LARGE.body());
        assertThat(tag(sent)).isEqualTo(tag(Representation.of(LARGE, null, null)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "br", "identity", "gzip;q=0", "gzip;q=0.000", "x-gzip2", "notgzip", "gzip;q=x"})
    void shouldNotCompressForOneWhoDoesNot(String acceptEncoding) {
        assertThat(Representation.of(LARGE, null, acceptEncoding).headers()).doesNotContainKey("Content-Encoding");
    }

    @Test
    void shouldNotCompressWhatIsSmallOrOfAnotherKind() {
        assertThat(Representation.of(SMALL, null, "gzip").headers()).doesNotContainKey("Content-Encoding");
        Response image = new Response(200, "image/png", new byte[5000], Map.of());
        assertThat(Representation.of(image, null, "gzip").headers()).doesNotContainKeys("Content-Encoding", "Vary");
    }

    private static Response rowAndLag(int row, int lag) {
        return Response.json(
                json -> {
                    json.writeStartObject();
                    json.writeNumberField("row", row);
                },
                json -> {
                    json.writeNumberField("lag", lag);
                    json.writeEndObject();
                });
    }

    private static String tag(Response sent) {
        return sent.headers().getOrDefault("ETag", "none");
    }
}
