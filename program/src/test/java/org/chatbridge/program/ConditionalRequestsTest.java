package org.chatbridge.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConditionalRequestsTest {
    private final String page = "<p>Ayşe</p>".repeat(500);
    private final RunningService service = new RunningService(
            new Route("/page", request -> Response.text("text/html; charset=utf-8", page)),
            new Route("/huge", request -> Response.text("application/json", "\"" + "x".repeat(200_000) + "\"")));

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void shouldAnswerWhatIsKnownWithoutABody() throws Exception {
        // given
        HttpResponse<String> first = service.get("/page");
        String tag = first.headers().firstValue("ETag").orElseThrow();

        // when
        HttpResponse<String> second = service.get("/page", "If-None-Match", tag);

        // then
        assertThat(first.body()).isEqualTo(page);
        assertThat(second.statusCode()).isEqualTo(304);
        assertThat(second.body()).isEmpty();
        assertThat(second.headers().firstValue("ETag")).hasValue(tag);
        assertThat(service.send("HEAD", "/page", "If-None-Match", tag).statusCode())
                .isEqualTo(304);
    }

    @Test
    void shouldAnswerHeadAsGetWithoutTheBody() throws Exception {
        for (String path : List.of("/page", "/huge", "/nothing", "/health/live")) {
            for (String encoding : List.of("identity", "gzip")) {
                HttpResponse<String> get = service.get(path, "Accept-Encoding", encoding);
                HttpResponse<String> head = service.send("HEAD", path, "Accept-Encoding", encoding);
                assertThat(head.statusCode()).isEqualTo(get.statusCode());
                assertThat(head.body()).isEmpty();
                assertThat(headers(head)).isEqualTo(headers(get)).containsKey("content-length");
            }
        }
    }

    @Test
    void shouldCompressOnTheWire() throws Exception {
        String answer =
                service.raw("GET /huge HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n");
        assertThat(answer).contains("Content-Encoding: gzip").contains("Vary: Accept-Encoding");
        assertThat(answer.length()).isLessThan(3000);
    }

    private static Map<String, List<String>> headers(HttpResponse<String> response) {
        Map<String, List<String>> headers = new TreeMap<>(response.headers().map());
        headers.remove("date");
        return headers;
    }
}
