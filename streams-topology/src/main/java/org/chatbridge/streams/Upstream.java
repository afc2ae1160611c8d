package org.chatbridge.streams;

import java.time.Instant;
import java.util.Optional;
import org.chatbridge.avro.Gap;
import org.chatbridge.avro.Push;
import org.chatbridge.schema.Action;
import org.jspecify.annotations.Nullable;

/**
 * What the topics tell of the bridge's connection to LiveChat. The newest gap decides, and whether anything of a later
 * connection than the one that it tells the loss of was seen:
 *
 * <ul>
 *   <li>{@link State#STREAMING} where it is closed or a later connection was seen, and where no connection was ever lost
 *       but one was seen;
 *   <li>{@link State#STOPPED} where the bridge was stopped, or LiveChat refused it for good;
 *   <li>{@link State#CONNECTING} else: the bridge tries to come back, or nothing was ever seen; and until all gaps that there
 *       were at the start are told, which may be newer than what was seen.
 * </ul>
 *
 * <p>A bridge that was killed leaves no gap before its next start, and the last state stands: {@link #lastPushAt} alone
 * says how old the news is.
 *
 * <p>Safe for use by several threads.
 */
final class Upstream {
    /** As the member {@code upstream} of an answer's freshness has it, in lower case. */
    enum State {
        CONNECTING,
        STREAMING,
        STOPPED
    }

    /** {@code push.origin} of what the bridge tells of itself: no sign of LiveChat. */
    private static final String BRIDGE = "bridge";

    /** {@code cause} of a gap that begins with the bridge's end. */
    private static final String SHUTDOWN = "shutdown";

    /** @param gaveUp whether any record of the newest gap says that nobody tries to connect */
    private record Known(
            @Nullable String connectionSeen,
            @Nullable Instant newestReceivedAt,
            @Nullable Gap newestGap,
            boolean gaveUp) {}

    private volatile Known known = new Known(null, null, null, false);
    private volatile boolean gapsAreKnown;

    /** A push, or what a resync learned. That LiveChat disconnects may come before any login: it is no sign of a connection. */
    synchronized void saw(Push push) {
        if (push.getOrigin().equals(BRIDGE)) {
            return;
        }
        Known before = known;
        known = new Known(
                push.getAction().equals(Action.AGENT_DISCONNECTED.wireName())
                        ? before.connectionSeen()
                        : later(push.getConnectionId(), before.connectionSeen()),
                later(push.getReceivedAt(), before.newestReceivedAt()),
                before.newestGap(),
                before.gaveUp());
    }

    /** A record of a gap. */
    synchronized void lost(Gap gap) {
        Known before = known;
        Gap newest = before.newestGap();
        int order = newest == null ? 1 : gap.getConnectionId().compareTo(newest.getConnectionId());
        if (order >= 0) {
            known = new Known(
                    before.connectionSeen(),
                    before.newestReceivedAt(),
                    order == 0 ? GapsFold.told(gap, newest) : gap,
                    !gap.getRetrying() || (order == 0 && before.gaveUp()));
        }
    }

    /** All gaps that there were at the start have been told. */
    void gapsAreKnown() {
        gapsAreKnown = true;
    }

    private static <T extends Comparable<T>> T later(T one, @Nullable T other) {
        return other == null || one.compareTo(other) > 0 ? one : other;
    }

    State state() {
        if (!gapsAreKnown) {
            return State.CONNECTING;
        }
        Known now = known;
        String seen = now.connectionSeen();
        Gap gap = now.newestGap();
        if (gap == null) {
            return seen == null ? State.CONNECTING : State.STREAMING;
        }
        if (gap.getClosedAt() != null || (seen != null && seen.compareTo(gap.getConnectionId()) > 0)) {
            return State.STREAMING;
        }
        // A bridge that begins again says so of the gap with which it ended; who writes no more than the cause never
        // gave up.
        boolean tries = gap.getRetrying() && (now.gaveUp() || !gap.getCause().equals(SHUTDOWN));
        return tries ? State.CONNECTING : State.STOPPED;
    }

    /** When the bridge received the newest push that this instance knows of; empty where it knows none. */
    Optional<Instant> lastPushAt() {
        return Optional.ofNullable(known.newestReceivedAt());
    }
}
