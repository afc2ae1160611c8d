package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A WebSocket client that knows nothing of LiveChat: frames in, frames out. */
final class RawClient implements WebSocket.Listener, AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    final BlockingQueue<ByteBuffer> binary = new LinkedBlockingQueue<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    final CompletableFuture<String> closeReason = new CompletableFuture<>();
    final CompletableFuture<String> pong = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;
    private final boolean reading;

    private RawClient(URI url, boolean reading, Duration within) {
        this.reading = reading;
        this.socket = HTTP.newWebSocketBuilder()
                .connectTimeout(within)
                .buildAsync(url, this)
                .join();
    }

    static RawClient connect(SimulatedLiveChat simulator) {
        return connectWithin(simulator, Duration.ofSeconds(10));
    }

    static RawClient connectWithin(SimulatedLiveChat simulator, Duration within) {
        return new RawClient(simulator.url(), true, within);
    }

    static RawClient connect(URI url) {
        return new RawClient(url, true, Duration.ofSeconds(10));
    }

    static Predicate<JsonNode> isPush() {
        return frame -> frame.path("type").asText().equals("push");
    }

    /** Reads two frames and then no more. */
    static RawClient connectWithoutReading(SimulatedLiveChat simulator) {
        return new RawClient(simulator.url(), false, Duration.ofSeconds(10));
    }

    void send(String frame) {
        socket.sendText(frame, true).join();
    }

    void ping(String text) {
        socket.sendPing(ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .join();
    }

    JsonNode login(String token) throws InterruptedException {
        send("{\"id\":\"l\",\"request_id\":\"l\",\"action\":\"login\",\"payload\":{\"token\":\"" + token + "\"}}");
        return await(frame -> frame.path("action").asText().equals("login"));
    }

    JsonNode request(String id, String action, String payload) throws InterruptedException {
        send("{\"request_id\":\"" + id + "\",\"action\":\"" + action + "\",\"payload\":" + payload + "}");
        return await(frame -> frame.path("request_id").asText().equals(id));
    }

    /** The next frame of which {@code wanted} holds; those before it are dropped. */
    JsonNode await(Predicate<JsonNode> wanted) throws InterruptedException {
        List<String> seen = new ArrayList<>();
        for (String frame = next(); frame != null; frame = next()) {
            JsonNode json = Json.read(frame);
            if (wanted.test(json)) {
                return json;
            }
            seen.add(frame);
        }
        throw new AssertionError("no such frame within 10 s; came: " + seen.size() + " others");
    }

    private @Nullable String next() throws InterruptedException {
        return frames.poll(10, TimeUnit.SECONDS);
    }

    int closeCode() throws Exception {
        return closed.get(10, TimeUnit.SECONDS);
    }

    String closeReason() throws Exception {
        return closeReason.get(10, TimeUnit.SECONDS);
    }

    @Override
    public void onOpen(WebSocket webSocket) {
        webSocket.request(reading ? Long.MAX_VALUE : 2);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            frames.add(partial.toString());
            partial.setLength(0);
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        binary.add(ByteBuffer.allocate(data.remaining()).put(data).flip());
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer message) {
        pong.complete(java.nio.charset.StandardCharsets.UTF_8.decode(message).toString());
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closeReason.complete(reason);
        closed.complete(statusCode);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.complete(1006);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
