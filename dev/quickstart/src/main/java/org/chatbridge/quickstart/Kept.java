package org.chatbridge.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What an instance of the views keeps itself, as another instance would ask it. */
final class Kept {
    private static final List<String> VIEWS = List.of("threads", "chats", "agents", "customers");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Stand.Instance instance;
    private final int partitions;

    Kept(Stand.Instance instance, int partitions) {
        this.instance = instance;
        this.partitions = partitions;
    }

    /** Waits until it has whole copies of all partitions, which it may fold or follow. */
    void awaitAll(Duration within) throws InterruptedException, IOException {
        await(within, view -> own(view).path("partitions").size() == partitions);
    }

    /** Waits until it folds all partitions, and is behind in none. */
    void awaitActive(Duration within) throws InterruptedException, IOException {
        await(within, view -> {
            JsonNode own = own(view);
            JsonNode freshness = own.path("freshness");
            return own.path("partitions").size() == partitions
                    && freshness.path("served_by").asText().equals("active")
                    && freshness.path("offset_lag").asLong(1) == 0;
        });
    }

    private interface Look {
        boolean isSo(String view) throws InterruptedException;
    }

    private void await(Duration within, Look look) throws InterruptedException, IOException {
        long end = System.nanoTime() + within.toNanos();
        for (String view : VIEWS) {
            while (!look.isSo(view)) {
                if (System.nanoTime() > end || !instance.program().isRunning()) {
                    throw new IOException(view + " is " + own(view) + ", log "
                            + instance.program().log());
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    private JsonNode own(String view) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(instance.uri().resolve("/v1/" + view + "?limit=1"))
                .header("X-Chatbridge-Hop", "1")
                .header(
                        "X-Chatbridge-Partitions",
                        IntStream.range(0, partitions).mapToObj(String::valueOf).collect(Collectors.joining(",")))
                .timeout(Duration.ofSeconds(5))
                .build();
        JsonMapper json = JsonMapper.builder().build();
        try {
            return json.readTree(
                    http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
        } catch (IOException e) {
            return json.createObjectNode(); // not yet, or busy
        }
    }
}
