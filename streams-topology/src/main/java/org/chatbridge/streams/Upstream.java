package org.chatbridge.streams;

import java.time.Instant;
import java.util.Optional;
import org.chatbridge.avro.Push;
import org.chatbridge.schema.Action;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * What the pushes themselves tell of the bridge's connection to LiveChat.
 *
 * <p>The rule is the least that is honest without a ledger of gaps: {@link State#CONNECTING} until this instance has seen
 * a push since it started, {@link State#STOPPED} while the newest push that it has seen is LiveChat's farewell, else
 * {@link State#STREAMING}. It knows only the pushes of this instance's partitions, and cannot tell a quiet LiveChat from a
 * bridge that was killed: {@code last_push_at} says how old the news is.
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

    private record Seen(
            @Nullable Stamp newest,
            boolean farewell,
            @Nullable Instant newestReceivedAt) {}

    private volatile Seen seen = new Seen(null, false, null);

    synchronized void saw(Action action, Push push) {
        Seen before = seen;
        Stamp at = Stamps.of(push);
        boolean newest = Stamps.isAfter(at, before.newest());
        Instant receivedAt = before.newestReceivedAt();
        seen = new Seen(
                newest ? at : before.newest(),
                newest ? action == Action.AGENT_DISCONNECTED : before.farewell(),
                receivedAt == null || push.getReceivedAt().isAfter(receivedAt) ? push.getReceivedAt() : receivedAt);
    }

    State state() {
        Seen now = seen;
        if (now.newest() == null) {
            return State.CONNECTING;
        }
        return now.farewell() ? State.STOPPED : State.STREAMING;
    }

    /** When the bridge received the newest push that was folded here; empty where there was none. */
    Optional<Instant> lastPushAt() {
        return Optional.ofNullable(seen.newestReceivedAt());
    }
}
