package org.chatbridge.quickstart;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is on the bridge's topics.
 *
 * @param records of pushes and dead letters, those of one partition in its order
 * @param gaps the last word on each
 */
record Arrived(List<Arrival> records, List<DeclaredGap> gaps) {

    /** @param mark null where the frame's mark cannot be found */
    record Arrival(
            String topic,
            int partition,
            String key,
            String connectionId,
            long sequence,
            Instant receivedAt,
            SentLog.@Nullable Mark mark) {
        Stamp stamp() {
            return new Stamp(connectionId, sequence);
        }
    }

    /** What identifies a push, and orders it among all others. */
    record Stamp(String connectionId, long sequence) implements Comparable<Stamp> {
        @Override
        public int compareTo(Stamp other) {
            int connections = connectionId.compareTo(other.connectionId);
            return connections == 0 ? Long.compare(sequence, other.sequence) : connections;
        }
    }

    /** @param closedAt null while it is open */
    record DeclaredGap(
            String connectionId, Instant openedAt, @Nullable Instant closedAt, String cause, long lastSequence) {}
}
