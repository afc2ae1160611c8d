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

    /** After which push of its connection nothing came, where that turns out to be a later one. */
    Gap withLast(long sequence, Instant at) {
        return new Gap(
                connectionId,
                openedAt,
                closedAt,
                cause,
                detail,
                retrying,
                sequence,
                at,
                nextConnectionId,
                firstPushAt,
                resync);
    }

    Gap withRetrying(boolean tries) {
        return with(closedAt, tries, nextConnectionId, firstPushAt, resync);
    }

    boolean isOpen() {
        return closedAt == null;
    }

    /** Closed by the login of a connection; a clock that was set back must not make it end before it began. */
    Gap closed(Instant at, String by) {
        return with(at.isBefore(openedAt) ? openedAt : at, retrying, by, firstPushAt, resync);
    }

    Gap withFirstPush(Instant at) {
        return with(closedAt, retrying, nextConnectionId, at, resync);
    }

    Gap withResync(Resynced learned) {
        return with(closedAt, retrying, nextConnectionId, firstPushAt, learned);
    }

    /** The same loss, of which more is known. */
    private Gap with(
            @Nullable Instant closed,
            boolean tries,
            @Nullable String next,
            @Nullable Instant firstPush,
            @Nullable Resynced learned) {
        return new Gap(
                connectionId,
                openedAt,
                closed,
                cause,
                detail,
                tries,
                lastSequence,
                lastPushAt,
                next,
                firstPush,
                learned);
    }
}
