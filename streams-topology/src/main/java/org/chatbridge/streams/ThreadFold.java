package org.chatbridge.streams;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.Thread;
import org.chatbridge.avro.ThreadClosed;
import org.chatbridge.streams.state.Run;
import org.chatbridge.streams.state.Saying;
import org.chatbridge.streams.state.Stamp;
import org.chatbridge.streams.state.ThreadClose;
import org.chatbridge.streams.state.ThreadFacts;
import org.jspecify.annotations.Nullable;

/**
 * Folds what is told of the thread of a chat (PROTOCOL 2.1, 2.10). The thread is the one that was announced last; a close
 * counts if it came after that announcement and names that thread or none; so does a resync of a later connection, of which
 * nothing was told since.
 */
final class ThreadFold {
    private static final Comparator<ThreadClose> BY_THREAD =
            Comparator.comparing(ThreadClose::getThreadId, Comparator.nullsFirst(Comparator.naturalOrder()));

    private ThreadFold() {}

    static ThreadFacts none() {
        return new ThreadFacts(null, null, List.of());
    }

    /** @param announced has an id */
    static ThreadFacts announced(ThreadFacts facts, Thread announced, Push push) {
        boolean active = !Boolean.FALSE.equals(announced.getActive());
        Run run = Runs.said(facts.getRun(), announced.getId(), Runs.of(push, active, announced.getTimestamp()));
        return pruned(run, facts.getCloses());
    }

    static ThreadFacts closed(ThreadFacts facts, ThreadClosed close) {
        Stamp at = Stamps.of(close.getPush());
        List<ThreadClose> closes = new ArrayList<>();
        ThreadClose last =
                new ThreadClose(close.getThreadId(), at, close.getPush().getReceivedAt(), close.getUserId());
        for (ThreadClose known : facts.getCloses()) {
            if (!Objects.equals(known.getThreadId(), last.getThreadId())) {
                closes.add(known);
            } else if (Stamps.isAfter(known.getAt(), last.getAt())) {
                last = known;
            }
        }
        closes.add(last);
        return pruned(facts.getRun(), closes);
    }

    private static ThreadFacts pruned(@Nullable Run thread, List<ThreadClose> closes) {
        Run run = thread == null ? null : Runs.bounded(thread, (earlier, later) -> false);
        return new ThreadFacts(
                run,
                null,
                closes.stream()
                        .filter(close -> run == null || mayClose(close, run))
                        .sorted(BY_THREAD)
                        .toList());
    }

    /** Whether a close may be that of the thread, or of one that is announced later. That it is called closed afterwards says nothing new. */
    private static boolean mayClose(ThreadClose close, Run run) {
        boolean another = close.getThreadId() != null && !close.getThreadId().equals(run.getValue());
        Saying open = Runs.lastActive(run);
        return Stamps.isAfter(
                close.getAt(),
                another ? Runs.last(run).getUntil() : open == null ? run.getOthersAt() : open.getUntil());
    }

    /** The facts, where these resyncs are complete: an open thread that a later one does not know was closed unseen. */
    static ThreadFacts resynced(ThreadFacts facts, Resyncs resyncs) {
        Run run = facts.getRun();
        Instant goneAt =
                run != null && Runs.last(run).getActive() && close(facts).isEmpty()
                        ? resyncs.firstAfter(Runs.last(run).getUntil()).orElse(null)
                        : null;
        return Objects.equals(goneAt, facts.getGoneAt()) ? facts : new ThreadFacts(run, goneAt, facts.getCloses());
    }

    static boolean isOpen(ThreadFacts facts) {
        Run run = facts.getRun();
        return run != null
                && Runs.last(run).getActive()
                && facts.getGoneAt() == null
                && close(facts).isEmpty();
    }

    /**
     * Whether the thread is one that a login alone tells of, as closed: never told as open, never seen to close, and the
     * first that is known of its chat. It may have closed long ago.
     */
    static boolean isHearsay(ThreadFacts facts) {
        Run run = facts.getRun();
        return run != null
                && run.getOthersAt() == null
                && Runs.lastActive(run) == null
                && close(facts).isEmpty();
    }

    /** The close of the thread that was announced last, if one was seen. */
    static Optional<ThreadClose> close(ThreadFacts facts) {
        Run run = facts.getRun();
        // With every row that is asked for; most have no close at all.
        return run == null || facts.getCloses().isEmpty()
                ? Optional.empty()
                : facts.getCloses().stream()
                        .filter(close -> close.getThreadId() == null
                                // Before it was told of first another thread was the last.
                                ? Stamps.isAfter(close.getAt(), Runs.began(run).getAt())
                                : close.getThreadId().equals(run.getValue()))
                        .max(Comparator.comparing(ThreadClose::getAt, Stamps.ORDER));
    }

    /** When a thread that is not open was closed, as far as that is known: at the latest. */
    static Instant closedAt(ThreadFacts facts, Run run) {
        return close(facts)
                .map(ThreadClose::getReceivedAt)
                .or(() -> Optional.ofNullable(facts.getGoneAt()))
                .orElseGet(() -> Objects.requireNonNullElse(Runs.firstInactive(run), Runs.last(run))
                        .getReceivedAt());
    }

    /** When it was opened, by LiveChat's clock, else when it was announced first. */
    static Instant openedAt(Run run) {
        Instant timestamp = Runs.timestamp(run);
        return timestamp == null ? Runs.began(run).getReceivedAt() : timestamp;
    }

    /** Whether something told in a push may count for the thread, also if one announced earlier is heard of later. */
    static boolean mayCount(@Nullable String threadId, Stamp at, @Nullable Run thread) {
        if (thread == null) {
            return true;
        }
        Stamp since = threadId == null || threadId.equals(thread.getValue())
                // Before the first announcement too: an earlier one may be heard later.
                ? thread.getOthersAt()
                : Runs.last(thread).getUntil();
        return Stamps.isAfter(at, since);
    }

    /** Whether something that may count is of the thread: without a thread it is of the one announced last before. */
    static boolean counts(@Nullable String threadId, Stamp at, Run thread) {
        return threadId == null ? Stamps.isAfter(at, Runs.began(thread).getAt()) : threadId.equals(thread.getValue());
    }
}
