package org.chatbridge.bridge.connection;

import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.glassfish.tyrus.client.ClientManager;
import org.glassfish.tyrus.client.ClientProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * WebSockets by Tyrus, which only this class and {@link TyrusTransport} know.
 *
 * <p>A message that is too large closes the session with 1011, as Tyrus does where its buffer is full. Of Tyrus' habits these
 * matter: what it counts of a text in fragments are characters, so that {@link FrameReader} counts; a refused or silent peer
 * throws and there is no {@code onClose}; a handler that blocks stops the reading, so that TCP pushes back.
 */
public final class TyrusSockets implements Socket.Opener {
    private static final Logger LOG = LoggerFactory.getLogger(TyrusSockets.class);
    /** The buffer holds the beginning of the next frame beside a whole one. */
    private static final int READ_AHEAD = 1024 * 1024;

    private final ClientManager client;

    /**
     * @param maxFrameBytes the largest message that is received, in one frame or in several
     * @param handshakeTimeout how long a handshake may take, that of TLS included
     * @param trusted whose certificates are accepted where {@code wss} is spoken; null for those that the JVM knows. They
     *     must name the host in either case
     */
    public TyrusSockets(int maxFrameBytes, Duration handshakeTimeout, @Nullable SSLContext trusted) {
        client = ClientManager.createClient(TyrusTransport.class.getName());
        if (trusted != null) {
            client.getProperties().put(TyrusTransport.TLS, trusted);
        }
        client.getProperties().put(TyrusTransport.MAX_FRAME_BYTES, maxFrameBytes);
        client.getProperties().put("org.glassfish.tyrus.incomingBufferSize", maxFrameBytes + READ_AHEAD);
        client.getProperties().put(ClientProperties.HANDSHAKE_TIMEOUT, (int) handshakeTimeout.toMillis());
        client.setDefaultMaxTextMessageBufferSize(maxFrameBytes);
        client.setDefaultMaxBinaryMessageBufferSize(maxFrameBytes);
    }

    @Override
    public Socket open(URI url, @Nullable String region, Socket.Listener hears)
            throws Socket.CannotOpenException, InterruptedException {
        Socket.Listener listener = new UntilClosed(hears);
        ClientEndpointConfig config = ClientEndpointConfig.Builder.create()
                .configurator(new Handshake(url, region))
                .build();
        try {
            Listening listening = new Listening(listener);
            config.getUserProperties().put(TyrusTransport.LISTENER, listener);
            config.getUserProperties().put(TyrusTransport.TOO_LARGE, (Runnable) listening::tooLarge);
            return new TyrusSocket(client.connectToServer(listening, config, url));
        } catch (DeploymentException | IOException e) {
            Duration retryAfter = seconds(config.getUserProperties().get(TyrusTransport.RETRY_AFTER));
            throw new Socket.CannotOpenException(reason(e, url, retryAfter), e, retryAfter);
        }
    }

    /** Of a header, as many as an int can hold; zero where there is none, or where it is no number, such as a date. */
    private static Duration seconds(@Nullable Object header) {
        String text = header == null ? "" : header.toString();
        return text.matches("[0-9]+")
                ? Duration.ofSeconds(new BigInteger(text)
                        .min(BigInteger.valueOf(Integer.MAX_VALUE))
                        .intValue())
                : Duration.ZERO;
    }

    private static String reason(Throwable e, URI url, Duration retryAfter) {
        String reason = reason(e, url);
        return retryAfter.isZero()
                ? reason
                : reason.replaceFirst("\\.$", "") + ", and the peer asks not to be tried again for "
                        + retryAfter.toSeconds() + " s";
    }

