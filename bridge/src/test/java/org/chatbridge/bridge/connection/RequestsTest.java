package org.chatbridge.bridge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** PROTOCOL 1.6. */
    @ParameterizedTest
    @CsvSource({
        "0.2, highest_available,",
        "3.1, online,",
        "3.2, highest_available,",
        "3.3, highest_available, online",
        "3.3, chatting, chatting",
        "3.4, highest_available, highest_available",
        "3.5, my, my",
        "3.6, invited, invited",
    })
    void shouldSayAtTheLoginOfWhichCustomersToTell(String version, String level, @Nullable String told)
            throws Exception {
        Requests requests = new Requests(ApiVersion.of(version), "test");

        JsonNode payload = JSON.readTree(
                        requests.login("t", CustomerMonitoring.of(level)).text())
                .path("payload");

        assertThat(payload.path("customer_monitoring_level").textValue()).isEqualTo(told);
    }
}
