package org.chatbridge.bridge;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.chatbridge.bridge.connection.ConnectionState;
import org.chatbridge.bridge.connection.Supervisor;
import org.chatbridge.bridge.frames.FrameQueue;
import org.chatbridge.bridge.journal.Journal;
import org.chatbridge.bridge.ledger.Cause;
import org.chatbridge.bridge.ledger.Ledger;

/** The metrics of the connection, the journal and the ledger. */
final class BridgeMetrics {
    private BridgeMetrics() {}

    static void bind(MeterRegistry registry, Supervisor supervisor, Journal journal, Ledger ledger) {
        connection(registry, supervisor);
        journal(registry, journal);
        ledger(registry, ledger);
    }

    private static void connection(MeterRegistry registry, Supervisor supervisor) {
        for (ConnectionState state : ConnectionState.values()) {
            Gauge.builder("bridge.connection.state", () -> supervisor.status().state() == state ? 1 : 0)
                    .description("1 for the state that the connection to LiveChat is in")
                    .tag("state", state.label())
                    .register(registry);
        }
        for (Cause cause : Cause.values()) {
            FunctionCounter.builder("bridge.reconnects", supervisor, s -> s.reconnects(cause))
                    .description("Connections lost or refused after which another attempt was due")
                    .tag("cause", cause.label())
                    .register(registry);
        }
        FunctionCounter.builder("bridge.chats.not.followed", supervisor, Supervisor::chatsNotFollowed)
                .description("Open chats that LiveChat did not let the bridge follow, or not for a minute")
                .register(registry);
        Gauge.builder("bridge.connection.sequence", supervisor, s -> s.status().sequence())
                .description("Number of the last frame within its connection")
                .register(registry);
    }

    private static void journal(MeterRegistry registry, Journal journal) {
        Gauge.builder("bridge.journal.pending", journal, FrameQueue::pending)
                .description("Frames that Kafka does not have yet")
                .register(registry);
        Gauge.builder("bridge.journal.bytes", journal, FrameQueue::bytes)
                .description("Bytes that they take in the journal")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("bridge.journal.full", () -> journal.isFull() ? 1 : 0)
                .description("1 while the socket is not read because the journal has no room")
                .register(registry);
        FunctionCounter.builder("bridge.journal.damaged", journal, Journal::damaged)
                .description("Damaged places found in the journal, whose bytes are kept aside")
                .register(registry);
    }

    private static void ledger(MeterRegistry registry, Ledger ledger) {
        for (Map.Entry<String, Duration> window : StatusRoute.COVERAGE.entrySet()) {
            Gauge.builder("bridge.coverage", ledger, l -> l.coverage(window.getValue()))
                    .description("Share of the time in which LiveChat was seen, from 0 to 1")
                    .tag("window", window.getKey())
                    .register(registry);
        }
        Gauge.builder("bridge.gap.open", () -> ledger.openGap() == null ? 0 : 1)
                .description("1 while LiveChat cannot be seen, also where it never was")
                .register(registry);
        FunctionCounter.builder("bridge.gaps", ledger, Ledger::opened)
                .description("Gaps opened since the start")
                .register(registry);
    }
}
