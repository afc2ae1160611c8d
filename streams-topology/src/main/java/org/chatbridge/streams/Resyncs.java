package org.chatbridge.streams;

import java.time.Instant;
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

    /** Whether one was made in a connection between those of two moments. */
    boolean anyBetween(Stamp earlier, Stamp later) {
        String next = toldAt.higherKey(earlier.getConnectionId());
        return next != null && next.compareTo(later.getConnectionId()) < 0;
    }
}
