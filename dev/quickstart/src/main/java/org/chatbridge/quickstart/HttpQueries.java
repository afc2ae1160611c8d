package org.chatbridge.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks a program's HTTP side as anybody would. */
final class HttpQueries {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final URI base;

    HttpQueries(URI base) {
        this.base = base;
    }

    URI base() {
        return base;
    }

    /** Whether the program says that it is ready. */
    boolean isReady() throws InterruptedException {
        try {
            return get("/health/ready").statusCode() == 200;
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    /** The answer to a request that gives JSON. */
    JsonNode json(String path) throws IOException, InterruptedException {
        return JSON.readTree(get(path).body());
    }

    /** The answer to a request, as it is. */
    String text(String path) throws IOException, InterruptedException {
        return get(path).body();
    }

    /** All rows of a list, page by page. */
    List<JsonNode> rows(String list) throws IOException, InterruptedException {
        return rows(list, "");
    }

    /** Those that a filter lets through, such as {@code status=all}. */
    List<JsonNode> rows(String list, String filter) throws IOException, InterruptedException {
        List<JsonNode> rows = new ArrayList<>();
        String cursor = "";
        do {
            HttpResponse<String> answer = get("/v1/" + list + "?limit=1000&" + filter + cursor);
            JsonNode page = JSON.readTree(answer.body());
            if (answer.statusCode() != 200) {
                throw new IOException("GET /v1/" + list + " answers " + answer.statusCode() + " " + answer.body());
            }
            page.path(list).forEach(rows::add);
            String next = page.path("next_cursor").textValue();
            cursor = next == null ? null : "&cursor=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
        } while (cursor != null);
        return rows;
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofSeconds(5))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }
}
