package org.chatbridge.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A LiveChat that costs next to nothing: frames made beforehand, written to the one client that is logged in as fast as its
 * socket takes them, or so many a second. Arguments: distinct frames, size of the team (see {@link Frames}), {@link Mix}.
 *
 * <p>Says {@code port N}, and {@code login N} for each client that logs in. Told {@code send COUNT RATE} on its standard input
 * (rate 0: full speed) it sends, and says {@code sent BEGAN ENDED} with both instants in µs since 1970: at a rate the n-th
 * push, counted from 0, was due n/RATE seconds after the first. Ends with its input.
 */
public final class SenderMain {
    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int CHUNK = 64 * 1024;
    private static final int MOST_FRAMES_IN_CHUNK = 200;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final byte[] wire;
    private final int[] ends;
    private final Object writing = new Object();
    private volatile @Nullable Socket client;
    private int next;

    private SenderMain(List<byte[]> frames) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ends = new int[frames.size()];
        for (int i = 0; i < ends.length; i++) {
            all.write(frame(0x1, frames.get(i)));
            ends[i] = all.size();
        }
        wire = all.toByteArray();
    }

    /** Serves until its input ends. */
    public static void main(String[] args) throws Exception {
        List<byte[]> frames = Mix.valueOf(args[2]).frames(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
        SenderMain sender = new SenderMain(frames);
        say("characters " + frames.stream().mapToLong(frame -> frame.length).sum() / frames.size());
        ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(() -> sender.accept(server), "accepting");
        accepting.setDaemon(true);
        accepting.start();
        say("port " + server.getLocalPort());
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ", -1);
            sender.send(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
        }
        System.exit(0);
    }

    private void send(int count, int rate) throws IOException {
        Socket to = client;
        if (to == null) {
            say("nobody is logged in");
            return;
        }
        OutputStream out = to.getOutputStream();
        long began = micros();
        long beganNanos = System.nanoTime();
        int sent = 0;
        while (sent < count) {
            int due = count;
            if (rate > 0) {
                due = (int) Math.min(count, 1 + (System.nanoTime() - beganNanos) * rate / 1_000_000_000L);
                if (due <= sent) {
                    LockSupport.parkNanos(beganNanos + sent * 1_000_000_000L / rate - System.nanoTime());
                    continue;
                }
            }
            int from = next == 0 ? 0 : ends[next - 1];
            int first = next;
            while (next < ends.length
                    && next - first < Math.min(due - sent, MOST_FRAMES_IN_CHUNK)
                    && (next == first || ends[next] - from <= CHUNK)) {
                next++;
            }
            synchronized (writing) {
                out.write(wire, from, ends[next - 1] - from);
            }
            sent += next - first;
            next %= ends.length;
        }
        say("sent " + began + " " + micros());
    }

    private void accept(ServerSocket server) {
        while (true) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                Thread reading = new Thread(() -> serve(socket), "reading");
                reading.setDaemon(true);
                reading.start();
            } catch (IOException e) {
                say("cannot accept: " + e);
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            handshake(in, socket.getOutputStream());
            while (true) {
                int opcode = in.readUnsignedByte() & 0xF;
                byte[] payload = payload(in);
                if (opcode == 0x8) {
                    return;
                } else if (opcode == 0x9) {
                    write(socket, frame(0xA, payload));
                } else if (opcode == 0x1) {
                    answer(socket, JSON.readTree(payload));
                }
            }
        } catch (IOException e) {
            say("client gone");
        }
    }

    private void answer(Socket socket, JsonNode request) throws IOException {
        ObjectNode response = JSON.createObjectNode();
        for (String name : List.of("id", "request_id", "action")) {
            if (request.has(name)) {
                response.set(name, request.get(name));
            }
        }
        response.put("type", "response").put("success", true);
        ObjectNode payload = response.putObject("payload");
        boolean login = request.path("action").asText().equals("login");
        if (login) {
            payload.putObject("my_profile").put("id", "agent@example.com");
        }
        if (login || request.path("action").asText().equals("get_filtered_chats")) {
            payload.putArray("chats_summary");
        }
        write(socket, frame(0x1, JSON.writeValueAsBytes(response)));
        if (login) {
            next = 0;
            client = socket;
            say("login " + micros());
        }
    }

    private void write(Socket socket, byte[] frame) throws IOException {
        synchronized (writing) {
            socket.getOutputStream().write(frame);
        }
    }

    private static void handshake(DataInputStream in, OutputStream out) throws IOException {
        StringBuilder request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
            request.append((char) in.readUnsignedByte());
        }
        String key = request.toString()
                .lines()
                .filter(line -> line.regionMatches(true, 0, "Sec-WebSocket-Key:", 0, 18))
                .map(line -> line.substring(18).strip())
                .findFirst()
                .orElseThrow(() -> new IOException("no WebSocket handshake"));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + ACCEPT_SUFFIX).getBytes(StandardCharsets.US_ASCII));
            out.write(
                    ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                                    + Base64.getEncoder().encodeToString(digest) + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    private static byte[] payload(DataInputStream in) throws IOException {
        long length = in.readUnsignedByte() & 0x7F; // what comes from a client is masked
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes((int) length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i % 4];
        }
        return payload;
    }

    private static byte[] frame(int opcode, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 10).put((byte) (0x80 | opcode));
        if (payload.length < 126) {
            frame.put((byte) payload.length);
        } else if (payload.length < 1 << 16) {
            frame.put((byte) 126).putShort((short) payload.length);
        } else {
            frame.put((byte) 127).putLong(payload.length);
        }
        frame.put(payload);
        byte[] bytes = new byte[frame.position()];
        frame.flip().get(bytes);
        return bytes;
    }

    private static long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
