package org.chatbridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
final class SchemaRegistryServerIT {

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void shouldKeepSchemasAndTheirIdsOverARestart() throws Exception {
        try (SchemaRegistryServer registry = new SchemaRegistryServer(0, directory)) {
            registry.start();
            String url = registry.url();
            String answer =
                    send(HttpRequest.newBuilder(URI.create(url + "/subjects/livechat.agent-updated-value/versions"))
                            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"schema\":\"\\\"string\\\"\"}")));
            String id = answer.replaceAll("[^0-9]", "");

            registry.restart();

            assertThat(registry.url()).isEqualTo(url);
            assertThat(send(HttpRequest.newBuilder(URI.create(url + "/schemas/ids/" + id))))
                    .contains("string");
            assertThat(send(HttpRequest.newBuilder(URI.create(url + "/subjects"))))
                    .contains("livechat.agent-updated-value");
        }
    }

    private String send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }
}
