package org.chatbridge.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpSecurityTest {
    private static final Route DATA = Route.stream("/data", (request, stream) -> {
        stream.send("data: 1\n\n".getBytes(StandardCharsets.UTF_8));
        stream.end();
    });
    private static final Route PAGE = new Route("/page", request -> Response.text("text/html; charset=utf-8", "<p>")
            .with(Map.of("Content-Security-Policy", "default-src 'self'")));

    @TempDir
    Path directory;

    @Test
    void shouldTellBrowsersWhatMustNotBeDone() throws Exception {
        HttpOptions guarded = new HttpOptions(HttpLimits.defaults(), List.of(), null, tokens("t"));
        try (RunningService open = new RunningService(DATA, PAGE);
                RunningService service = new RunningService(guarded, DATA, PAGE)) {
            for (HttpResponse<String> response : List.of(
                    open.get("/data"),
                    open.get("/page"),
                    open.get("/page", "If-None-Match", "*"),
                    open.get("/nothing"),
                    open.send("POST", "/page"),
                    open.get("/page/" + "a".repeat(10_000)),
                    service.get("/page"))) {
                assertThat(response.headers().map())
                        .as("%s", response)
                        .containsEntry("x-content-type-options", List.of("nosniff"))
                        .containsEntry("referrer-policy", List.of("no-referrer"))
                        .containsEntry("x-frame-options", List.of("DENY"))
                        .containsEntry("cross-origin-resource-policy", List.of("same-origin"))
                        .containsEntry("cross-origin-opener-policy", List.of("same-origin"));
            }
            assertThat(open.get("/data").headers().allValues("Content-Security-Policy"))
                    .containsExactly("default-src 'none'; frame-ancestors 'none'");
            assertThat(open.get("/page").headers().allValues("Content-Security-Policy"))
                    .containsExactly("default-src 'self'");
        }
    }

    @Test
    void shouldLetInWhoHasAToken() throws Exception {
        HttpOptions guarded = new HttpOptions(HttpLimits.defaults(), List.of(), null, tokens("s3cret"));
        try (RunningService service = new RunningService(guarded, DATA, PAGE)) {
            assertThat(service.get("/data", "Authorization", "Bearer s3cret").body())
                    .isEqualTo("data: 1\n\n");
            assertThat(service.get("/data", "Authorization", "bearer  s3cret").statusCode())
                    .isEqualTo(200);
            assertThat(service.get("/data", "Cookie", "a=b; chatbridge_token=s3cret")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(service.send("HEAD", "/page", "Authorization", "Bearer s3cret")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(service.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(service.get("/health/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    @Timeout(30)
    void shouldTellWhoseTokenWasTakenOutNothingMore() throws Exception {
        Path file = tokens("s3cret");
        Files.writeString(file, TokensFileTest.line("one", "s3cret") + "\n" + TokensFileTest.line("two", "other"));
        Route stream = Route.stream("/stream", (request, opened) -> opened.send("data: 1\n\n".getBytes(UTF_8)));
        HttpOptions guarded = new HttpOptions(HttpLimits.defaults(), List.of(), null, file);
        try (RunningService service = new RunningService(guarded, stream);
                Socket out = service.socket("GET /stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer s3cret\r\n\r\n");
                Socket in = service.socket("GET /stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer other\r\n\r\n")) {
            in.setSoTimeout(2_000);
            assertThat(new String(out.getInputStream().readNBytes(12), UTF_8)).isEqualTo("HTTP/1.1 200");
            Files.writeString(file, "# nobody else\n" + TokensFileTest.line("two", "other"));

            String rest = new String(out.getInputStream().readAllBytes(), UTF_8); // until it is closed
            assertThat(rest).contains("data: 1").doesNotEndWith("0\r\n\r\n");
            while (!service.metrics().contains("chatbridge_http_streams_ended_total{why=\"unauthorized\"} 1.0")) {
                Thread.onSpinWait(); // it is counted a moment later
            }
            assertThatThrownBy(() -> in.getInputStream().readAllBytes())
                    .as("the other one stays open")
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void shouldLetInWhoeverAsksForWhatHoldsNoData() throws Exception {
        HttpOptions guarded = new HttpOptions(HttpLimits.defaults(), List.of(), null, tokens("s3cret"));
        Route open = new Route("/open", request -> Response.text("text/plain", "no data")).openToAll();
        try (RunningService service = new RunningService(guarded, DATA, PAGE, open)) {
            assertThat(service.get("/open").body()).isEqualTo("no data");
            assertThat(service.get("/open?a=b").statusCode()).isEqualTo(200);
            assertThat(service.send("HEAD", "/open").statusCode()).isEqualTo(200);
            assertThat(service.get("/open", "Authorization", "Bearer guess").statusCode())
                    .isEqualTo(200);
            for (String path : List.of("/page", "/data", "/open/", "/%6fpen", "/open/../page", "/open;/../page")) {
                assertThat(service.ask("GET " + path + " HTTP/1.1")).as(path).startsWith("HTTP/1.1 401");
            }
        }
        assertThatThrownBy(() -> new Route("/data/{id}", request -> Response.text("text/plain", "")).openToAll())
                .hasMessageContaining("/data/{id}");
    }

    @Test
    void shouldLetInNobodyElse() throws Exception {
        HttpOptions guarded = new HttpOptions(HttpLimits.defaults(), List.of(), null, tokens("s3cret"));
        try (RunningService service = new RunningService(guarded, DATA, PAGE)) {
            HttpResponse<String> without = service.get("/data");
            assertThat(without.statusCode()).isEqualTo(401);
            assertThat(without.headers().firstValue("Content-Type")).hasValue(HttpProblem.CONTENT_TYPE);
            assertThat(without.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
            assertThat(without.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(without.body())
                    .isEqualTo("{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,"
                            + "\"detail\":\"expected Authorization: Bearer <token>\"}");
            assertThat(service.ask("HEAD /data HTTP/1.1"))
                    .startsWith("HTTP/1.1 401")
                    .endsWith("\r\n\r\n");
            HttpResponse<String> wrong = service.get("/data", "Authorization", "Bearer guess");
            assertThat(wrong.statusCode()).isEqualTo(401);
            assertThat(wrong.headers().firstValue("WWW-Authenticate")).hasValue("Bearer error=\"invalid_token\"");
            for (String header : List.of("Basic s3cret", "s3cret", "Bearer", "Bearer ", "Bearer s3cret,s3cret")) {
                assertThat(service.get("/page", "Authorization", header).statusCode())
                        .as(header)
                        .isEqualTo(401);
            }
            // The header counts alone.
            assertThat(service.get("/page", "Authorization", "Bearer x", "Cookie", "chatbridge_token=s3cret")
                            .statusCode())
                    .isEqualTo(401);
            for (String path : List.of("/metrics", "/", "/nothing", "/page", "/page?x", "/health", "/health/live/")) {
                assertThat(service.get(path).statusCode()).as(path).isEqualTo(401);
                assertThat(service.send("OPTIONS", path).statusCode()).as(path).isEqualTo(401);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/health/live/../../page",
                "/health/live;/../../page",
                "/health/live%2f..%2f..%2fpage",
                "//health/live",
                "/health/live;x=/page",
                "/health/live%3f",
                "http://x/page",
                "/page#/health/live",
                "/page?/health/live"
            })
    void shouldNotBeFooledByAPath(String path) throws Exception {
        HttpOptions guarded = new HttpOptions(HttpLimits.defaults(), List.of(), null, tokens("s3cret"));
        try (RunningService service = new RunningService(guarded, DATA, PAGE)) {
            assertThat(service.ask("GET " + path + " HTTP/1.1"))
                    .doesNotContain("<p>")
                    .containsAnyOf("HTTP/1.1 401", "HTTP/1.1 400");
        }
    }

    @Test
    void shouldAnswerAProblemToWhoWantsAnotherProtocol() throws Exception {
        try (RunningService service = new RunningService(PAGE)) {
            assertThat(service.ask(
                            "GET /page HTTP/1.1",
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Key: AAAA"))
                    .startsWith("HTTP/1.1 404")
                    .contains(HttpProblem.CONTENT_TYPE)
                    .contains("X-Content-Type-Options: nosniff");
        }
    }

    @Test
    void shouldLetPagesOfTheseOriginsReadTheAnswers() throws Exception {
        HttpOptions options = new HttpOptions(
                HttpLimits.defaults(), List.of("https://desk.example", "http://localhost:3000"), null, tokens("t"));
        try (RunningService service = new RunningService(options, DATA, PAGE)) {
            // A preflight bears no token.
            String preflight = service.ask(
                    "OPTIONS /page HTTP/1.1",
                    "Origin: https://desk.example",
                    "Access-Control-Request-Method: GET",
                    "Access-Control-Request-Headers: authorization");
            assertThat(preflight)
                    .startsWith("HTTP/1.1 204")
                    .contains("Access-Control-Allow-Origin: https://desk.example\r\n")
                    .containsPattern("Access-Control-Allow-Methods: (GET,HEAD|HEAD,GET)\r\n")
                    .contains("Access-Control-Max-Age: 600")
                    .contains("Vary: Origin")
                    .doesNotContain("Access-Control-Allow-Credentials");
            assertThat(preflight
                            .lines()
                            .filter(line -> line.startsWith("Access-Control-Allow-Headers: "))
                            .findFirst()
                            .orElseThrow())
                    .contains("Authorization", "If-None-Match", "Last-Event-ID");

            String answer =
                    service.ask("GET /page HTTP/1.1", "Origin: http://localhost:3000", "Authorization: Bearer t");
            assertThat(answer)
                    .startsWith("HTTP/1.1 200")
                    .contains("Access-Control-Allow-Origin: http://localhost:3000\r\n")
                    .contains("ETag: ")
                    .contains("Vary: Origin", "Vary: Accept-Encoding");
            assertThat(answer.lines().filter(line -> line.startsWith("Access-Control-Expose-Headers")))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("ETag");
            // What a page may not read it cannot tell from anything else.
            assertThat(service.ask("GET /page HTTP/1.1", "Origin: https://desk.example"))
                    .startsWith("HTTP/1.1 401")
                    .contains("Access-Control-Allow-Origin: https://desk.example\r\n");

            for (String other : List.of("https://desk.example.evil.example", "http://desk.example", "null", "x")) {
                assertThat(service.ask("GET /page HTTP/1.1", "Origin: " + other, "Authorization: Bearer t"))
                        .as(other)
                        .startsWith("HTTP/1.1 200")
                        .contains("Vary: Origin")
                        .doesNotContain("Access-Control-Allow");
            }
        }
    }

    @Test
    void shouldLetNoOtherPageReadTheAnswersByDefault() throws Exception {
        try (RunningService service = new RunningService(PAGE)) {
            assertThat(service.ask("GET /page HTTP/1.1", "Origin: https://desk.example"))
                    .startsWith("HTTP/1.1 200")
                    .doesNotContain("Access-Control");
            assertThat(service.ask(
                            "OPTIONS /page HTTP/1.1",
                            "Origin: https://desk.example",
                            "Access-Control-Request-Method: GET"))
                    .startsWith("HTTP/1.1 405")
                    .doesNotContain("Access-Control");
        }
    }

    @Test
    void shouldLetAnyPageReadTheAnswersWhereAllMay() throws Exception {
        HttpOptions options = new HttpOptions(HttpLimits.defaults(), List.of("*"), null, null);
        try (RunningService service = new RunningService(options, PAGE)) {
            assertThat(service.ask("GET /page HTTP/1.1", "Origin: https://any.example"))
                    .contains("Access-Control-Allow-Origin: https://any.example\r\n");
        }
    }

    @Test
    void shouldSpeakTls() throws Exception {
        // given
        Path pkcs12 = keystore("changeit");
        KeyStore store = KeyStore.getInstance(pkcs12.toFile(), "changeit".toCharArray());
        Path pem = Files.writeString(
                directory.resolve("server.pem"),
                pem(
                                "PRIVATE KEY",
                                store.getKey("server", "changeit".toCharArray()).getEncoded())
                        + pem("CERTIFICATE", store.getCertificate("server").getEncoded()));
        for (HttpOptions.Keystore keystore : List.of(
                new HttpOptions.Keystore(pkcs12, "changeit", "PKCS12"), new HttpOptions.Keystore(pem, null, "PEM"))) {
            try (RunningService service =
                    new RunningService(new HttpOptions(HttpLimits.defaults(), List.of(), keystore, null), DATA, PAGE)) {
                int port = service.uri("/").getPort();
                HttpClient client =
                        HttpClient.newBuilder().sslContext(trusting(store)).build();

                // when
                HttpResponse<String> page = client.send(
                        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/page"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                HttpResponse<String> data = client.send(
                        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/data"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

                // then
                assertThat(page.body()).isEqualTo("<p>");
                assertThat(data.body()).isEqualTo("data: 1\n\n");
                assertThat(service.raw("GET /page HTTP/1.1\r\nHost: x\r\n\r\n")).doesNotContain("<p>");
            }
        }
    }

    @Test
    void shouldSayWhatIsWrongWithTheCertificate() throws Exception {
        Path pkcs12 = keystore("changeit");
        Path other = Files.writeString(directory.resolve("other"), "no keystore");
        Path none = directory.resolve("none");
        assertRefused(
                new HttpOptions.Keystore(none, "changeit", "PKCS12"),
                "http.tls.keystore.location=" + none
                        + ": cannot be used: there is no such file, or it may not be read");
        assertRefused(
                new HttpOptions.Keystore(pkcs12, "wrong", "PKCS12"), "cannot be used: the password is wrong; expected");
        assertRefused(new HttpOptions.Keystore(pkcs12, null, "PKCS12"), "http.tls.keystore.password is not set");
        assertRefused(new HttpOptions.Keystore(other, "changeit", "PKCS12"), "expected a file of");
        assertRefused(new HttpOptions.Keystore(other, null, "PEM"), "expected a file of");
        assertRefused(new HttpOptions.Keystore(pkcs12, "changeit", "PEM"), "expected a file of");
    }

    private static void assertRefused(HttpOptions.Keystore keystore, String words) {
        HttpOptions options = new HttpOptions(HttpLimits.defaults(), List.of(), keystore, null);
        assertThatThrownBy(() -> new RunningService(options).close())
                .isInstanceOf(HttpService.CannotListenException.class)
                .hasMessageContaining("http.tls.keystore.location=" + keystore.location() + ": cannot be used: ")
                .hasMessageContaining(words)
                .hasMessageNotContaining("changeit");
    }

    @Test
    void shouldSayWhatIsWrongWithCertificatesToTrust() throws Exception {
        Path ownKey = keystore("changeit");
        Path other = Files.writeString(directory.resolve("other"), "no certificates");
        Path none = directory.resolve("none");
        assertNotTrusted(new HttpOptions.Keystore(none, null, "PEM"), "there is no such file, or it may not be read");
        assertNotTrusted(new HttpOptions.Keystore(directory, null, "PEM"), "there is no such file");
        assertNotTrusted(new HttpOptions.Keystore(other, null, "PEM"), "expected a file of type PEM with certificates");
        assertNotTrusted(new HttpOptions.Keystore(other, "changeit", "PKCS12"), "expected a file of type PKCS12");
        assertNotTrusted(new HttpOptions.Keystore(ownKey, "wrong", "PKCS12"), "the password is wrong");
        assertNotTrusted(
                new HttpOptions.Keystore(ownKey, "changeit", "PKCS12"), "there is no certificate to trust in it");
    }

    private static void assertNotTrusted(HttpOptions.Keystore truststore, String words) {
        assertThatThrownBy(() -> Certificates.trusted("peers.trust", truststore))
                .isInstanceOf(HttpService.CannotListenException.class)
                .hasMessageStartingWith("peers.trust=" + truststore.location() + ": cannot be used: ")
                .hasMessageContaining(words)
                .hasMessageNotContaining("changeit");
    }

    private Path tokens(String token) throws Exception {
        return Files.writeString(directory.resolve("tokens"), TokensFileTest.line("one", token));
    }

    private Path keystore(String password) throws Exception {
        Path file = directory.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=server",
                        "-ext",
                        "SAN=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        password)
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        return file;
    }

    private static SSLContext trusting(KeyStore server) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", server.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + what + "-----\n";
    }
}
