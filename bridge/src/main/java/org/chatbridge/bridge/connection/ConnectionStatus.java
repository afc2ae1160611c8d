package org.chatbridge.bridge.connection;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The connection as users see it.
 *
 * @param connectionId the connection that is open, or was last; null before the first
 * @param connectedSince when STREAMING began; null while not in it
 * @param lastPushAt when the last frame that was no answer came; null before the first
 * @param sequence its number within its connection; 0 before the first
 * @param reconnects connections lost or refused after which another attempt was due
 * @param lastDisconnect why and when the last of them ended; null before the first
 */
public record ConnectionStatus(
        ConnectionState state,
        @Nullable String connectionId,
        @Nullable Instant connectedSince,
        @Nullable Instant lastPushAt,
        long sequence,
        long reconnects,
        @Nullable Disconnect lastDisconnect) {
    /** The same with what a connection has received. */
    ConnectionStatus of(Receiver receiver) {
        return new ConnectionStatus(
                state,
                receiver.connectionId(),
                connectedSince,
                receiver.lastPushAt() == null ? lastPushAt : receiver.lastPushAt(),
                receiver.sequence(),
                reconnects,
                lastDisconnect);
    }

    /** The end of a connection, or of an attempt. */
    public record Disconnect(String reason, Instant at) {}
}
