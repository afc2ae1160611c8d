package org.chatbridge.streams;

import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.streams.state.Stamp;

/**
 * The resyncs that are known to be complete, by the connection in which they were made. Such a word is about everything:
 * what was told before that connection, and was not told in it, is no more. It counts from the connection's beginning,
 * so that what was told in it, before or after the word was written, stands.
 */
final class Resyncs {
    private static final String WORD = "resync";

    private final NavigableMap<String, Instant> toldAt = new TreeMap<>();

    /** Whether a snapshot is the word that a resync is complete. */
    static boolean isWord(Snapshot snapshot) {
        return snapshot.getEntity().equals(WORD);
    }

    void add(String connectionId, Instant receivedAt) {
        toldAt.merge(connectionId, receivedAt, (one, other) -> one.isBefore(other) ? one : other);
    }

    /** When the first resync after a moment was complete; empty where none was made. */
    Optional<Instant> firstAfter(Stamp at) {
        return Optional.ofNullable(toldAt.higherEntry(at.getConnectionId())).map(entry -> entry.getValue());
    }

    /**
     * Whether one was complete between two moments: in a connection between theirs, or in that of the later one before that was
     * received.
     */
    boolean anyBetween(Stamp earlier, Stamp later, Instant laterReceivedAt) {
        Map.Entry<String, Instant> next = toldAt.higherEntry(earlier.getConnectionId());
        if (next == null) {
            return false;
        }
        int order = next.getKey().compareTo(later.getConnectionId());
        return order < 0 || (order == 0 && next.getValue().isBefore(laterReceivedAt));
    }
}
