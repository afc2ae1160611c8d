package org.chatbridge.quickstart;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A connection that is kept open and on which one question follows the answer to the one before: as little work as can be,
 * so that the time is the server's. For one thread.
 */
final class HttpConnection implements AutoCloseable {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
    /** HAProxy writes the names of headers in small letters. */
    private static final Pattern LENGTH = Pattern.compile("(?im)^Content-Length: *(\\d+)");

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private byte[] buffer = new byte[64 << 10];
    private int bodyStart;
    private int bodyLength;

    private HttpConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    static HttpConnection open(URI server) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), (int) ANSWER_WITHIN.toMillis());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) ANSWER_WITHIN.toMillis());
        return new HttpConnection(socket);
    }

    /** A question, made once and asked often. */
    static byte[] get(String target) {
        return ("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Asks, and reads the whole answer.
     *
     * @return its status
     */
    int ask(byte[] question) throws IOException {
        out.write(question);
        int filled = 0;
        int end = -1;
        while (end < 0) {
            filled += read(filled);
            end = endOfHead(filled);
        }
        String head = new String(buffer, 0, end, StandardCharsets.ISO_8859_1);
        bodyStart = end + END_OF_HEAD.length;
        bodyLength = length(head);
        while (filled < bodyStart + bodyLength) {
            filled += read(filled);
        }
        return Integer.parseInt(head.substring(9, 12));
    }

    /** That of the last answer. */
    String body() {
        return new String(buffer, bodyStart, bodyLength, StandardCharsets.UTF_8);
    }

    /** Bytes of the last answer's body. */
    int bodyLength() {
        return bodyLength;
    }

    private int read(int filled) throws IOException {
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * filled);
        }
        int read = in.read(buffer, filled, buffer.length - filled);
        if (read < 0) {
            throw new EOFException("the server has closed the connection");
        }
        return read;
    }

    private int endOfHead(int filled) {
        for (int i = 0; i + END_OF_HEAD.length <= filled; i++) {
            if (buffer[i] == '\r' && Arrays.equals(buffer, i, i + END_OF_HEAD.length, END_OF_HEAD, 0, 4)) {
                return i;
            }
        }
        return -1;
    }

    private static int length(String head) throws IOException {
        Matcher length = LENGTH.matcher(head);
        if (!length.find()) {
            throw new IOException("an answer without a length: " + head);
        }
        return Integer.parseInt(length.group(1));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // it is of no more use either way
        }
    }
}
