package org.chatbridge.streams;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.chatbridge.program.Request;
import org.chatbridge.program.Response;
import org.chatbridge.program.Route;
import org.jspecify.annotations.Nullable;

/** Serves the page as it is, with an API that says what a test tells it to. */
final class StubViews implements AutoCloseable {
    private static final AtomicInteger STARTED = new AtomicInteger();
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of an id of this run: another run knows nothing of it. */
    private final String run = "run" + STARTED.incrementAndGet() + "-";

    private final Map<String, String> rows = new LinkedHashMap<>();
    private final List<String> changes = new ArrayList<>();
    private final List<HttpExchange> readers = new ArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final @Nullable String token;

    /**
     * @param port 0 for any
     * @param token without which the API answers 401; null where it is open
     */
    StubViews(int port, @Nullable String token) throws IOException {
        this.token = token;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        for (Route route : Pages.files()) {
            server.createContext(route.path(), exchange -> answer(exchange, route));
        }
        server.createContext("/v1/agents", this::agents);
        server.createContext("/v1/changes", this::changes);
    }

    StubViews start() {
        server.start();
        return this;
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/";
    }

    /** The queries of the streams that were asked for, the oldest first. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    /** Tells a row, or with null that it is gone, to all who read and to all who come. */
    synchronized void tell(String view, String key, @Nullable JsonNode row) {
        ObjectNode change = JSON.createObjectNode().put("view", view).put("key", key);
        change.set("row", row);
        if (row == null) {
            rows.remove(view + "/" + key);
        } else {
            rows.put(view + "/" + key, change.toString());
        }
        changes.add(change.toString());
        send(readers, event("change", change.toString()));
    }

    /** Ends all streams, and goes on. */
    synchronized void cut() {
        readers.forEach(HttpExchange::close);
        readers.clear();
    }

    private synchronized void changes(HttpExchange exchange) throws IOException {
        if (refused(exchange)) {
            return;
        }
        String query = exchange.getRequestURI().getQuery();
        asked.add(query);
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        List<HttpExchange> one = new ArrayList<>(List.of(exchange));
        send(one, event("freshness", """
                        {"served_by":"active","offset_lag":3,"upstream":"streaming",
                        "last_push_at":"2026-11-22T10:00:00Z"}"""));
        String mark = "last_event_id=";
        int at = query.indexOf(mark);
        String last = at < 0 ? "" : query.substring(at + mark.length());
        if (last.startsWith(run)) {
            changes.subList(Integer.parseInt(last.substring(run.length())), changes.size())
                    .forEach(change -> send(one, event("change", change)));
        } else {
            if (!last.isEmpty()) {
                send(one, event("reset", "{}"));
            }
            rows.values().forEach(row -> send(one, event("row", row)));
            send(one, event("live", "{\"views\":[\"agents\",\"threads\",\"gaps\",\"activity\"]}"));
        }
        readers.addAll(one);
    }

    private String event(String name, String data) {
        return "id: " + run + changes.size() + "\nevent: " + name + "\ndata: " + data.replace("\n", "\ndata: ")
                + "\n\n";
    }

    private static void send(List<HttpExchange> to, String event) {
        to.removeIf(exchange -> {
            try {
                OutputStream body = exchange.getResponseBody();
                body.write(event.getBytes(StandardCharsets.UTF_8));
                body.flush();
                return false;
            } catch (IOException e) {
                return true;
            }
        });
    }

    private void agents(HttpExchange exchange) throws IOException {
        if (!refused(exchange)) {
            send(exchange, 200, "application/json", "{\"agents\":[]}".getBytes(StandardCharsets.UTF_8));
        }
    }

    private boolean refused(HttpExchange exchange) throws IOException {
        if (token == null
                || exchange.getRequestHeaders().getOrDefault("Cookie", List.of()).stream()
                        .anyMatch(cookies -> cookies.contains("chatbridge_token=" + token))) {
            return false;
        }
        send(exchange, 401, "application/problem+json", "{\"status\":401}".getBytes(StandardCharsets.UTF_8));
        return true;
    }

    private static void answer(HttpExchange exchange, Route route) throws IOException {
        Request request = new Request(route.path(), Map.of(), Map.of(), Map.of());
        try {
            if (!exchange.getRequestURI().getPath().equals(route.path())) {
                send(exchange, 404, "text/plain", new byte[] {'?'});
                return;
            }
            Response response = route.handler().handle(request);
            response.headers().forEach(exchange.getResponseHeaders()::add);
            send(exchange, response.status(), response.contentType(), response.body());
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static void send(HttpExchange exchange, int status, String contentType, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", contentType);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
