package org.chatbridge.bridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.chatbridge.schema.TopicNames;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryTest {
    /** Kafka's client cannot be made where it may take less time for an answer than for one of its requests. */
    @ParameterizedTest
    @CsvSource({"request.timeout.ms,30000", "request.timeout.ms,1000", "default.api.timeout.ms,1000"})
    void shouldMakeAnAdminClientWithOneOfItsTimeoutsSet(String name, String millis) {
        Map<String, Object> config = Delivery.adminConfig(new Delivery.Options(
                "127.0.0.1:1",
                "mock://delivery",
                new TopicNames(""),
                1,
                (short) 1,
                null,
                Map.of(),
                Map.of(name, millis),
                Map.of()));

        assertThat(config).containsEntry(name, millis);
        Admin.create(config).close(Duration.ZERO);
    }
}
