package org.chatbridge.bridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.chatbridge.schema.TopicNames;
import org.junit.jupiter.api.Test;

class DeliveryTest {
    @Test
    void shouldGiveATransactionFiveMinutesUnlessTheUserSaysOtherwise() {
        assertThat(Delivery.transactionalConfig(options(Map.of())))
                .containsEntry(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 300_000);
        assertThat(Delivery.transactionalConfig(options(Map.of(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, "70000"))))
                .containsEntry(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, "70000");
    }

    private static Delivery.Options options(Map<String, Object> producer) {
        return new Delivery.Options(
                "127.0.0.1:1",
                "http://127.0.0.1:1",
                new TopicNames("t."),
                3,
                (short) -1,
                "t.bridges-shop",
                producer,
                Map.of(),
                Map.of());
    }
}
