package org.chatbridge.bridge.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.chatbridge.schema.Action;

/** Counts what reaches Kafka, and how long after its arrival. By any thread. */
final class DeliveryMetrics {
    private final MeterRegistry registry;
    private final Map<String, Counter> delivered = new ConcurrentHashMap<>();
    private final Map<String, Counter> drift = new ConcurrentHashMap<>();
    private final Counter redone;
    private final Timer latency;

    /**
     * Counters are there from the start: of one that appears with its first event nobody can see that it has grown.
     *
     * @param topics that are written
     */
    DeliveryMetrics(MeterRegistry registry, Collection<String> topics) {
        this.registry = registry;
        this.redone = Counter.builder("bridge.redeliveries")
                .description("Times that undelivered records were taken up again after Kafka refused one")
                .register(registry);
        this.latency = Timer.builder("bridge.delivery.latency")
                .description("From a frame's arrival to Kafka's acknowledgement of its record")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(1))
                .register(registry);
        topics.forEach(this::delivered);
        for (Action action : Action.values()) {
            drifted(action.wireName(), 0);
        }
    }

    /** A record was acknowledged, so many microseconds after its frame's arrival. */
    void delivered(String topic, long afterMicros) {
        delivered(topic).increment();
        latency.record(afterMicros, TimeUnit.MICROSECONDS);
    }

    private Counter delivered(String topic) {
        return delivered.computeIfAbsent(topic, name -> Counter.builder("bridge.records.delivered")
                .description("Records that Kafka has acknowledged")
                .tag("topic", name)
                .register(registry));
    }

    /**
     * A push was written with values that its schema has no place for.
     *
     * @param action that of its topic, whatever a later API calls it
     */
    void drifted(String action, int values) {
        drift.computeIfAbsent(action, name -> Counter.builder("bridge.drift")
                        .description("Values that the schema of their action has no place for; kept in extra")
                        .tag("action", name)
                        .register(registry))
                .increment(values);
    }

    /** Delivery begins again at the oldest undelivered record. */
    void redone() {
        redone.increment();
    }
}
