package org.chatbridge.schema;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What answers in place of a registry, and says what it is told to: of a path that it was told nothing of a 500. */
public final class StubRegistry implements AutoCloseable {
    static {
        // Else an answer waits for the acknowledgement of its headers, 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final Map<String, Map.Entry<Integer, String>> answers = new ConcurrentHashMap<>();

    /** Listens on the loopback. */
    public StubRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            Map.Entry<Integer, String> answer =
                    answers.getOrDefault(exchange.getRequestURI().getPath(), Map.entry(500, "{}"));
            byte[] body = answer.getValue().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
            exchange.sendResponseHeaders(answer.getKey(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    /** Where. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on. */
    public void says(String path, int status, String body) {
        answers.put(path, Map.entry(status, body));
    }

    /** Nobody listens any more. */
    public void isGone() {
        server.stop(0);
    }

    @Override
    public void close() {
        isGone();
    }
}
