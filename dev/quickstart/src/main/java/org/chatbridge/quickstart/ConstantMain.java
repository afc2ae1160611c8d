package org.chatbridge.quickstart;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.HttpService;
import org.chatbridge.program.Json;
import org.chatbridge.program.PrometheusMetrics;
import org.chatbridge.program.Response;
import org.chatbridge.program.Route;

/**
 * The HTTP server of the programs with nothing behind it: every agent is the same text, so that what a view costs is the
 * difference. Arguments: the port, the bytes of the answer.
 */
public final class ConstantMain {
    private ConstantMain() {}

    /** Runs until it is ended. */
    public static void main(String[] args) throws InterruptedException {
        int bytes = Integer.parseInt(args[1]);
        byte[] body =
                ("{\"agent_id\":\"" + "a".repeat(Math.max(0, bytes - 15)) + "\"}").getBytes(StandardCharsets.UTF_8);
        Route agent = new Route("/v1/agents/{agent_id}", request -> new Response(200, Json.CONTENT_TYPE, body, Map.of())
                .withTag("same"));
        HttpService service = new HttpService(
                "port",
                new HostPort("127.0.0.1", Integer.parseInt(args[0])),
                List.of(agent),
                List::of,
                new PrometheusMetrics());
        service.start();
        new CountDownLatch(1).await();
    }
}
