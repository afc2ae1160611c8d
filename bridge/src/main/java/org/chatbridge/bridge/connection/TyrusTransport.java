package org.chatbridge.bridge.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.glassfish.tyrus.client.ClientProperties;
import org.glassfish.tyrus.core.TyrusUpgradeResponse;
import org.glassfish.tyrus.spi.ClientContainer;
import org.glassfish.tyrus.spi.ClientEngine;
import org.glassfish.tyrus.spi.CompletionHandler;
import org.glassfish.tyrus.spi.Connection;
import org.glassfish.tyrus.spi.UpgradeRequest;
import org.glassfish.tyrus.spi.Writer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lies below Tyrus: a plain socket, with TLS or without, a thread that reads and one that writes. Tyrus' own transports
 * hand each read from thread to thread, and Tyrus makes a string of each text frame of which the bytes are wanted; here they come
 * straight from the socket (see {@link FrameReader}), and Tyrus has all other frames. Decision 022.
 *
 * <p>Made by Tyrus, one for each client.
 */
public final class TyrusTransport implements ClientContainer {
    /** Property of the client: an {@link SSLContext}; the JVM's own where there is none. */
    static final String TLS = "org.chatbridge.tls";

    /** Property of the client: the largest message. */
    static final String MAX_FRAME_BYTES = "org.chatbridge.max-frame-bytes";

    /** User property of the endpoint: the {@link Socket.Listener} that gets the text frames. */
    static final String LISTENER = "org.chatbridge.listener";

    /** User property of the endpoint: a {@link Runnable} that closes the session, for a message that is too large. */
    static final String TOO_LARGE = "org.chatbridge.too-large";

    /** User property of the endpoint, set where the upgrade is refused with one: the header of that name, a string. */
    static final String RETRY_AFTER = "org.chatbridge.retry-after";

    private static final Logger LOG = LoggerFactory.getLogger(TyrusTransport.class);
    private static final CloseReason GONE = new CloseReason(CloseReason.CloseCodes.CLOSED_ABNORMALLY, null);
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(ISO_8859_1);
    private static final int MOST_HEAD_BYTES = 64 * 1024;
    private static final long LAST_WORD_MS = 1_000;

    @Override
    public void openClientSocket(ClientEndpointConfig config, Map<String, Object> properties, ClientEngine engine)
            throws IOException {
        UpgradeRequest request = engine.createUpgradeRequest(() -> {});
        int timeoutMs = required(properties, ClientProperties.HANDSHAKE_TIMEOUT, Integer.class);
        URI uri = request.getRequestURI();
        boolean secure = "wss".equalsIgnoreCase(uri.getScheme());
        Proxy proxy = proxy(URI.create((secure ? "https://" : "http://") + uri.getRawAuthority()));
        java.net.Socket socket = new java.net.Socket(proxy);
        // One limit for all of it: that of a socket begins anew with each byte.
        AtomicBoolean tooLate = new AtomicBoolean();
        CompletableFuture<Void> limit = CompletableFuture.runAsync(
                () -> {
                    tooLate.set(true); // before it is closed: who reads notices at once
                    close(socket);
                },
                CompletableFuture.delayedExecutor(timeoutMs, TimeUnit.MILLISECONDS));
        try {
            socket.setSoTimeout(timeoutMs); // the connection to a proxy is another, until the proxy has answered
            open(config, properties, engine, request, connect(socket, uri, proxy, (SSLContext) properties.get(TLS)));
        } catch (IOException | RuntimeException e) {
            close(socket);
            if (tooLate.get() || e instanceof SocketTimeoutException) {
                throw new IOException("no answer to the handshake within " + timeoutMs + " ms"); // whatever broke then
            }
            throw e;
        } finally {
            limit.cancel(false);
        }
    }

