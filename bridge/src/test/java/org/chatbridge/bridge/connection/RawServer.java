package org.chatbridge.bridge.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/** A WebSocket server that does just what a test says, byte by byte, for one connection. */
final class RawServer implements AutoCloseable {
    static final int FINAL = 0x80;
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    private static final int CLOSE = 8;
    static final int PING = 9;
    private static final int PONG = 10;

    /** What to do once the TCP connection is there, on a thread of its own. */
    interface Script {
        void run(Peer peer) throws IOException;
    }

    private final ServerSocket server;
    private final Thread thread;

    private final String scheme;

    RawServer(Script script) {
        this(script, "ws", ServerSocketFactory.getDefault());
    }

    /** One that speaks TLS. */
    static RawServer secured(Script script, SSLContext tls) {
        return new RawServer(script, "wss", tls.getServerSocketFactory());
    }

    private RawServer(Script script, String scheme, ServerSocketFactory sockets) {
        this.scheme = scheme;
        try {
            server = sockets.createServerSocket(0, 5, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new Thread(() -> accept(script), "raw-server");
        thread.setDaemon(true);
        thread.start();
    }

    URI url() {
        return URI.create(scheme + "://127.0.0.1:" + server.getLocalPort() + "/agent/v0.2/rtm/ws");
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept(Script script) {
        try (Socket socket = server.accept()) {
            script.run(new Peer(socket));
        } catch (IOException e) {
            // the test is over, or the client has gone
        }
    }

    /** The server's end of the connection. */
    record Peer(Socket socket) {
        /** Reads the request for the upgrade and grants it. */
        void handshake() throws IOException {
            write(answer());
        }

        /** Reads the request for the upgrade; what would grant it. */
        String answer() throws IOException {
            String key = readRequest();
            try {
                byte[] digest = MessageDigest.getInstance("SHA-1")
                        .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(US_ASCII));
                return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(digest) + "\r\n\r\n";
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Reads the request for the upgrade; its key. */
        String readRequest() throws IOException {
            StringBuilder request = new StringBuilder();
            InputStream in = socket.getInputStream();
            while (!request.toString().endsWith("\r\n\r\n")) {
                int read = in.read();
                if (read < 0) {
                    throw new IOException("the client has gone");
                }
                request.append((char) read);
            }
            return request.toString()
                    .lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElseThrow(() -> new IOException("no key"));
        }

        void write(String text) throws IOException {
            write(text.getBytes(UTF_8));
        }

        void write(byte[] bytes) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
        }

        void text(String text) throws IOException {
            text(text.getBytes(UTF_8));
        }

        void text(byte[] text) throws IOException {
            write(frame(FINAL | TEXT, text));
        }

        void binary(byte[] bytes) throws IOException {
            write(frame(FINAL | BINARY, bytes));
        }

        void pong() throws IOException {
            write(frame(FINAL | PONG, new byte[0]));
        }

        void closeFrame(int code, String reason) throws IOException {
            write(close(code, reason));
        }

        /** Cuts the connection off with RST. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Waits until the client has closed its end. */
        void awaitEnd() throws IOException {
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                // what the client says is of no interest
            }
        }
    }

    /**
     * A frame.
     *
     * @param first FIN and the opcode
     */
    static byte[] frame(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(10 + payload.length).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) payload.length);
        } else {
            frame.put((byte) 127).putLong(payload.length);
        }
        frame.put(payload);
        return Arrays.copyOf(frame.array(), frame.position());
    }

    /** The frame that ends a connection. */
    static byte[] close(int code, String reason) {
        byte[] text = reason.getBytes(UTF_8);
        return frame(
                FINAL | CLOSE,
                ByteBuffer.allocate(2 + text.length)
                        .putShort((short) code)
                        .put(text)
                        .array());
    }
}
