package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.Response;
import org.chatbridge.program.Settings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class HttpPeerClientTest {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration AT_ONCE = Duration.ofMillis(300);

    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final PeerClient client = new HttpPeerClient(executor, "http", null, () -> Optional.of("s3cret"));
    private HttpServer server;
    private HostPort peer;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", exchange -> {
            String told = exchange.getRequestURI().getRawPath() + " "
                    + exchange.getRequestURI().getRawQuery() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + exchange.getRequestHeaders().getFirst(Hop.MARK);
            exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
            exchange.getResponseHeaders().set("Retry-After", "7");
            exchange.getResponseHeaders().set("Server", "not passed on");
            byte[] body = told.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(418, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.createContext("/half", exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            OutputStream half = exchange.getResponseBody();
            half.write(new byte[10]);
            half.flush();
            await(stopping);
        });
        server.start();
        peer = new HostPort("127.0.0.1", server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        stopping.countDown();
        server.stop(0);
        executor.shutdownNow();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldPassOnWhatIsAnswered() throws Exception {
        Response answer = ask(peer, "/v1/agents/a%2Fb%20%C3%A9%25?x=%26", SOON).get(5, TimeUnit.SECONDS);

        assertThat(answer.status()).isEqualTo(418);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(answer.headers()).isEqualTo(Map.of("Retry-After", "7"));
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo("/v1/agents/a%2Fb%20%C3%A9%25 x=%26 Bearer s3cret 1");
    }

    @Test
    void shouldNotWaitForOneWhoIsNotThere() throws Exception {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        assertThatThrownBy(
                        () -> ask(new HostPort("127.0.0.1", nobody), "/", SOON).get(2, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void shouldNotWaitForOneWhoIsFrozen() throws Exception {
        // given: the system accepts, the program does not
        try (ServerSocket frozen = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> ask(new HostPort("127.0.0.1", frozen.getLocalPort()), "/", AT_ONCE)
                            .get(2, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfAny(java.net.http.HttpTimeoutException.class, TimeoutException.class);
        }
    }

    @Test
    void shouldNotWaitForTheRestOfAnAnswer() {
        assertThatThrownBy(() -> ask(peer, "/half", AT_ONCE).get(2, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(TimeoutException.class);
    }

    private CompletableFuture<Response> ask(HostPort host, String target, Duration within) {
        return client.ask(host, target, Map.of(Hop.MARK, "1"), within);
    }

    @Test
    void shouldRefuseCertificatesToTrustWhereHttpsIsNotSpoken() {
        Settings settings = TestDriver.settings(
                "--set",
                "bootstrap.servers=kafka:9092",
                "--set",
                "schema.registry.url=http://registry:8081",
                "--set",
                "state.dir=views",
                "--set",
                "peers.tls.truststore.location=peers.pem");

        assertThatThrownBy(() -> HttpPeerClient.of(settings, executor))
                .isInstanceOf(OtherMembers.UnreachableException.class)
                .hasMessage("peers.tls.truststore.location=peers.pem: instances ask each other over plain HTTP: set"
                        + " http.tls.keystore.location, on all of them, or take this out");
    }
}