    private static void open(
            ClientEndpointConfig config,
            Map<String, Object> properties,
            ClientEngine engine,
            UpgradeRequest request,
            java.net.Socket socket)
            throws IOException {
        Outgoing outgoing = new Outgoing(socket);
        outgoing.out.write(head(request));
        outgoing.out.flush();
        TyrusUpgradeResponse response = response(socket);
        ClientEngine.ClientUpgradeInfo upgraded =
                engine.processResponse(response, outgoing, reason -> outgoing.close());
        if (upgraded.getUpgradeStatus() == ClientEngine.ClientUpgradeStatus.SUCCESS) {
            socket.setSoTimeout(0);
            read(config, properties, socket, upgraded.createConnection());
        } else {
            Optional.ofNullable(response.getFirstHeaderValue("Retry-After"))
                    .ifPresent(seconds -> config.getUserProperties().put(RETRY_AFTER, seconds));
            outgoing.close(); // why was told to whom the engine works for
            if (upgraded.getUpgradeStatus() == ClientEngine.ClientUpgradeStatus.ANOTHER_UPGRADE_REQUEST_REQUIRED) {
                // With credentials that the bridge does not have: Tyrus tells nobody, and would wait for them.
                throw new IOException("Response code was not 101: " + response.getStatus() + ".");
            }
        }
    }

    private static java.net.Socket connect(java.net.Socket socket, URI uri, Proxy proxy, @Nullable SSLContext tls)
            throws IOException {
        boolean secure = "wss".equalsIgnoreCase(uri.getScheme());
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        socket.setTcpNoDelay(true);
        socket.connect(
                proxy.type() == Proxy.Type.DIRECT
                        ? new InetSocketAddress(uri.getHost(), port)
                        : InetSocketAddress.createUnresolved(uri.getHost(), port));
        return secure ? secured(socket, uri.getHost(), port, tls) : socket;
    }

    /** The one that the JVM was told of, such as with {@code -Dhttps.proxyHost}. */
    private static Proxy proxy(URI uri) {
        return ProxySelector.getDefault().select(uri).stream()
                .filter(proxy -> proxy.type() == Proxy.Type.HTTP)
                .findFirst()
                .orElse(Proxy.NO_PROXY);
    }

    private static java.net.Socket secured(java.net.Socket socket, String host, int port, @Nullable SSLContext tls)
            throws IOException {
        try {
            SSLContext context = tls == null ? SSLContext.getDefault() : tls;
            SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(socket, host, port, true);
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the certificate must name the host
            secured.setSSLParameters(parameters);
            // Or closing waits for a write that a peer keeps waiting who does not read.
            secured.setSoLinger(true, 1);
            secured.startHandshake();
            return secured;
        } catch (NoSuchAlgorithmException e) {
            throw new IOException("this JVM has no TLS: " + e.getMessage(), e);
        }
    }

    private static byte[] head(UpgradeRequest request) {
        URI uri = request.getRequestURI();
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        StringBuilder head = new StringBuilder("GET ").append(path);
        if (uri.getRawQuery() != null) {
            head.append('?').append(uri.getRawQuery());
        }
        head.append(" HTTP/1.1\r\n");
        request.getHeaders().forEach((name, values) -> head.append(name)
                .append(": ")
                .append(String.join(", ", values))
                .append("\r\n"));
        return head.append("\r\n").toString().getBytes(ISO_8859_1);
    }

