package org.chatbridge.bridge.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.chatbridge.program.Certificates;
import org.chatbridge.program.HttpOptions;
import org.chatbridge.sandbox.CertificateAuthority;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the bridge relies on of its WebSocket client, against a server that does the odd things on purpose. */
@Timeout(60)
class TyrusSocketsTest {
    private static final int MAX_FRAME = 4 << 20;

    private final TyrusSockets sockets = new TyrusSockets(MAX_FRAME, Duration.ofSeconds(2), null);
    private final Heard heard = new Heard();

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
    void shouldTrustAPrivateAuthorityThatItIsToldOf(@TempDir Path directory) throws Exception {
        CertificateAuthority authority = new CertificateAuthority(directory);
        SSLContext tls = CertificateAuthority.server(authority.issue("livechat", "ip:127.0.0.1"));
        TyrusSockets trusting = trusting(authority.certificate());
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
    void shouldRefuseACertificateOfAnotherHost(@TempDir Path directory) throws Exception {
        CertificateAuthority authority = new CertificateAuthority(directory);
        TyrusSockets trusting = trusting(authority.certificate());
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

    private static TyrusSockets trusting(Path certificate) {
        return new TyrusSockets(
                MAX_FRAME,
                Duration.ofSeconds(2),
                Certificates.trusted("test", new HttpOptions.Keystore(certificate, null, "PEM")));
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
        public void onText(String text) {
            await(gate);
            words.add("text " + text);
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
}
