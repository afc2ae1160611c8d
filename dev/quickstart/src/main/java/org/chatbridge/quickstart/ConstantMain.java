package org.chatbridge.quickstart;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.HttpService;
import org.chatbridge.program.Json;
import org.chatbridge.program.PrometheusMetrics;
import org.chatbridge.program.Response;
import org.chatbridge.program.Route;

/**
 * The HTTP server of the programs with nothing behind it: an answer is so many bytes, always the same, so that what a view
 * costs is the difference. Argument: the port.
 */
public final class ConstantMain {
    private ConstantMain() {}

    /** Runs until it is ended. */
    public static void main(String[] args) throws InterruptedException {
        ConcurrentMap<String, Response> answers = new ConcurrentHashMap<>();
        Route constant = new Route(
                "/constant/{bytes}",
                request -> answers.computeIfAbsent(request.pathParameter("bytes"), ConstantMain::answer));
        HttpService service = new HttpService(
                "port",
                new HostPort("127.0.0.1", Integer.parseInt(args[0])),
                List.of(constant),
                List::of,
                new PrometheusMetrics());
        service.start();
        new CountDownLatch(1).await();
    }

    private static Response answer(String bytes) {
        String text = "{\"constant\":\"" + "a".repeat(Math.max(0, Integer.parseInt(bytes) - 15)) + "\"}";
        return new Response(200, Json.CONTENT_TYPE, text.getBytes(StandardCharsets.UTF_8), Map.of()).withTag("same");
    }
}