    /** Reads the head of the answer, byte by byte: what follows belongs to the frames. */
    private static TyrusUpgradeResponse response(java.net.Socket socket) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        for (int matched = 0; matched < END_OF_HEAD.length; ) {
            int next = in.read();
            if (next < 0 || head.size() == MOST_HEAD_BYTES) {
                throw new IOException(next < 0 ? "the peer has closed the connection" : "the peer does not speak HTTP");
            }
            head.write(next);
            matched = next == END_OF_HEAD[matched] ? matched + 1 : next == END_OF_HEAD[0] ? 1 : 0;
        }
        String[] lines = head.toString(ISO_8859_1).split("\r\n", -1);
        String[] status = lines[0].split(" ", 3);
        TyrusUpgradeResponse response = new TyrusUpgradeResponse();
        try {
            response.setStatus(Integer.parseInt(status[1]));
        } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
            throw new IOException("the peer does not speak HTTP: " + lines[0]);
        }
        response.setReasonPhrase(status.length > 2 ? status[2] : "");
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                response.getHeaders()
                        .computeIfAbsent(lines[i].substring(0, colon), name -> new ArrayList<>(1))
                        .add(lines[i].substring(colon + 1).strip());
            }
        }
        return response;
    }

    private static void read(
            ClientEndpointConfig config, Map<String, Object> properties, java.net.Socket socket, Connection connection)
            throws IOException {
        InputStream in = socket.getInputStream();
        Runnable tooLarge = required(config.getUserProperties(), TOO_LARGE, Runnable.class);
        FrameReader reader = new FrameReader(
                required(config.getUserProperties(), LISTENER, Socket.Listener.class),
                connection.getReadHandler()::handle,
                required(properties, MAX_FRAME_BYTES, Integer.class));
        Thread thread = new Thread(
                () -> {
                    try {
                        reader.read(in);
                    } catch (FrameReader.TooLargeException e) {
                        tooLarge.run();
                    } catch (IOException e) {
                        LOG.debug("the connection is broken, or was closed", e);
                    } finally {
                        connection.close(GONE); // nobody hears of it who has heard of an end before
                    }
                },
                "rtm-reader");
        thread.setDaemon(true);
        thread.start();
    }

    private static <T> T required(Map<String, Object> properties, String name, Class<T> type) {
        return type.cast(Objects.requireNonNull(properties.get(name), name));
    }

    private static void close(java.net.@Nullable Socket socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            LOG.debug("it was broken already", e);
        }
    }

    /** Writes on a thread of its own, for whoever speaks must not wait for a peer that does not read. */
    static final class Outgoing extends Writer {
        private static final int OPCODE = 0x0F;
        private static final int PONG = 0xA;

        private final java.net.Socket socket;
        private final OutputStream out;

        /** The pong that waits to be written; a later one takes its place (RFC 6455, 5.5.3). */
        private final AtomicReference<byte @Nullable []> pong = new AtomicReference<>();

        private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
            Thread writing = new Thread(task, "rtm-writer");
            writing.setDaemon(true);
            return writing;
        });

        Outgoing(java.net.Socket socket) throws IOException {
            this.socket = socket;
            this.out = socket.getOutputStream();
        }

        @Override
        public void write(ByteBuffer buffer, @Nullable CompletionHandler<ByteBuffer> handler) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            boolean isPong = (bytes[0] & OPCODE) == PONG;
            if (isPong && pong.getAndSet(bytes) != null) {
                completed(buffer, handler); // whoever pings faster than it reads would fill the memory
                return;
            }
            try {
                thread.execute(
                        () -> write(isPong ? Objects.requireNonNull(pong.getAndSet(null)) : bytes, buffer, handler));
            } catch (RejectedExecutionException e) {
                failed(new IOException("the connection is closed", e), handler);
            }
        }

        private void write(byte[] bytes, ByteBuffer buffer, @Nullable CompletionHandler<ByteBuffer> handler) {
            try {
                out.write(bytes);
                out.flush();
            } catch (IOException e) {
                failed(e, handler);
                return;
            }
            completed(buffer, handler);
        }

        private static void completed(ByteBuffer buffer, @Nullable CompletionHandler<ByteBuffer> handler) {
            if (handler != null) {
                handler.completed(buffer);
            }
        }

        private static void failed(IOException e, @Nullable CompletionHandler<ByteBuffer> handler) {
            LOG.debug("sending failed; the end of the connection will show", e);
            if (handler != null) {
                handler.failed(e);
            }
        }

        /**
         * Closes the socket when all is written; at once, nearly, where the peer does not read. By the thread that reads and
         * by the one that speaks.
         */
        @Override
        public synchronized void close() {
            if (!thread.isShutdown()) {
                thread.execute(() -> TyrusTransport.close(socket));
                thread.shutdown();
                CompletableFuture.delayedExecutor(LAST_WORD_MS, TimeUnit.MILLISECONDS)
                        .execute(() -> TyrusTransport.close(socket));
            }
        }
    }
}
