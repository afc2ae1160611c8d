package org.chatbridge.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServiceTest {
    private static final List<String> REASONS = new CopyOnWriteArrayList<>();
    private static final List<String> AMISS = new CopyOnWriteArrayList<>();
    private static final PrometheusMetrics METRICS = new PrometheusMetrics();
    private static final HttpService SERVICE = new HttpService(
            "http.listen",
            new HostPort("127.0.0.1", 0),
            List.of(
                    new Route(
                            "/v1/boats/{boat_id}",
                            request -> Response.json(json -> {
                                json.writeStartObject();
                                json.writeStringField("boat_id", request.pathParameter("boat_id"));
                                json.writeStringField(
                                        "colour",
                                        request.queryParameter("colour").orElse("none"));
                                json.writeEndObject();
                            })),
                    new Route("/v1/strict", request -> {
                        request.allowOnly(Set.of("limit"));
                        return Response.text("text/plain", "ok");
                    }),
                    new Route("/v1/none", request -> {
                        throw HttpProblem.notFound("no boat called Ayşe");
                    }),
                    new Route("/v1/later", request -> {
                        throw HttpProblem.unavailable("the store is being restored", Duration.ofSeconds(2));
                    }),
                    new Route("/v1/elsewhere", request -> {
                        throw HttpProblem.misdirected("views-2:8080", "the row is kept by views-2:8080");
                    }),
                    new Route("/v1/broken", request -> {
                        throw new IOException("inner secret");
                    })),
            new Readiness() {
                @Override
                public List<String> reasonsNotReady() {
                    return REASONS;
                }

                @Override
                public List<String> amiss() {
                    return AMISS;
                }
            },
            METRICS);

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        METRICS.start();
        SERVICE.start();
    }

    @AfterAll
    static void stop() {
        SERVICE.close();
        METRICS.close();
    }

    @Test
    void shouldAnswerWithPathAndQueryParameters() throws Exception {
        // when
        HttpResponse<String> response = get("/v1/boats/m%C3%BCller%40example.com?colour=blue");

        // then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(response.body()).isEqualTo("{\"boat_id\":\"müller@example.com\",\"colour\":\"blue\"}");
    }

    @Test
    void shouldAcceptAnIdThatHoldsASlash() throws Exception {
        assertThat(get("/v1/boats/a%2Fb%25c").body()).contains("\"boat_id\":\"a/b%c\"");
        assertThat(get("/v1/boats/%2F").body()).contains("\"boat_id\":\"/\"");
        assertThat(get("/v1/boats/a%2F").body()).contains("\"boat_id\":\"a/\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/v1/boats/", "/v1/boats/1/", "/v1/strict/", "/health/live/", "/health/ready/", "/metrics/"})
    void shouldKnowAPathInOneSpelling(String path) throws Exception {
        assertProblem(
                send("GET", path),
                404,
                "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"there is nothing at "
                        + path + "\"}");
    }

    @Test
    void shouldAnswerHeadWithoutABody() throws Exception {
        // when
        HttpResponse<String> response = send("HEAD", "/v1/boats/1");

        // then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void shouldNameAnUnknownParameter() throws Exception {
        assertProblem(
                get("/v1/strict?limt=3"),
                400,
                "{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,"
                        + "\"detail\":\"limt: unknown parameter; known are limit\",\"parameter\":\"limt\"}");
    }

    @Test
    void shouldRefuseAParameterGivenTwice() throws Exception {
        assertThat(get("/v1/boats/1?colour=a&colour=b").body()).contains("colour: given 2 times, expected once");
    }

    @ParameterizedTest
    @ValueSource(strings = {"colour=%zz", "colour=blue%", "colour=%4", "colour=%ff", "colour=%C3", "colour=%+1"})
    void shouldRefuseAParameterThatIsHalfEncoded(String query) throws Exception {
        // when: no client library would send this
        String answer = raw("GET /v1/boats/1?" + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        // then
        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json")
                .endsWith("\"detail\":\"colour: expected UTF-8, percent-encoded\",\"parameter\":\"colour\"}");
    }

    @Test
    void shouldReadAQueryAsFormsWriteIt() throws Exception {
        assertThat(get("/v1/boats/1?&&colour=dark+bl%C3%BCe%2b&").body()).contains("\"colour\":\"dark blüe+\"");
        assertThat(get("/v1/strict?&").statusCode()).isEqualTo(200);
        assertThat(get("/v1/strict?limit").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldSayThatThereIsNoSuchRow() throws Exception {
        assertProblem(
                get("/v1/none"),
                404,
                "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"no boat called Ayşe\"}");
    }

    @Test
    void shouldSayThatThereIsNoSuchPath() throws Exception {
        assertProblem(
                get("/v2/x"),
                404,
                "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"there is nothing at /v2/x\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "PROPFIND", "get"})
    void shouldSayWhichMethodsAreAnswered(String method) throws Exception {
        // when
        HttpResponse<String> response = send(method, "/v1/strict");

        // then
        assertProblem(
                response,
                405,
                "{\"type\":\"about:blank\",\"title\":\"Method Not Allowed\",\"status\":405," + "\"detail\":\"" + method
                        + " is not answered here; GET and HEAD are\"}");
        assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }

    @Test
    void shouldSayThatThereIsNoSuchPathWhateverTheMethod() throws Exception {
        for (String method : List.of("POST", "OPTIONS", "PROPFIND")) {
            assertProblem(
                    send(method, "/v2/x"),
                    404,
                    "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
                            + "\"detail\":\"there is nothing at /v2/x\"}");
        }
    }

    @Test
    void shouldBeginNoSessionForWhoWantsAWebSocket() throws Exception {
        String request = String.join(
                "\r\n",
                "GET /v1/boats/1 HTTP/1.1",
                "Host: x",
                "Connection: Upgrade, close",
                "Upgrade: websocket",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13",
                "",
                "");
        assertThat(raw(request))
                .startsWith("HTTP/1.1 404")
                .contains("\"detail\":\"no WebSocket is spoken here\"")
                .doesNotContain("Set-Cookie");
    }

    @Test
    void shouldSayWhenToAskAgain() throws Exception {
        // when
        HttpResponse<String> response = get("/v1/later");

        // then
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(response.body()).contains("\"detail\":\"the store is being restored\"");
    }

    @Test
    void shouldNameTheHostThatHasTheRow() throws Exception {
        assertThat(get("/v1/elsewhere").body()).contains("\"status\":421").contains("\"host\":\"views-2:8080\"");
    }

    @Test
    void shouldHideWhyItFailed() throws Exception {
        // when
        HttpResponse<String> response = get("/v1/broken");

        // then
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body())
                .contains("unexpected error; the log has more under ")
                .doesNotContain("secret");
    }

    @Test
    void shouldAnswerRubbishWithAProblemToo() throws Exception {
        // when: no client library would send this
        String answer = raw("GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        // then
        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json")
                .contains("\"status\":400");
    }

    @ParameterizedTest
    @CsvSource({
        "'GET / HTTP/1.1\r\nHost: x\r\nExpect: 200-ok', 417, Expectation Failed",
        "'GET / HTTP/2.0\r\nHost: x', 426, Upgrade Required",
        "'GET / HTTP/1.7\r\nHost: x', 505, HTTP Version Not Supported"
    })
    void shouldPutEveryStatusInWords(String request, int status, String title) throws Exception {
        assertThat(raw(request + "\r\n\r\n")).contains("\"title\":\"" + title + "\",\"status\":" + status);
    }

    @Test
    void shouldSayWhatIsTooLong() throws Exception {
        assertProblem(
                get("/v1/boats/" + "a".repeat(66_000)),
                414,
                "{\"type\":\"about:blank\",\"title\":\"URI Too Long\",\"status\":414,"
                        + "\"detail\":\"the address is too long\"}");
        assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(66_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431")
                .contains("\"title\":\"Request Header Fields Too Large\"")
                .contains("\"detail\":\"the headers are too large\"");
    }

    @Test
    void shouldTakeWhatManyPartitionsMakeLong() throws Exception {
        assertThat(get("/v1/boats/1?colour=" + "a".repeat(20_000)).statusCode()).isEqualTo(200);
        assertThat(raw("GET /v1/boats/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: " + "a".repeat(20_000)
                        + "\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void shouldBeAlive() throws Exception {
        HttpResponse<String> response = get("/health/live");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"status\":\"up\"}");
    }

    @Test
    void shouldTellWhyItIsNotReady() throws Exception {
        assertThat(get("/health/ready").body()).isEqualTo("{\"status\":\"ready\",\"reasons\":[]}");
        assertThat(get("/metrics").body()).contains("\nchatbridge_ready 1.0\n");
        REASONS.add("Kafka does not answer");
        try {
            HttpResponse<String> response = get("/health/ready");
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).isEqualTo("{\"status\":\"not_ready\",\"reasons\":[\"Kafka does not answer\"]}");
            assertThat(get("/metrics").body()).contains("\nchatbridge_ready 0.0\n");
        } finally {
            REASONS.clear();
        }
    }

    @Test
    void shouldTellWhatIsAmissThoughItIsReady() throws Exception {
        AMISS.add("Kafka does not allow it");
        try {
            HttpResponse<String> response = get("/health/ready");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("{\"status\":\"ready\",\"reasons\":[\"Kafka does not allow it\"]}");
        } finally {
            AMISS.clear();
        }
    }

    @Test
    void shouldExposeTheMetricsOfTheProcess() throws Exception {
        HttpResponse<String> response = get("/metrics");
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
        assertThat(response.body()).contains("jvm_memory_used_bytes").contains("process_uptime_seconds");
    }

    @Test
    void shouldTellHowLongAnswersTakeByRouteAndStatus() throws Exception {
        // when
        get("/v1/boats/titanic");
        get("/v1/none");
        get("/v1/nowhere");
        get("/health/live");

        // then
        String boats = "chatbridge_http_requests_seconds_count{route=\"/v1/boats/{boat_id}\",status=\"200\"}";
        String none = "chatbridge_http_requests_seconds_count{route=\"/v1/none\",status=\"404\"}";
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (!METRICS.scrape().contains(none) && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(10); // an answer is there before its time is written down
        }
        assertThat(METRICS.scrape()).contains(boats, none).doesNotContain("nowhere", "/health/live");
    }

    @Test
    void shouldNameTheSettingWhereThePortIsTaken() {
        // given
        HostPort taken = new HostPort("127.0.0.1", SERVICE.port());
        HttpService second = new HttpService("http.listen", taken, List.of(), List::of, METRICS);

        // when / then
        assertThatThrownBy(second::start)
                .isInstanceOf(HttpService.CannotListenException.class)
                .hasMessageStartingWith("http.listen=" + taken + ": cannot listen there: ");
    }

    @Test
    void shouldHaveTheAddressBeforeItAnswersAndGiveItBack() throws Exception {
        HttpService first = service();
        first.prepare();
        first.start();
        HostPort taken = new HostPort("127.0.0.1", first.port());
        first.close();
        HttpService second = new HttpService("http.listen", taken, List.of(), List::of, METRICS);
        HttpService third = new HttpService("http.listen", taken, List.of(), List::of, METRICS);

        second.prepare();
        assertThatThrownBy(third::prepare).isInstanceOf(HttpService.CannotListenException.class);
        second.close();
        assertThatCode(third::prepare).doesNotThrowAnyException();
        third.close();
    }

    private static HttpService service() {
        return new HttpService("http.listen", new HostPort("127.0.0.1", 0), List.of(), List::of, METRICS);
    }

    @Test
    void shouldSayThatItsOwnNameIsNoneThatLeadsAnywhere() {
        HttpService lost =
                new HttpService("http.listen", new HostPort("no-such-host.invalid", 0), List.of(), List::of, METRICS);

        assertThatThrownBy(lost::start)
                .isInstanceOf(HttpService.CannotListenException.class)
                .hasMessageStartingWith("http.listen=no-such-host.invalid:0: cannot listen there: no such host; ");
    }

    private static void assertProblem(HttpResponse<String> response, int status, String body) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(response.body()).isEqualTo(body);
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), SERVICE.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path);
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + SERVICE.port() + path);
        return client.send(
                HttpRequest.newBuilder(uri)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