    private static String reason(Throwable e, URI url) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        if (cause instanceof CertPathBuilderException || cause instanceof CertPathValidatorException) {
            return "its certificate is not signed by anybody whom this bridge trusts; if it is LiveChat's, or your own"
                    + " proxy's, put that of who signed it into livechat.tls.truststore.location";
        }
        if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
            return "its certificate "
                    + (cause instanceof CertificateExpiredException ? "has expired" : "is not valid yet") + " ("
                    + message + "), unless the clock of this machine is wrong";
        }
        if (cause instanceof CertificateException && message != null && message.startsWith("No subject alternative")) {
            return "its certificate does not name " + url.getHost() + " (" + message + ")";
        }
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }

    /** Where the peer has closed the connection a moment before, Tyrus throws a plain {@link RuntimeException}. */
    record TyrusSocket(Session session) implements Socket {
        @Override
        public void send(String text) {
            try {
                session.getAsyncRemote().sendText(text, result -> {
                    if (!result.isOK()) {
                        LOG.debug("sending failed; the end of the connection will show", result.getException());
                    }
                });
            } catch (RuntimeException e) {
                LOG.debug("sending failed; the end of the connection will show", e);
            }
        }

        @Override
        public void ping(long mark) {
            try {
                session.getAsyncRemote()
                        .sendPing(ByteBuffer.allocate(Long.BYTES).putLong(0, mark));
            } catch (IOException | RuntimeException e) {
                LOG.debug("sending failed; the end of the connection will show", e);
            }
        }

        @Override
        public void close(String reason) {
            TyrusSockets.close(session, new CloseReason(CloseReason.CloseCodes.NORMAL_CLOSURE, reason));
        }
    }

    private static void close(Session session, CloseReason reason) {
        try {
            session.close(reason);
        } catch (IOException | RuntimeException e) {
            LOG.debug("the socket was closed already", e);
        }
    }

    /** Keeps from the listener what was read together with the end, behind it. */
    private static final class UntilClosed implements Socket.Listener {
        private final Socket.Listener listener;
        private volatile boolean closed;

        UntilClosed(Socket.Listener listener) {
            this.listener = listener;
        }

        @Override
        public void onBytes() {
            if (!closed) {
                listener.onBytes();
            }
        }

        @Override
        public void onPiece() {
            if (!closed) {
                listener.onPiece();
            }
        }

        @Override
        public void onText(byte[] text) {
            if (!closed) {
                listener.onText(text);
            }
        }

        @Override
        public void onNoText(byte[] bytes) {
            if (!closed) {
                listener.onNoText(bytes);
            }
        }

        @Override
        public void onAllRead() {
            if (!closed) {
                listener.onAllRead();
            }
        }

        @Override
        public void onBinary(ByteBuffer bytes) {
            if (!closed) {
                listener.onBinary(bytes);
            }
        }

        @Override
        public void onPong(long mark) {
            if (!closed) {
                listener.onPong(mark);
            }
        }

        @Override
        public void onClosed(int code, String reason) {
            closed = true;
            listener.onClosed(code, reason);
        }
    }

    private static final class Listening extends Endpoint {
        private static final CloseReason TOO_LARGE =
                new CloseReason(CloseReason.CloseCodes.UNEXPECTED_CONDITION, "Buffer overflow.");

        private final Socket.Listener listener;
        private volatile @Nullable Session session;

        Listening(Socket.Listener listener) {
            this.listener = listener;
        }

        @Override
        public void onOpen(Session session, EndpointConfig config) {
            this.session = session;
            // A message of several frames; the transport tells of the others.
            session.addMessageHandler(String.class, (MessageHandler.Whole<String>)
                    text -> listener.onText(text.getBytes(StandardCharsets.UTF_8)));
            session.addMessageHandler(ByteBuffer.class, (MessageHandler.Whole<ByteBuffer>) listener::onBinary);
            session.addMessageHandler(
                    PongMessage.class, (MessageHandler.Whole<PongMessage>) pong -> listener.onPong(mark(pong)));
        }

        void tooLarge() {
            Session open = session;
            if (open != null) {
                close(open, TOO_LARGE);
            }
        }

        @Override
        public void onClose(Session session, CloseReason reason) {
            listener.onClosed(
                    reason.getCloseCode().getCode(), reason.getReasonPhrase() == null ? "" : reason.getReasonPhrase());
        }

        @Override
        public void onError(Session session, Throwable thrown) {
            LOG.warn("the WebSocket client reports an error; the connection goes on", thrown);
        }
    }

    private static long mark(PongMessage pong) {
        ByteBuffer data = pong.getApplicationData();
        return data != null && data.remaining() == Long.BYTES ? data.getLong(data.position()) : 0;
    }

    /**
     * The headers of the handshake: the region asked for goes out, and old versions of the API announce their end.
     * PROTOCOL 1.1.
     */
    private static final class Handshake extends ClientEndpointConfig.Configurator {
        private final URI url;
        private final @Nullable String region;

        Handshake(URI url, @Nullable String region) {
            this.url = url;
            this.region = region;
        }

        @Override
        public void beforeRequest(Map<String, List<String>> headers) {
            if (region != null) {
                headers.put("X-Region", List.of(region));
            }
        }

        @Override
        public void afterResponse(HandshakeResponse response) {
            for (Map.Entry<String, List<String>> header : response.getHeaders().entrySet()) {
                if (header.getKey() != null
                        && (header.getKey().equalsIgnoreCase("Legacy")
                                || header.getKey().equalsIgnoreCase("Deprecation"))) {
                    LOG.warn(
                            "livechat.url={}: LiveChat announces the end of this version of its API: {}: {}",
                            Destination.told(url),
                            header.getKey(),
                            String.join(", ", header.getValue()));
                }
            }
        }
    }
}
