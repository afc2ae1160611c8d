package org.chatbridge.bridge.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of time in which LiveChat could not be seen; the fields are those of {@code Gap.avsc}.
 *
 * @param connectionId the connection that was lost
 * @param closedAt null while it is open
 * @param detail null where the cause says it all
 * @param retrying while it is open, whether the bridge goes on trying to connect
 * @param lastSequence 0 where the connection had no push
 * @param lastPushAt null where it had none
 * @param nextConnectionId null while it is open
 * @param firstPushAt of the next connection; null before
 * @param resync null before anything was learned
 */
public record Gap(
        String connectionId,
        Instant openedAt,
        @Nullable Instant closedAt,
        Cause cause,
        @Nullable String detail,
        boolean retrying,
        long lastSequence,
        @Nullable Instant lastPushAt,
        @Nullable String nextConnectionId,
        @Nullable Instant firstPushAt,
        @Nullable Resynced resync) {

    /** One that the bridge tries to end. */
    static Gap opened(
            String connectionId, Instant at, Cause cause, String detail, long sequence, @Nullable Instant last) {
        return new Gap(
                connectionId,
                at,
                null,
                cause,
                detail.isEmpty() ? null : detail,
                true,
                sequence,
                last,
                null,
                null,
                null);
    }

    Gap withRetrying(boolean tries) {
        return new Gap(
                connectionId,
                openedAt,
                closedAt,
                cause,
                detail,
                tries,
                lastSequence,
                lastPushAt,
                nextConnectionId,
                firstPushAt,
                resync);
    }

    boolean isOpen() {
        return closedAt == null;
    }

    /** Closed by the login of a connection; a clock that was set back must not make it end before it began. */
    Gap closed(Instant at, String by) {
        return new Gap(
                connectionId,
                openedAt,
                at.isBefore(openedAt) ? openedAt : at,
                cause,
                detail,
                retrying,
                lastSequence,
                lastPushAt,
                by,
                firstPushAt,
                resync);
    }

    Gap withFirstPush(Instant at) {
        return new Gap(
                connectionId,
                openedAt,
                closedAt,
                cause,
                detail,
                retrying,
                lastSequence,
                lastPushAt,
                nextConnectionId,
                at,
                resync);
    }

    Gap withResync(Resynced learned) {
        return new Gap(
                connectionId,
                openedAt,
                closedAt,
                cause,
                detail,
                retrying,
                lastSequence,
                lastPushAt,
                nextConnectionId,
                firstPushAt,
                learned);
    }
}
