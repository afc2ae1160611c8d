package org.chatbridge.sandbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** HTTP on the loopback interface through which a running {@link SimulatedLiveChat} is asked and told. */
public final class ControlServer implements AutoCloseable {

    private static final String REASON = "reason=";

    private final SimulatedLiveChat simulator;
    private final int port;
    private @Nullable HttpServer server;

    /**
     * Describes the server; {@link #start()} opens its port.
     *
     * @param port 0 picks a free one
     */
    public ControlServer(SimulatedLiveChat simulator, int port) {
        this.simulator = simulator;
        this.port = port;
    }

    /**
     * Opens the port.
     *
     * @throws IllegalStateException when it is taken; names it
     */
    public synchronized void start() {
        try {
            HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            http.createContext("/", this::answer);
            http.start();
            server = http;
        } catch (IOException e) {
            throw new IllegalStateException(
                    "port " + port
                            + " for the control of the simulated LiveChat is in use: choose another with --control-port",
                    e);
        }
    }

    /** Where it answers. */
    public synchronized URI url() {
        if (server == null) {
            throw new IllegalStateException("the control server has no port before start()");
        }
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Closes the port. */
    @Override
    public synchronized void close() {
        if (server != null) {
            server.stop(0);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String request =
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            switch (request) {
                case "GET /truth" -> reply(exchange, 200, simulator.truth().toJson());
                case "POST /pause" -> {
                    simulator.pause();
                    reply(exchange, 200, simulator.truth().toJson());
                }
                case "POST /resume" -> {
                    simulator.resume();
                    reply(exchange, 200, simulator.truth().toJson());
                }
                case "POST /disconnect" -> {
                    simulator.disconnectAll(reason(exchange.getRequestURI().getQuery()));
                    reply(exchange, 200, "{}");
                }
                case "POST /drop" -> {
                    simulator.dropAll();
                    reply(exchange, 200, "{}");
                }
                case "POST /push" -> {
                    String frame = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                    reply(exchange, 200, "{\"taken_by\":" + simulator.send(frame) + "}");
                }
                case "POST /fault" -> {
                    String fault = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                    try {
                        simulator.inflict(fault);
                        reply(exchange, 200, "{}");
                    } catch (Arguments.BadArgument e) {
                        reply(exchange, 400, Json.write(Json.object().put("error", e.getMessage())));
                    }
                }
                default ->
                    reply(
                            exchange,
                            404,
                            "{\"error\":\"expected GET /truth or POST /pause, /resume, /disconnect?reason=, /drop, /push, /fault\"}");
            }
        }
    }

    private static String reason(@Nullable String query) {
        return query != null && query.startsWith(REASON) ? query.substring(REASON.length()) : "access_token_revoked";
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
