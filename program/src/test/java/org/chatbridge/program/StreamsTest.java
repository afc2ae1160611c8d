package org.chatbridge.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.chatbridge.program.EventStream.End;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StreamsTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final BlockingQueue<EventStream> opened = new ArrayBlockingQueue<>(1000);
    private final BlockingQueue<End> ended = new ArrayBlockingQueue<>(1000);
    private final Route route = Route.stream("/v1/changes", (request, stream) -> {
        stream.onEnd(ended::add);
        opened.add(stream);
    });

    @Test
    void shouldSendWhatIsPushedInOrder() throws Exception {
        try (RunningService service = new RunningService(route)) {
            // when
            CompletableFuture<HttpResponse<InputStream>> answer = open(service);
            EventStream stream = opened.take();
            assertThat(stream.send(bytes(":\n\n"))).isTrue();
            HttpResponse<InputStream> response = answer.get();

            // then
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
            assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(response.headers().firstValue("Content-Length")).isEmpty();
            assertThat(read(response, 3)).isEqualTo(":\n\n");
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < 1000; i++) {
                expected.append("data: ").append(i).append("\n\n");
                stream.send(bytes("data: " + i + "\n\n"));
            }
            assertThat(read(response, expected.length())).isEqualTo(expected.toString());
            stream.end();
            assertThat(response.body().read()).isEqualTo(-1);
            assertThat(ended.take()).isEqualTo(End.ENDED);
            assertThat(stream.send(bytes("more"))).isFalse();
            assertThat(service.metrics()).contains("chatbridge_http_streams_open 0.0");
        }
    }

    @Test
    void shouldEndAfterWhatWasSent() throws Exception {
        byte[] large = new byte[3_000_000];
        Arrays.fill(large, (byte) 'x');
        try (RunningService service = new RunningService(Route.stream("/v1/changes", (request, stream) -> {
            stream.send(large);
            stream.end();
        }))) {
            assertThat(service.get("/v1/changes").body()).hasSize(large.length);
        }
    }

    @Test
    void shouldAnswerAProblemBeforeTheFirstChunk() throws Exception {
        try (RunningService service = new RunningService(
                route,
                Route.stream("/thrown", (request, stream) -> {
                    stream.onEnd(ended::add);
                    throw HttpProblem.badParameter("view", "unknown");
                }),
                Route.stream("/broken", (request, stream) -> {
                    throw new IOException("secret");
                }))) {
            HttpResponse<String> thrown = service.get("/thrown");
            assertThat(thrown.statusCode()).isEqualTo(400);
            assertThat(thrown.headers().firstValue("Content-Type")).hasValue(HttpProblem.CONTENT_TYPE);
            assertThat(ended.take()).isEqualTo(End.ENDED);
            assertThat(service.get("/broken").statusCode()).isEqualTo(500);
            assertThat(service.get("/broken").body()).doesNotContain("secret");

            CompletableFuture<HttpResponse<InputStream>> answer = open(service);
            EventStream later = opened.take();
            assertThat(later.refuse(HttpProblem.unavailable("behind", LONG))).isTrue();
            assertThat(answer.get().statusCode()).isEqualTo(503);
            assertThat(answer.get().headers().firstValue("Retry-After")).hasValue("30");
            assertThat(ended.take()).isEqualTo(End.ENDED);
            assertThat(later.send(bytes("x"))).isFalse();
        }
    }

    @Test
    void shouldRefuseNoMoreOnceAChunkWasSent() throws Exception {
        try (RunningService service = new RunningService(route)) {
            CompletableFuture<HttpResponse<InputStream>> answer = open(service);
            EventStream stream = opened.take();
            stream.send(bytes("x"));
            assertThat(stream.refuse(HttpProblem.notFound("no"))).isFalse();
            stream.end();
            assertThat(answer.get().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shouldGiveUpOnAStreamThatDoesNotBegin() throws Exception {
        HttpLimits hasty = new HttpLimits(2, 2, 1024, Duration.ofMillis(100), LONG);
        try (RunningService service = new RunningService(hasty, route)) {
            HttpResponse<String> response = service.get("/v1/changes");
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).contains("there was no answer within 100 ms");
        }
    }

    @Test
    void shouldAnswerHeadWithTheHeadersAlone() throws Exception {
        try (RunningService service = new RunningService(Route.stream("/v1/changes", (request, stream) -> {
            stream.onEnd(ended::add);
            stream.send(bytes("data: 1\n\n"));
        }))) {
            String answer = service.raw("HEAD /v1/changes HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(answer)
                    .startsWith("HTTP/1.1 200")
                    .contains("Content-Type: text/event-stream")
                    .doesNotContain("Content-Length")
                    .endsWith("\r\n\r\n");
            assertThat(ended.take()).isEqualTo(End.ENDED);
        }
    }

    @Test
    void shouldCutAReaderForWhomTooMuchWaits() throws Exception {
        HttpLimits small = new HttpLimits(2, 2, 100_000, LONG, LONG);
        try (RunningService service = new RunningService(small, route);
                Socket reader = service.socket("GET /v1/changes HTTP/1.1\r\nHost: x\r\n\r\n")) {
            // when: nobody reads
            EventStream stream = opened.take();
            byte[] chunk = new byte[10_000];
            int sent = 0;
            while (stream.send(chunk)) {
                sent++;
            }

            // then
            assertThat(sent).isGreaterThanOrEqualTo(10);
            assertThat(ended.take()).isEqualTo(End.TOO_SLOW);
            assertThat(service.metrics())
                    .contains("chatbridge_http_streams_ended_total{why=\"too_slow\"} 1.0")
                    .contains("chatbridge_http_streams_open 0.0");
            assertEndsInTheMiddle(reader);
        }
    }

    @Test
    void shouldCutAReaderThatTakesNothing() throws Exception {
        HttpLimits hasty = new HttpLimits(2, 2, 1024, LONG, Duration.ofMillis(300));
        try (RunningService service = new RunningService(hasty, route);
                Socket reader = service.socket("GET /v1/changes HTTP/1.1\r\nHost: x\r\n\r\n")) {
            // when: a single chunk, more than the network holds
            assertThat(opened.take().send(new byte[20_000_000])).isTrue();

            // then
            assertThat(ended.take()).isEqualTo(End.TOO_SLOW);
            assertEndsInTheMiddle(reader);
        }
    }

    @Test
    void shouldNotCutAReaderThatHasNothingToTake() throws Exception {
        HttpLimits hasty = new HttpLimits(2, 2, 1024, Duration.ofMillis(100), Duration.ofMillis(100));
        try (RunningService service = new RunningService(hasty, route)) {
            CompletableFuture<HttpResponse<InputStream>> answer = open(service);
            EventStream stream = opened.take();
            stream.send(bytes("a"));
            assertThat(read(answer.get(), 1)).isEqualTo("a");
            assertThat(ended.poll(800, TimeUnit.MILLISECONDS)).isNull();
            stream.send(bytes("b"));
            assertThat(read(answer.get(), 1)).isEqualTo("b");
        }
    }

    @Test
    void shouldTellThatTheClientHasGone() throws Exception {
        try (RunningService service = new RunningService(route)) {
            EventStream stream;
            try (Socket reader = service.socket("GET /v1/changes HTTP/1.1\r\nHost: x\r\n\r\n")) {
                stream = opened.take();
                stream.send(bytes("a"));
                assertThat(reader.getInputStream().read()).isEqualTo('H');
            }
            // when: heartbeats
            End end = null;
            for (int i = 0; i < 100 && end == null; i++) {
                stream.send(bytes(":\n\n"));
                end = ended.poll(100, TimeUnit.MILLISECONDS);
            }

            // then
            assertThat(end).isEqualTo(End.CLIENT_GONE);
        }
    }

    @Test
    void shouldRefuseMoreStreamsThanItMayHave() throws Exception {
        HttpLimits one = new HttpLimits(1, 1, 1024, LONG, LONG);
        try (RunningService service =
                new RunningService(one, route, new Route("/now", request -> Response.text("text/plain", "now")))) {
            CompletableFuture<HttpResponse<InputStream>> answer = open(service);
            EventStream stream = opened.take();
            stream.send(bytes("a"));
            assertThat(answer.get().statusCode()).isEqualTo(200);

            // when
            HttpResponse<String> second = service.get("/v1/changes");

            // then: a stream is no request under way
            assertThat(second.statusCode()).isEqualTo(503);
            assertThat(second.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(second.body()).contains("no more than 1 streams are answered at a time");
            assertThat(service.get("/now").statusCode()).isEqualTo(200);
            stream.end();
            assertThat(ended.take()).isEqualTo(End.ENDED);
            CompletableFuture<HttpResponse<InputStream>> third = open(service);
            opened.take().end();
            assertThat(third.get().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shouldEndAllStreamsWhenItStops() throws Exception {
        try (RunningService service = new RunningService(route)) {
            CompletableFuture<HttpResponse<InputStream>> answer = open(service);
            EventStream stream = opened.take();
            stream.send(bytes("a"));
            assertThat(read(answer.get(), 1)).isEqualTo("a");
            CompletableFuture<HttpResponse<InputStream>> unbegun = open(service);
            opened.take();

            // when
            service.stop();

            // then
            assertThat(answer.get().body().read()).isEqualTo(-1);
            assertThat(unbegun.get().statusCode()).isEqualTo(503);
            assertThat(ended.take()).isEqualTo(End.STOPPED);
            assertThat(ended.take()).isEqualTo(End.STOPPED);
        }
    }

    @Test
    void shouldLetAProducerWithMuchToSendWaitForItsReader() throws Exception {
        int chunks = 500;
        HttpLimits small = new HttpLimits(2, 2, 100_000, LONG, LONG);
        Queue<byte[]> rest = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < chunks; i++) {
            rest.add(new byte[90_000]);
        }
        try (RunningService service = new RunningService(small, Route.stream("/v1/changes", (request, stream) -> {
            stream.onEnd(ended::add);
            sendNext(stream, rest);
        }))) {
            assertThat(service.get("/v1/changes").body()).hasSize(chunks * 90_000);
            assertThat(ended.take()).isEqualTo(End.ENDED);
        }
    }

    private static void sendNext(EventStream stream, Queue<byte[]> rest) {
        byte[] next = rest.poll();
        if (next == null) {
            stream.end();
        } else if (stream.send(next)) {
            stream.whenWritten(() -> sendNext(stream, rest));
        }
    }

    @Test
    void shouldServeManyReadersWithFewThreads() throws Exception {
        // given
        int readers = 200;
        int chunks = 100;
        StringBuilder expected = new StringBuilder();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        try (RunningService service = new RunningService(route)) {
            HttpClient client = HttpClient.newHttpClient();
            for (int i = 0; i < readers; i++) {
                HttpRequest request =
                        HttpRequest.newBuilder(service.uri("/v1/changes")).build();
                answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
            }
            EventStream[] streams = new EventStream[readers];
            for (int i = 0; i < readers; i++) {
                streams[i] = opened.take();
            }

            // when
            for (int i = 0; i < chunks; i++) {
                String event = "id: " + i + "\ndata: " + "x".repeat(i * 37) + "\n\n";
                byte[] chunk = bytes(event);
                expected.append(event);
                for (EventStream stream : streams) {
                    assertThat(stream.send(chunk)).isTrue();
                }
            }
            for (EventStream stream : streams) {
                stream.end();
            }

            // then
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                assertThat(answer.get().body()).isEqualTo(expected.toString());
            }
            assertThat(Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().startsWith("http-"))
                            .count())
                    .isLessThanOrEqualTo(40);
        }
    }

    private static void assertEndsInTheMiddle(Socket reader) {
        assertThatThrownBy(() -> {
                    byte[] all = reader.getInputStream().readAllBytes();
                    // A whole answer in chunks ends with an empty one.
                    assertThat(new String(all, StandardCharsets.ISO_8859_1)).doesNotEndWith("\r\n0\r\n\r\n");
                    throw new IOException("ended");
                })
                .isInstanceOf(IOException.class);
    }

    private static CompletableFuture<HttpResponse<InputStream>> open(RunningService service) {
        return HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(service.uri("/v1/changes")).build(),
                        HttpResponse.BodyHandlers.ofInputStream());
    }

    private static String read(HttpResponse<InputStream> response, int length) throws IOException {
        return new String(response.body().readNBytes(length), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
