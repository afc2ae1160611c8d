package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;

class LastPollTest {
    private final Map<MetricName, Metric> metrics = new HashMap<>();
    private final AtomicLong nanos = new AtomicLong();
    private final LastPoll poll = new LastPoll(() -> metrics, Duration.ofMinutes(5), nanos::get);

    @Test
    void shouldGoByTheThreadThatAskedLongestAgo() {
        polled("views-StreamThread-1-consumer", 0);
        polled("views-StreamThread-2-consumer", 300);
        assertThat(poll.isLate()).isFalse();

        polled("views-StreamThread-2-consumer", 301);
        assertThat(poll.isLate()).as("it looks once a second").isFalse();
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(poll.isLate()).isTrue();
    }

    @Test
    void shouldNotGoByWhatFoldsNothing() {
        polled("views-StreamThread-1-restore-consumer", 10_000);
        polled("views-StreamThread-1-producer", 10_000);
        polled("views-StreamThread-1-consumer", -1); // never yet
        metric("views-StreamThread-1-consumer", "commit-id", "x");

        assertThat(poll.isLate()).isFalse();
    }

    private void polled(String client, double secondsAgo) {
        metric(client, "last-poll-seconds-ago", secondsAgo);
    }

    private void metric(String client, String name, Object value) {
        MetricName named = new MetricName(name, "consumer-metrics", "", Map.of("client-id", client));
        metrics.put(named, new Metric() {
            @Override
            public MetricName metricName() {
                return named;
            }

            @Override
            public Object metricValue() {
                return value;
            }
        });
    }
}
