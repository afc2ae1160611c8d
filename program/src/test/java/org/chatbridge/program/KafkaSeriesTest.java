package org.chatbridge.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;

class KafkaSeriesTest {
    private record Told(MetricName metricName, Object metricValue) implements Metric {}

    /** Kafka Streams tells -1 files opened where it does not know. */
    @Test
    void shouldLeaveOutACounterThatIsNegative() {
        MetricName files = new MetricName("files-total", "store-metrics", "Files", Map.of("store", "a"));
        MetricName known = new MetricName("files-total", "store-metrics", "Files", Map.of("store", "b"));
        MetricName level = new MetricName("level", "store-metrics", "Level", Map.of());
        try (PrometheusMetrics metrics = new PrometheusMetrics()) {
            metrics.add(() ->
                    Map.of(files, new Told(files, -1.0), known, new Told(known, 2.0), level, new Told(level, -1.0)));

            assertThat(metrics.scrape().lines().filter(line -> line.startsWith("kafka_store")))
                    .hasSize(2)
                    .anyMatch(line -> line.startsWith("kafka_store_files_total{")
                            && line.contains("store=\"b\"")
                            && line.endsWith(" 2.0"))
                    .anyMatch(line -> line.startsWith("kafka_store_level{") && line.endsWith(" -1.0"));
        }
    }

    @Test
    void shouldTellTheOthersWhereAClientTellsNothing() {
        try (PrometheusMetrics metrics = new PrometheusMetrics()) {
            metrics.registry().counter("ships").increment();
            metrics.add(() -> {
                throw new IllegalStateException("closed");
            });

            assertThat(metrics.scrape()).contains("ships_total 1.0");
        }
    }
}
