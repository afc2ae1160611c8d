package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Materialized;
import org.chatbridge.program.PrometheusMetrics;
import org.chatbridge.schema.Action;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Kafka Streams tells of itself, beside what Micrometer's own binder makes of it. */
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class StreamsMetricsTest {
    @TempDir
    private Path directory;

    private TestDriver driver;
    private KafkaStreams streams;

    /** Its own metrics are those of its threads and clients; with them go those of the views' tasks and stores. */
    @BeforeEach
    void start() {
        driver = new TestDriver(directory.resolve("views"));
        driver.send(
                Action.AGENT_UPDATED, "a", Pushes.agent("a", "accepting_chats", Pushes.push("c1", 1, "agent_updated")));
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "application.id", "views", "bootstrap.servers", "127.0.0.1:1", "state.dir", directory.toString()));
        StreamsBuilder builder = new StreamsBuilder();
        builder.table("topic", Materialized.as("store"));
        streams = new KafkaStreams(builder.build(), properties) {
            private @Nullable Map<MetricName, Metric> told;

            /** Those of one moment: its clients look for Kafka meanwhile, and have more with each try. */
            @Override
            public Map<MetricName, ? extends Metric> metrics() {
                if (told == null) {
                    told = new HashMap<>(super.metrics());
                    told.putAll(driver.metrics());
                    add(Map.of("client-id", "c"));
                    add(Map.of("client-id", "c", "topic", "t"));
                    add(Map.of("client-id", "c", "topic", "u"));
                }
                return told;
            }

            /** Of a consumer all together, and of each topic. */
            private void add(Map<String, String> tags) {
                MetricName name = new MetricName(
                        "bytes-consumed-total",
                        "consumer-fetch-manager-metrics",
                        "The total number of bytes consumed",
                        tags);
                Objects.requireNonNull(told).put(name, new Told(name, 3.0));
            }
        };
    }

    private record Told(MetricName metricName, Object metricValue) implements Metric {}

    @AfterEach
    void stop() {
        streams.close();
        driver.close();
    }

    @Test
    void shouldBeSeriesAsMicrometerMakesThem() {
        // given
        PrometheusMetrics theirs = new PrometheusMetrics();
        KafkaStreamsMetrics binder = new KafkaStreamsMetrics(streams);
        PrometheusMetrics ours = new PrometheusMetrics();
        try (theirs;
                binder;
                ours) {
            binder.bindTo(theirs.registry());

            // when
            ours.add(streams::metrics);

            // then
            assertThat(series(ours))
                    .hasSizeGreaterThan(1000)
                    .contains(
                            "kafka_consumer_fetch_manager_bytes_consumed_total{client_id=\"c\",kafka_version=\"4.3.1\",topic=\"u\"}")
                    .containsExactlyInAnyOrderElementsOf(series(theirs));
            assertThat(consumed(ours)).isEqualTo(consumed(theirs)).anyMatch(line -> line.endsWith(" 1.0"));
            // Of its clients one, whichever comes last, has this there.
            assertThat(startTimes(ours)).containsAll(startTimes(theirs)).hasSizeGreaterThan(1);
        }
    }

    /** Names, labels, types and descriptions. */
    private static Set<String> series(PrometheusMetrics metrics) {
        return metrics.scrape()
                .lines()
                .filter(line -> !line.startsWith("kafka_app_info_start_time_ms"))
                .map(line -> line.startsWith("#") ? line : line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toSet());
    }

    private static List<String> consumed(PrometheusMetrics metrics) {
        return with("kafka_stream_topic_records_consumed_total{", metrics).toList();
    }

    private static List<String> startTimes(PrometheusMetrics metrics) {
        return with("kafka_app_info_start_time_ms{", metrics).toList();
    }

    private static Stream<String> with(String beginning, PrometheusMetrics metrics) {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith(beginning))
                .sorted();
    }
}
