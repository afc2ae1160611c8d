package org.chatbridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ControlServerTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private final SimulatedLiveChat simulator =
            new SimulatedLiveChat(SimulatorSettings.defaults().withRate(1000));
    private final ControlServer control = new ControlServer(simulator, 0);

    @BeforeEach
    void start() {
        simulator.start();
        control.start();
    }

    @AfterEach
    void close() {
        control.close();
        simulator.close();
    }

    @Test
    void shouldPauseAndTellTheTruth() throws Exception {
        try (RawClient client = RawClient.connect(simulator)) {
            client.login("Bearer sandbox");
            client.await(frame -> frame.path("action").asText().equals("incoming_event"));

            String paused = call("POST", "/pause", "");

            assertThat(Json.read(paused).path("paused").asBoolean()).isTrue();
            assertThat(call("GET", "/truth", ""))
                    .isEqualTo(paused)
                    .isEqualTo(simulator.truth().toJson());
            assertThat(Json.read(paused)
                            .path("open_threads")
                            .get(0)
                            .path("last_event")
                            .path("id")
                            .asText())
                    .isNotEmpty();
            assertThat(Json.read(call("POST", "/resume", "")).path("paused").asBoolean(true))
                    .isFalse();
        }
    }

    @Test
    void shouldPushWhatItIsGivenAndEndConnections() throws Exception {
        try (RawClient client = RawClient.connect(simulator)) {
            client.login("Bearer sandbox");

            assertThat(call("POST", "/push", "{\"action\":\"neu–\"}")).isEqualTo("{\"taken_by\":1}");
            client.await(frame -> frame.path("action").asText().equals("neu–"));
            call("POST", "/disconnect?reason=license_expired", "");

            client.await(frame -> frame.at("/payload/reason").asText().equals("license_expired"));
            assertThat(client.closeCode()).isEqualTo(1000);
        }
        try (RawClient client = RawClient.connect(simulator)) {
            client.login("Bearer sandbox");
            call("POST", "/drop", "");
            assertThat(client.closeCode()).isEqualTo(1006);
        }
    }

    @Test
    void shouldInflictAFaultByName() throws Exception {
        try (RawClient client = RawClient.connect(simulator)) {
            client.login("Bearer sandbox");
            assertThat(call("POST", "/fault", "close 4000 bye")).isEqualTo("{}");
            assertThat(client.closeCode()).isEqualTo(4000);
        }
        assertThat(call("POST", "/fault", "silence ever"))
                .isEqualTo("{\"error\":\"'silence ever': ever is no number of seconds from 0 to 86400: expected silence"
                        + " SECONDS\"}");
    }

    @Test
    void shouldNameWhatItDoesNotKnow() throws Exception {
        assertThat(call("GET", "/nothing", "")).contains("GET /truth");
        int port = control.url().getPort();
        assertThatThrownBy(() -> new ControlServer(simulator, port).start()).hasMessageContaining("port " + port);
    }

    private String call(String method, String path, String body) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create(control.url() + path))
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
