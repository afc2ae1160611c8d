package org.chatbridge.bridge.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.chatbridge.program.Certificates;
import org.chatbridge.program.HttpOptions;
import org.chatbridge.sandbox.CertificateAuthority;
import org.glassfish.tyrus.spi.CompletionHandler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the bridge relies on of its WebSocket client, against a server that does the odd things on purpose. */
@Timeout(60)
class TyrusSocketsTest {
    private static final int MAX_FRAME = 4 << 20;

    private static CertificateAuthority authority;

    /** Of a server at 127.0.0.1, signed by the authority. */
    private static SSLContext tls;

    private final TyrusSockets sockets = new TyrusSockets(MAX_FRAME, Duration.ofSeconds(2), null);
    private final TyrusSockets hasty = new TyrusSockets(MAX_FRAME, Duration.ofMillis(500), null);
    private final TyrusSockets patient = new TyrusSockets(MAX_FRAME, Duration.ofSeconds(20), null);
    private final Heard heard = new Heard();

    @BeforeAll
    static void sign(@TempDir Path directory) {
        authority = new CertificateAuthority(directory);
        tls = CertificateAuthority.server(authority.issue("livechat", "ip:127.0.0.1"));
    }

    @Test
    void shouldSayWhyItCannotOpen() throws Exception {
        URI nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = URI.create("ws://127.0.0.1:" + socket.getLocalPort() + "/");
        }
        assertThatThrownBy(() -> sockets.open(nobody, null, heard))
                .isInstanceOf(Socket.CannotOpenException.class)
                .hasMessageContaining("refused");
        assertThat(heard.words).isEmpty();
    }

    @Test
    void shouldSayThatTheUpgradeIsRefused() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readRequest();
            peer.write("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
            peer.awaitEnd();
        })) {
            assertThatThrownBy(() -> sockets.open(server.url(), null, heard))
                    .isInstanceOf(Socket.CannotOpenException.class)
                    .hasMessageContaining("503");
        }
        assertThat(heard.words).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "503 Service Unavailable, 120, 120, ' 503 - Service Unavailable, and the peer asks not to be tried again for 120 s'",
        "429 Too Many Requests, 0000000007, 7, ' 429, and the peer asks not to be tried again for 7 s'",
        "429 Too Many Requests, 0, 0, ' 429.'",
        "503 Service Unavailable, soon, 0, ' 503 - Service Unavailable.'",
        "429 Too Many Requests, 99999999999, 2147483647, ' 429, and the peer asks not to be tried again for 2147483647 s'"
    })
    void shouldSayForHowLongTheUpgradeIsRefused(String status, String header, int seconds, String told)
            throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readRequest();
            peer.write("HTTP/1.1 " + status + "\r\nretry-after: " + header + "\r\nContent-Length: 0\r\n\r\n");
            peer.awaitEnd();
        })) {
            assertThatThrownBy(() -> sockets.open(server.url(), null, heard))
                    .isInstanceOfSatisfying(Socket.CannotOpenException.class, e -> assertThat(e.retryAfter())
                            .isEqualTo(Duration.ofSeconds(seconds)))
                    .hasMessageEndingWith(told);
        }
    }

    /** Tyrus takes this status for the beginning of a conversation of its own. */
    @Test
    void shouldSayThatTheUpgradeAsksForCredentials() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readRequest();
            peer.write("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n");
            peer.awaitEnd();
        })) {
            assertTimeoutPreemptively(
                    Duration.ofSeconds(10), () -> assertThatThrownBy(() -> patient.open(server.url(), null, heard))
                            .isInstanceOf(Socket.CannotOpenException.class)
                            .hasMessageContaining("401"));
        }
        assertThat(heard.words).isEmpty();
    }

    /** The thread that reads and the one that speaks may both find that it is over. */
    @Test
    void shouldCloseOnceThoughTwoThreadsDo() throws Exception {
        for (int round = 0; round < 2_000; round++) {
            TyrusTransport.Outgoing outgoing = new TyrusTransport.Outgoing(new Unconnected());
            CyclicBarrier barrier = new CyclicBarrier(2);
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> closeAt(barrier, outgoing));
            closeAt(barrier, outgoing);
            other.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldAnswerOnlyTheLastPingWhileNothingCanBeWritten() throws Exception {
        Gated gated = new Gated();
        TyrusTransport.Outgoing outgoing = new TyrusTransport.Outgoing(gated);
        AtomicLong told = new AtomicLong();
        CompletionHandler<ByteBuffer> handler = new CompletionHandler<>() {
            @Override
            public void completed(ByteBuffer written) {
                told.incrementAndGet();
            }
        };
        outgoing.write(ByteBuffer.wrap(bytes("first")), handler);
        assertThat(gated.writes.poll(10, TimeUnit.SECONDS)).isEqualTo(bytes("first"));
        for (byte i = 0; i < 100; i++) {
            outgoing.write(ByteBuffer.wrap(new byte[] {(byte) 0x8A, 1, i}), handler);
        }
        outgoing.write(ByteBuffer.wrap(bytes("last")), handler);
        gated.open.countDown();

        assertThat(gated.writes.poll(10, TimeUnit.SECONDS)).isEqualTo(new byte[] {(byte) 0x8A, 1, 99});
        assertThat(gated.writes.poll(10, TimeUnit.SECONDS)).isEqualTo(bytes("last"));
        outgoing.write(ByteBuffer.wrap(new byte[] {(byte) 0x8A, 1, 100}), handler);
        assertThat(gated.writes.poll(10, TimeUnit.SECONDS)).isEqualTo(new byte[] {(byte) 0x8A, 1, 100});
        outgoing.close();
        assertThat(gated.closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(told).as("of each").hasValue(103);
    }

    /** Tyrus throws that where the peer has closed the connection a moment before. */
    @Test
    void shouldLeaveItToTheEndOfTheConnectionToShowThatItIsOver() {
        Session over = proxy(Session.class, null);
        Socket socket = new TyrusSockets.TyrusSocket(over);
        assertThatCode(() -> socket.close("enough")).doesNotThrowAnyException();

        Socket between = new TyrusSockets.TyrusSocket(proxy(Session.class, proxy(RemoteEndpoint.Async.class, null)));
        assertThatCode(() -> {
                    between.send("x");
                    between.ping(1);
                })
                .doesNotThrowAnyException();
    }

    @Test
    void shouldGiveUpOnASilentPeer() throws Exception {
        try (RawServer server = new RawServer(RawServer.Peer::awaitEnd)) {
            assertThatThrownBy(() -> sockets.open(server.url(), null, heard))
                    .isInstanceOf(Socket.CannotOpenException.class);
        }
        assertThat(heard.words).isEmpty();
    }

    @Test
    void shouldGiveUpOnAPeerThatStallsTheTlsHandshake() throws Exception {
        try (RawServer server = new RawServer(RawServer.Peer::awaitEnd)) {
            URI url = URI.create(server.url().toString().replace("ws://", "wss://"));
            assertThatThrownBy(() -> sockets.open(url, null, heard)).isInstanceOf(Socket.CannotOpenException.class);
        }
        assertThat(heard.words).isEmpty();
    }

    @Test
    void shouldTrustAPrivateAuthorityThatItIsToldOf() throws Exception {
        TyrusSockets trusting = trusting();
        try (RawServer server = RawServer.secured(
                peer -> {
                    peer.handshake();
                    peer.text("over TLS");
                    peer.awaitEnd();
                },
                tls)) {
            trusting.open(server.url(), null, heard);

            assertThat(heard.next()).isEqualTo("text over TLS");
        }
        try (RawServer server = RawServer.secured(RawServer.Peer::handshake, tls)) {
            assertThatThrownBy(() -> sockets.open(server.url(), null, heard))
                    .isInstanceOf(Socket.CannotOpenException.class)
                    .hasMessage(
                            "its certificate is not signed by anybody whom this bridge trusts; if it is LiveChat's, or"
                                    + " your own proxy's, put that of who signed it into livechat.tls.truststore.location");
        }
    }

    @Test
    void shouldRefuseACertificateOfAnotherHost() throws Exception {
        TyrusSockets trusting = trusting();
        try (RawServer server = RawServer.secured(
                RawServer.Peer::handshake,
                CertificateAuthority.server(authority.issue("other", "dns:api.livechat.example")))) {
            assertThatThrownBy(() -> trusting.open(server.url(), null, heard))
                    .isInstanceOf(Socket.CannotOpenException.class)
                    .hasMessage(
                            "its certificate does not name 127.0.0.1 (No subject alternative names matching IP address"
                                    + " 127.0.0.1 found)");
        }
    }

    @ParameterizedTest
    @CsvSource({"-2d, has expired (NotAfter: ", "+1d, is not valid yet (NotBefore: "})
    void shouldSayWhenACertificateIsOutOfDate(String startDate, String says) throws Exception {
        TyrusSockets trusting = trusting();
        Path certificate =
                authority.issue(startDate.substring(1), "ip:127.0.0.1", "-startdate", startDate, "-validity", "1");
        try (RawServer server =
                RawServer.secured(RawServer.Peer::handshake, CertificateAuthority.server(certificate))) {
            assertThatThrownBy(() -> trusting.open(server.url(), null, heard))
                    .isInstanceOf(Socket.CannotOpenException.class)
                    .hasMessageStartingWith("its certificate " + says)
                    .hasMessageEndingWith("), unless the clock of this machine is wrong");
        }
    }

    private static RawServer server(boolean secured, RawServer.Script script) {
        return secured ? RawServer.secured(script, tls) : new RawServer(script);
    }

    private static TyrusSockets trusting() {
        return new TyrusSockets(
                MAX_FRAME,
                Duration.ofSeconds(2),
                Certificates.trusted("test", new HttpOptions.Keystore(authority.certificate(), null, "PEM")));
    }

    @Test
    void shouldHearEveryKindOfFrameInOrder() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.handshake();
            peer.text("first");
            peer.binary(new byte[] {1, 2, 3});
            peer.pong();
            peer.text("Zoë 😀");
            peer.closeFrame(4001, "go away");
            peer.awaitEnd();
        })) {
            sockets.open(server.url(), null, heard);

            assertThat(heard.next()).isEqualTo("text first");
            assertThat(heard.next()).isEqualTo("binary 3");
            assertThat(heard.next()).isEqualTo("pong 0");
            assertThat(heard.next()).isEqualTo("text Zoë 😀");
            assertThat(heard.next()).isEqualTo("closed 4001 go away");
            heard.nothingMore();
        }
    }

    @Test
    void shouldHearOnceThatThePeerIsGone() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.handshake();
            peer.text("first");
        })) {
            sockets.open(server.url(), null, heard);

            assertThat(heard.next()).isEqualTo("text first");
            assertThat(heard.next()).startsWith("closed 1006");
            heard.nothingMore();
        }
    }

    @Test
    void shouldHearOnceThatTheConnectionIsReset() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        try (RawServer server = new RawServer(peer -> {
            peer.handshake();
            peer.text("first");
            await(received);
            peer.reset();
        })) {
            sockets.open(server.url(), null, heard);

            assertThat(heard.next()).isEqualTo("text first");
            received.countDown();
            assertThat(heard.next()).startsWith("closed 1006");
            heard.nothingMore();
        }
    }

    @Test
    void shouldTakeAFrameOfItsLimitAndCloseAtALargerOne() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.handshake();
            peer.text(new byte[MAX_FRAME - 1024]);
            peer.text(new byte[2 * MAX_FRAME]);
            peer.awaitEnd();
        })) {
            sockets.open(server.url(), null, heard);

            assertThat(heard.next()).hasSize("text ".length() + MAX_FRAME - 1024);
            assertThat(heard.next()).startsWith("closed 10");
        }
    }

    /** In bytes: of characters a text has fewer. */
    @ParameterizedTest
    @MethodSource
    void shouldCloseAtAMessageLargerThanItsLimit(byte[] message) throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.handshake();
            peer.text("before");
            peer.write(message);
            peer.awaitEnd();
        })) {
            sockets.open(server.url(), null, heard);

            assertThat(heard.next()).isEqualTo("text before");
            assertThat(heard.next()).isEqualTo("closed 1011 Buffer overflow.");
            heard.nothingMore();
        }
    }

    static List<Arguments> shouldCloseAtAMessageLargerThanItsLimit() {
        byte[] half = bytes("€".repeat(MAX_FRAME / 6 + 1));
        byte[] more = new byte[MAX_FRAME + 1];
        byte[] first = RawServer.frame(RawServer.TEXT, half);
        return List.of(
                Arguments.of(together(first, RawServer.frame(RawServer.FINAL | RawServer.CONTINUATION, half))),
                Arguments.of(together(first, RawServer.frame(RawServer.CONTINUATION, half))),
                Arguments.of(RawServer.frame(RawServer.FINAL | RawServer.TEXT, more)),
                Arguments.of(RawServer.frame(RawServer.FINAL | RawServer.BINARY, more)));
    }

    @Test
    void shouldTakeLeaveAtTheHeadOfAFrameLargerThanItsLimit() throws Exception {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        try (RawServer server = new RawServer(peer -> {
            peer.handshake();
            peer.write(ByteBuffer.allocate(10)
                    .put(new byte[] {(byte) (RawServer.FINAL | RawServer.TEXT), 127})
                    .putLong(1 << 30)
                    .array());
            answer.complete(peer.socket().getInputStream().read());
            peer.awaitEnd();
        })) {
            sockets.open(server.url(), null, heard);

            assertThat(heard.next()).isEqualTo("closed 1011 Buffer overflow.");
            assertThat(answer.get(10, TimeUnit.SECONDS)).as("a close frame").isEqualTo(0x88);
        }
    }

    @Test
    void shouldStopReadingWhileAFrameIsHandled() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (RawServer server = new RawServer(peer -> {
            peer.handshake();
            byte[] frame = new byte[64 * 1024];
            for (int i = 0; i < 1_600; i++) {
                peer.text(frame);
                sent.incrementAndGet();
            }
            peer.closeFrame(1000, "");
            peer.awaitEnd();
        })) {
            heard.hold();
            sockets.open(server.url(), null, heard);
            long before = -1;
            while (sent.get() == 0 || sent.get() != before) {
                before = sent.get();
                assertThat(heard.silentFor(Duration.ofMillis(500))).isTrue();
            }
            assertThat(sent.get() * 64)
                    .as("KiB taken from the server while nothing is handled")
                    .isLessThan(40_000);

            heard.release();
            for (int i = 0; i < 1_600; i++) {
                assertThat(heard.next()).startsWith("text ");
            }
            assertThat(heard.next()).startsWith("closed 1000");
        }
    }

    @Test
    void shouldCloseByItself() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (RawServer server = new RawServer(peer -> {
            peer.handshake();
            int first = peer.socket().getInputStream().read();
            if ((first & 15) == 8) {
                ended.countDown();
            }
        })) {
            Socket socket = sockets.open(server.url(), null, heard);
            socket.close("done");
            socket.close("done");

            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(heard.next()).startsWith("closed 1000");
            heard.nothingMore();
        }
    }

    @Test
    void shouldNotMindToSendWhenThePeerHasClosed() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.handshake();
            peer.closeFrame(1000, "");
            peer.awaitEnd();
        })) {
            Socket socket = sockets.open(server.url(), null, heard);
            assertThat(heard.next()).startsWith("closed 1000");

            assertThatCode(() -> {
                        socket.send("{}");
                        socket.ping(7);
                        socket.close("");
                    })
                    .doesNotThrowAnyException();
            heard.nothingMore();
        }
    }

    @Test
    void shouldHearAMessageOfSeveralFramesInItsPlace() throws Exception {
        byte[] text = bytes("Zo\u00eb");
        try (RawServer server = new RawServer(peer -> {
            peer.handshake();
            peer.text("before");
            peer.write(RawServer.frame(RawServer.TEXT, Arrays.copyOf(text, 3))); // the character is cut in two
            peer.write(RawServer.frame(RawServer.FINAL | RawServer.PING, new byte[] {1}));
            peer.write(RawServer.frame(RawServer.FINAL | RawServer.CONTINUATION, Arrays.copyOfRange(text, 3, 4)));
            peer.text("after");
            peer.awaitEnd();
        })) {
            sockets.open(server.url(), null, heard);

            assertThat(heard.next()).isEqualTo("text before");
            assertThat(heard.next()).isEqualTo("text Zo\u00eb");
            assertThat(heard.next()).isEqualTo("text after");
            heard.nothingMore();
        }
    }

    @Test
    void shouldCloseAtATextThatIsNoUtf8() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.handshake();
            peer.text("before");
            peer.text(new byte[] {'a', (byte) 0xFF, 'b'});
            peer.awaitEnd();
        })) {
            sockets.open(server.url(), null, heard);

            assertThat(heard.next()).isEqualTo("text before");
            assertThat(heard.next()).isEqualTo("no text [97, -1, 98]");
            assertThat(heard.next()).startsWith("closed 1007");
            heard.nothingMore();
        }
    }

    /** What came together with the frame that ended it is not heard: the end is the last word. */
    @ParameterizedTest
    @MethodSource
    void shouldHearNothingBehindTheEnd(byte[] end, String word) throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.handshake();
            peer.write(together(text("before"), end, text("late")));
            peer.awaitEnd();
        })) {
            sockets.open(server.url(), null, heard);

            assertThat(heard.next()).isEqualTo("text before");
            String next = heard.next();
            assertThat(next.startsWith("no text") ? heard.next() : next).startsWith(word);
            heard.nothingMore();
        }
    }

    static List<Arguments> shouldHearNothingBehindTheEnd() {
        return List.of(
                Arguments.of(RawServer.close(4001, "go away"), "closed 4001"),
                Arguments.of(
                        RawServer.frame(RawServer.FINAL | RawServer.TEXT, new byte[] {(byte) 0xFF}), "closed 1007"),
                Arguments.of(RawServer.frame(RawServer.FINAL | RawServer.CONTINUATION, new byte[1]), "closed 1002"),
                Arguments.of(RawServer.frame(RawServer.FINAL | 0x40 | RawServer.TEXT, new byte[1]), "closed 1002"));
    }

    @Test
    void shouldHearWhatComesTogetherWithTheHandshake() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.write(together(bytes(peer.answer()), text("first"), text("second")));
            peer.awaitEnd();
        })) {
            sockets.open(server.url(), null, heard);

            assertThat(heard.next()).isEqualTo("text first");
            assertThat(heard.next()).isEqualTo("text second");
            heard.nothingMore();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNotWaitForAPeerThatDoesNotRead(boolean secured) throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        RawServer.Script script = peer -> {
            peer.handshake();
            try {
                while (true) {
                    peer.pong(); // refused when the client has let go of the connection
                    await(ended, Duration.ofMillis(20));
                }
            } finally {
                ended.countDown();
            }
        };
        try (RawServer server = server(secured, script)) {
            Socket socket = trusting().open(server.url(), null, new Deaf());
            String text = "x".repeat(2 << 20);

            assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
                for (int i = 0; i < 8; i++) {
                    socket.send(text);
                }
                socket.close("enough");
            });

            assertThat(ended.await(8, TimeUnit.SECONDS))
                    .as("the connection has ended")
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSpeakThroughTheProxyThatTheJvmWasToldOf(boolean secured) throws Exception {
        RawServer.Script script = peer -> {
            peer.handshake();
            peer.text("through the proxy");
            peer.awaitEnd();
        };
        try (RawServer server = server(secured, script);
                HttpProxy proxy = new HttpProxy("HTTP/1.1 200 Connection established\r\n\r\n", true)) {
            proxy.during(() -> trusting().open(server.url(), null, heard));

            assertThat(heard.next()).isEqualTo("text through the proxy");
            assertThat(proxy.asked())
                    .isEqualTo("CONNECT 127.0.0.1:" + server.url().getPort() + " HTTP/1.1");
        }
    }

    @Test
    void shouldSayThatTheProxyRefuses() throws Exception {
        try (RawServer server = new RawServer(RawServer.Peer::handshake);
                HttpProxy proxy = new HttpProxy("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", false)) {
            assertThatThrownBy(() -> proxy.during(() -> sockets.open(server.url(), null, heard)))
                    .isInstanceOf(Socket.CannotOpenException.class)
                    .hasMessageContaining("proxy")
                    .hasMessageContaining("403");
        }
    }

    @Test
    void shouldGiveUpOnASilentProxy() throws Exception {
        try (RawServer server = new RawServer(RawServer.Peer::handshake);
                HttpProxy proxy = new HttpProxy("", false)) {
            proxy.during(() -> assertTimeoutPreemptively(
                    Duration.ofSeconds(5), () -> assertThatThrownBy(() -> hasty.open(server.url(), null, heard))
                            .isInstanceOf(Socket.CannotOpenException.class)));
        }
        assertThat(heard.words).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.6\r\n\r\n",
                "220 mail.example ESMTP\r\n\r\n",
                "\r\n\r\n",
                "no end of lines, ever"
            })
    void shouldSayThatThePeerDoesNotSpeakHttp(String answer) throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readRequest();
            peer.write(answer.endsWith("\n") ? answer : answer.repeat(5_000));
            peer.awaitEnd();
        })) {
            assertThatThrownBy(() -> sockets.open(server.url(), null, heard))
                    .isInstanceOf(Socket.CannotOpenException.class)
                    .hasMessageStartingWith("the peer does not speak HTTP");
        }
        assertThat(heard.words).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 101 Switch"})
    void shouldSayThatThePeerClosesDuringTheHandshake(String answer) throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readRequest();
            peer.write(answer);
        })) {
            assertThatThrownBy(() -> sockets.open(server.url(), null, heard))
                    .isInstanceOf(Socket.CannotOpenException.class)
                    .hasMessage("the peer has closed the connection");
        }
        assertThat(heard.words).isEmpty();
    }

    @Test
    void shouldGiveUpOnAPeerThatAnswersTooSlowly() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RawServer server = new RawServer(peer -> drip(peer, bytes(peer.answer()), over))) {
            assertTimeoutPreemptively(
                    Duration.ofSeconds(5), () -> assertThatThrownBy(() -> hasty.open(server.url(), null, heard))
                            .isInstanceOf(Socket.CannotOpenException.class)
                            .hasMessage("no answer to the handshake within 500 ms"));
        } finally {
            over.countDown();
        }
        assertThat(heard.words).isEmpty();
    }

    @Test
    void shouldGiveUpOnAPeerThatSpeaksTlsTooSlowly() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        byte[] record = {0x16, 3, 3, 0x20, 0};
        try (RawServer server = new RawServer(peer -> drip(peer, Arrays.copyOf(record, 200), over))) {
            URI url = URI.create(server.url().toString().replace("ws://", "wss://"));
            assertTimeoutPreemptively(
                    Duration.ofSeconds(5), () -> assertThatThrownBy(() -> hasty.open(url, null, heard))
                            .isInstanceOf(Socket.CannotOpenException.class));
        } finally {
            over.countDown();
        }
        assertThat(heard.words).isEmpty();
    }

    /** Byte by byte, ten a second. */
    private static void drip(RawServer.Peer peer, byte[] bytes, CountDownLatch over) throws IOException {
        for (int i = 0; i < bytes.length && !await(over, Duration.ofMillis(100)); i++) {
            peer.write(new byte[] {bytes[i]});
        }
    }

    private static void closeAt(CyclicBarrier barrier, TyrusTransport.Outgoing outgoing) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
        outgoing.close();
    }

    /** Answers each call with this, or fails as Tyrus does where there is nothing to answer with. */
    private static <T> T proxy(Class<T> type, @Nullable Object answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
            if (answer == null) {
                throw new RuntimeException("Socket is not connected.");
            }
            return answer;
        }));
    }

    private static final class Unconnected extends java.net.Socket {
        @Override
        public OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
        }
    }

    /** Nothing but the first is written before it is opened. */
    private static final class Gated extends java.net.Socket {
        private final BlockingQueue<byte[]> writes = new LinkedBlockingQueue<>();
        private final CountDownLatch open = new CountDownLatch(1);
        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public OutputStream getOutputStream() {
            return new OutputStream() {
                @Override
                public void write(int b) {
                    throw new AssertionError("byte by byte");
                }

                @Override
                public void write(byte[] bytes) {
                    writes.add(bytes);
                    TyrusSocketsTest.await(open);
                }
            };
        }

        @Override
        public synchronized void close() {
            closed.countDown();
        }
    }

    private static byte[] text(String text) {
        return RawServer.frame(RawServer.FINAL | RawServer.TEXT, bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] together(byte[]... parts) {
        ByteArrayOutputStream together = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            together.writeBytes(part);
        }
        return together.toByteArray();
    }

    private static boolean await(CountDownLatch latch, Duration time) {
        try {
            return latch.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes down what the socket says; may be told to hold the first word back. */
    private static final class Heard implements Socket.Listener {
        private final BlockingQueue<String> words = new LinkedBlockingQueue<>();
        private volatile CountDownLatch gate = new CountDownLatch(0);

        void hold() {
            gate = new CountDownLatch(1);
        }

        void release() {
            gate.countDown();
        }

        String next() throws InterruptedException {
            String word = words.poll(20, TimeUnit.SECONDS);
            return word == null ? "nothing" : word;
        }

        void nothingMore() throws InterruptedException {
            assertThat(silentFor(Duration.ofMillis(300))).isTrue();
        }

        boolean silentFor(Duration time) throws InterruptedException {
            return words.poll(time.toMillis(), TimeUnit.MILLISECONDS) == null;
        }

        @Override
        public void onText(byte[] text) {
            await(gate);
            words.add("text " + new String(text, StandardCharsets.UTF_8));
        }

        @Override
        public void onNoText(byte[] bytes) {
            words.add("no text " + Arrays.toString(bytes));
        }

        @Override
        public void onAllRead() {
            // each is heard at once
        }

        @Override
        public void onBinary(ByteBuffer bytes) {
            words.add("binary " + bytes.remaining());
        }

        @Override
        public void onPong(long mark) {
            words.add("pong " + mark);
        }

        @Override
        public void onClosed(int code, String reason) {
            words.add("closed " + code + " " + reason);
        }
    }

    /** Hears nothing. */
    private static final class Deaf implements Socket.Listener {
        @Override
        public void onText(byte[] text) {
            // not of interest
        }

        @Override
        public void onNoText(byte[] bytes) {
            // not of interest
        }

        @Override
        public void onAllRead() {
            // not of interest
        }

        @Override
        public void onBinary(ByteBuffer bytes) {
            // not of interest
        }

        @Override
        public void onPong(long mark) {
            // not of interest
        }

        @Override
        public void onClosed(int code, String reason) {
            // not of interest
        }
    }

    /** An HTTP proxy for one connection. */
    private static final class HttpProxy implements AutoCloseable {
        private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final String answer;
        private final boolean opens;

        interface Opening {
            void run() throws Exception;
        }

        /** @param opens whether it carries what follows its answer */
        HttpProxy(String answer, boolean opens) throws IOException {
            this.answer = answer;
            this.opens = opens;
            start(this::serve);
        }

        /** What it was asked for. */
        String asked() throws InterruptedException {
            String line = asked.poll(10, TimeUnit.SECONDS);
            return line == null ? "nothing" : line;
        }

        /** The JVM is told of this proxy, and of none when that is done. */
        void during(Opening opening) throws Exception {
            ProxySelector before = ProxySelector.getDefault();
            ProxySelector.setDefault(ProxySelector.of((InetSocketAddress) server.getLocalSocketAddress()));
            try {
                opening.run();
            } finally {
                ProxySelector.setDefault(before);
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }

        private void serve() throws IOException {
            try (java.net.Socket client = server.accept()) {
                StringBuilder head = new StringBuilder();
                while (!head.toString().endsWith("\r\n\r\n")) {
                    head.append((char) client.getInputStream().read());
                }
                String line = head.substring(0, head.indexOf("\r\n"));
                asked.add(line);
                client.getOutputStream().write(bytes(answer));
                if (opens) {
                    carry(client, line.replaceAll("CONNECT (.*) HTTP.*", "$1"));
                } else {
                    client.getInputStream().read(); // the client goes, or asks again
                }
            }
        }

        private static void carry(java.net.Socket client, String target) throws IOException {
            int colon = target.lastIndexOf(':');
            try (java.net.Socket there =
                    new java.net.Socket(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)))) {
                start(() -> there.getInputStream().transferTo(client.getOutputStream()));
                client.getInputStream().transferTo(there.getOutputStream());
            }
        }

        private interface Task {
            void run() throws IOException;
        }

        private static void start(Task task) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            task.run();
                        } catch (IOException e) {
                            // the test is over
                        }
                    },
                    "proxy");
            thread.setDaemon(true);
            thread.start();
        }
    }
}
