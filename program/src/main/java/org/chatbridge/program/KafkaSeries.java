package org.chatbridge.program;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.NamingConvention;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.stats.CumulativeCount;
import org.apache.kafka.common.metrics.stats.CumulativeSum;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * The metrics of a Kafka client as series, made anew in one pass with each scrape. Names, labels and types are those of Micrometer's own
 * binder. That one compares every new metric with all of its name: 28 s of a processor, of the first two minutes, where there are 90,000.
 */
final class KafkaSeries implements MultiCollector {
    /** Says of the other metrics how many there are. */
    private static final String COUNT_OF_METRICS = "kafka-metrics-count";

    private final Supplier<Map<MetricName, ? extends Metric>> metrics;
    private final NamingConvention naming;

    KafkaSeries(Supplier<Map<MetricName, ? extends Metric>> metrics, NamingConvention naming) {
        this.metrics = metrics;
        this.naming = naming;
    }

    @Override
    public MetricSnapshots collect() {
        Map<String, Family> families = new HashMap<>();
        now().forEach((name, metric) -> {
            if (!name.group().equals(COUNT_OF_METRICS)) {
                value(metric).ifPresent(value -> families.computeIfAbsent(
                                key(name), key -> new Family(key, name.description(), isCounter(key, metric)))
                        .add(name.tags(), value));
            }
        });
        return new MetricSnapshots(
                families.values().stream().map(Family::snapshot).toList());
    }

    /** None where they cannot be had, as may be while tasks move: the other series are not to go with them. */
    private Map<MetricName, ? extends Metric> now() {
        try {
            return metrics.get();
        } catch (RuntimeException e) {
            return Map.of();
        }
    }

    /** Empty where it is no number, or cannot be told, as of a store that is being closed. */
    private static Optional<Double> value(Metric metric) {
        try {
            return metric.metricValue() instanceof Number number ? Optional.of(number.doubleValue()) : Optional.empty();
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    private static String key(MetricName name) {
        return ("kafka." + name.group() + "." + name.name())
                .replace("-metrics", "")
                .replace('-', '.');
    }

    private static boolean isCounter(String key, Metric metric) {
        if (metric instanceof KafkaMetric kafka && kafka.isMeasurable()) {
            Class<?> type = kafka.measurable().getClass();
            return type == CumulativeSum.class || type == CumulativeCount.class;
        }
        return key.endsWith("total");
    }

    /** The series of one name. Where some have more labels than others, as one of each topic beside one of all, only those are told. */
    private final class Family {
        private final MetricMetadata metadata;
        private final boolean isCounter;
        private final Map<Labels, Double> series = new HashMap<>();
        private int mostTags;

        Family(String key, String description, boolean isCounter) {
            this.isCounter = isCounter;
            this.metadata = new MetricMetadata(
                    naming.name(key, isCounter ? Meter.Type.COUNTER : Meter.Type.GAUGE), description);
        }

        void add(Map<String, String> tags, double value) {
            if (tags.size() > mostTags) {
                series.clear();
                mostTags = tags.size();
            }
            if (tags.size() == mostTags) {
                Labels.Builder labels = Labels.builder().label("kafka_version", AppInfoParser.getVersion());
                tags.forEach((tag, text) -> labels.label(naming.tagKey(tag.replace('-', '.')), text));
                series.putIfAbsent(labels.build(), value);
            }
        }

        MetricSnapshot snapshot() {
            return isCounter
                    ? new CounterSnapshot(
                            metadata,
                            series.entrySet().stream()
                                    // Kafka says -1 where it does not know; a counter may not say that.
                                    .filter(one -> !(one.getValue() < 0))
                                    .map(one -> new CounterDataPointSnapshot(one.getValue(), one.getKey(), null, 0))
                                    .toList())
                    : new GaugeSnapshot(
                            metadata,
                            series.entrySet().stream()
                                    .map(one -> new GaugeDataPointSnapshot(one.getValue(), one.getKey(), null))
                                    .toList());
        }
    }
}
