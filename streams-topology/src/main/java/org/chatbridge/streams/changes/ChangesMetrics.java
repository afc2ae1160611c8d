package org.chatbridge.streams.changes;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** What the metrics say of the readers of changes. */
final class ChangesMetrics {
    static final String READERS = "chatbridge.views.changes.readers";
    static final String EVENTS = "chatbridge.views.changes.events";
    static final String CUT = "chatbridge.views.changes.readers.cut";
    static final String RESET = "chatbridge.views.changes.readers.reset";
    static final String FROM_REPLICA = "chatbridge.views.changes.resumed.from.replica";
    static final String LAG = "chatbridge.views.changes.replica.lag";

    private final MeterRegistry meters;
    private final Counter events;
    private final Counter cut;
    private final Counter reset;
    private final Counter fromReplica;

    ChangesMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.events = counter(EVENTS, "Events sent, each counted for each reader.");
        this.cut = counter(CUT, "Readers that were cut because they did not read as fast as was written to them.");
        this.reset = counter(RESET, "Readers who were told to forget all rows: what they knew was too old.");
        this.fromReplica = counter(
                FROM_REPLICA, "Times that changes after a position were no longer in memory and came from the disk.");
    }

    <T> void gauges(T of, ToDoubleFunction<T> readers, ToDoubleFunction<T> lag) {
        Gauge.builder(READERS, of, readers)
                .description("Readers of changes that are connected.")
                .register(meters);
        Gauge.builder(LAG, of, lag)
                .description(
                        "Records of the views' topics that the readers of changes cannot be told yet; NaN while not known.")
                .register(meters);
    }

    void sent(long count) {
        events.increment((double) count);
    }

    void cut() {
        cut.increment();
    }

    void reset() {
        reset.increment();
    }

    void resumedFromReplica() {
        fromReplica.increment();
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(meters);
    }
}
