package org.chatbridge.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.chatbridge.streams.state.Newest;
import org.chatbridge.streams.state.ThreadFacts;

/** Says when what is known of a chat that has no open thread is no longer kept. */
final class Ended {
    private final Duration keptFor;

    /** @param keptFor how long after the last that was told */
    Ended(Duration keptFor) {
        this.keptFor = keptFor;
    }

    /** As {@link View#untouched}: what is kept for less than others wait is not to be kept longer. */
    Duration untouched(Duration others) {
        return keptFor.compareTo(others) < 0 ? keptFor : others;
    }

    /** When it is due: never while the thread is open. */
    Optional<Instant> due(ThreadFacts thread, Newest newest) {
        return ThreadFold.isOpen(thread)
                ? Optional.empty()
                : Optional.of(newest.getReceivedAt().plus(keptFor));
    }

    /** Whether nothing of it remains. */
    boolean isOver(ThreadFacts thread, Newest newest, Instant now, boolean touched) {
        return !touched && due(thread, newest).filter(at -> !at.isAfter(now)).isPresent();
    }
}
