package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What instances of the views keep of the agents themselves, as another would ask them. */
final class Copies {
    private static final Duration SOON = Duration.ofMinutes(3);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private final int partitions;

    Copies(int partitions) {
        this.partitions = partitions;
    }

    /**
     * Waits until some instances together have every partition so many times, with all rows.
     *
     * @param rows how many there are
     */
    void await(List<URI> instances, int copies, int rows) throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        int kept;
        int agents;
        do {
            TimeUnit.MILLISECONDS.sleep(100);
            kept = 0;
            agents = 0;
            for (URI instance : instances) {
                JsonNode own = own(instance);
                kept += own.path("partitions").size();
                agents += own.path("agents").size();
            }
            assertThat(System.nanoTime())
                    .as(kept + " copies, " + agents + " rows")
                    .isLessThan(end);
        } while (kept != copies * partitions || agents != copies * rows);
    }

    /** Waits until what was written before anything was there to fold it is folded. */
    void awaitFresh(URI instance, int lag) throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (own(instance).at("/freshness/offset_lag").asLong(Long.MAX_VALUE) > lag) {
            assertThat(System.nanoTime()).as("fresh: " + instance).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private JsonNode own(URI instance) throws InterruptedException {
        try {
            return JsonMapper.builder()
                    .build()
                    .readTree(http.send(
                                    HttpRequest.newBuilder(instance.resolve("/v1/agents?limit=1000"))
                                            .header("X-Chatbridge-Hop", "1")
                                            .header(
                                                    "X-Chatbridge-Partitions",
                                                    IntStream.range(0, partitions)
                                                            .mapToObj(String::valueOf)
                                                            .collect(Collectors.joining(",")))
                                            .timeout(Duration.ofSeconds(2))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofByteArray())
                            .body());
        } catch (IOException e) {
            return JsonMapper.builder().build().createObjectNode(); // not yet, or busy
        }
    }
}
