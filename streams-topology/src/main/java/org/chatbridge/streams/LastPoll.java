package org.chatbridge.streams;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * When the threads that fold asked Kafka for records last, by their consumers' own metrics. One that did not for
 * {@code max.poll.interval.ms} has left the group without hearing of it, as where its producer waits for one broker that alone cannot be
 * reached. Looked at once a second at the most; by any thread.
 */
final class LastPoll {
    private static final String SECONDS_AGO = "last-poll-seconds-ago";
    private static final long LOOKED_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Supplier<? extends Map<MetricName, ? extends Metric>> metrics;
    private final double mostSeconds;
    private final LongSupplier nanos;

    private record Looked(boolean isLate, long nanos) {}

    private volatile Looked looked;

    /**
     * @param metrics of Kafka Streams
     * @param most after which the group goes on without a thread
     * @param nanos a clock that never goes back, in nanoseconds
     */
    LastPoll(Supplier<? extends Map<MetricName, ? extends Metric>> metrics, Duration most, LongSupplier nanos) {
        this.metrics = metrics;
        this.mostSeconds = most.toMillis() / 1_000.0;
        this.nanos = nanos;
        this.looked = new Looked(false, nanos.getAsLong() - LOOKED_EVERY_NANOS);
    }

    /** Whether one of the threads asked longer ago than the group waits. */
    boolean isLate() {
        Looked last = looked;
        long now = nanos.getAsLong();
        if (now - last.nanos() >= LOOKED_EVERY_NANOS) {
            last = new Looked(metrics.get().values().stream().anyMatch(this::isLate), now);
            looked = last;
        }
        return last.isLate();
    }

    private boolean isLate(Metric metric) {
        String client = metric.metricName().tags().getOrDefault("client-id", "");
        return metric.metricName().name().equals(SECONDS_AGO)
                && client.endsWith("-consumer")
                && !client.endsWith("-restore-consumer") // asks only while there is something to restore
                && metric.metricValue() instanceof Number seconds
                && seconds.doubleValue() > mostSeconds;
    }
}
