package org.chatbridge.program;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A server on a free port, and ways to ask it. */
final class RunningService implements AutoCloseable {
    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private final HttpService service;
    private final HttpClient client = HttpClient.newHttpClient();

    RunningService(HttpLimits limits, Route... routes) {
        this(HttpOptions.defaults().with(limits), routes);
    }

    RunningService(HttpOptions options, Route... routes) {
        service = new HttpService(
                "http.listen",
                new HostPort("127.0.0.1", 0),
                List.of(routes),
                List::of,
                metrics,
                options,
                System::nanoTime);
        service.start();
    }

    RunningService(Route... routes) {
        this(HttpLimits.defaults(), routes);
    }

    String metrics() {
        return metrics.scrape();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + service.port() + path);
    }

    /** @param headers names and values by turns */
    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send("GET", path, headers);
    }

    HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).method(method, noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The bytes of an answer, as far as they have come. */
    HttpResponse<InputStream> open(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** A connection with a small window, on which a request was written and nothing read. */
    Socket socket(String request) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port()));
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** What is answered to a request that no client library would send, until the server closes the connection. */
    String raw(String request) throws IOException {
        try (Socket socket = socket(request)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The same, line by line, on a connection that ends after it. */
    String ask(String... lines) throws IOException {
        return raw(String.join("\r\n", lines) + "\r\nHost: x\r\nConnection: close\r\n\r\n");
    }

    void stop() {
        service.close();
    }

    @Override
    public void close() {
        service.close();
        metrics.close();
    }

    private static HttpRequest.BodyPublisher noBody() {
        return HttpRequest.BodyPublishers.noBody();
    }
}
