package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.chatbridge.avro.Event;
import org.chatbridge.streams.state.EventCandidate;
import org.chatbridge.streams.state.EventSummary;
import org.chatbridge.streams.state.Run;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * Which events may be the last one of a thread.
 *
 * <p>An event that names no thread cannot be told to belong to the thread before all announcements older than it were
 * seen, and they come on other topics. So for each thread named, and for none, those events are kept that no later push
 * outranks: usually one.
 */
final class EventCandidates {
    /** So ranks what has no order, and all that is told with it. */
    private static final long NO_POSITION = -1;

    /** Sorted by order, never by timestamp (PROTOCOL 3.4); without an order by push. */
    static final Comparator<EventCandidate> RANK = Comparator.comparingLong(EventCandidate::getPosition)
            .thenComparing(EventCandidate::getAt, Stamps.ORDER)
            .thenComparingInt(EventCandidate::getIndex);

    private static final Comparator<EventCandidate> BY_PUSH =
            Comparator.comparing(EventCandidate::getAt, Stamps.ORDER).thenComparing(RANK);

    private static final Comparator<Optional<String>> BY_THREAD =
            Comparator.comparing(id -> id.orElse(null), Comparator.nullsFirst(Comparator.naturalOrder()));

    private EventCandidates() {}

    /** @param threadId null where the push does not say */
    static List<EventCandidate> of(@Nullable String threadId, Stamp at, List<Event> events) {
        boolean inOrder = events.stream().allMatch(event -> event.getOrder() != null);
        List<EventCandidate> candidates = new ArrayList<>();
        for (int index = 0; index < events.size(); index++) {
            Event event = events.get(index);
            if (Messages.isDeleted(event)) {
                continue;
            }
            EventSummary summary = new EventSummary(
                    event.getId(),
                    event.getType(),
                    event.getAuthorId(),
                    event.getText(),
                    event.getTimestamp(),
                    event.getRecipients());
            candidates.add(new EventCandidate(threadId, inOrder ? event.getOrder() : NO_POSITION, at, index, summary));
        }
        return candidates;
    }

    /** Those that are, or may turn out to be, the last one of the thread or of one announced later. */
    static List<EventCandidate> pruned(List<EventCandidate> candidates, @Nullable Run thread) {
        Map<Optional<String>, List<EventCandidate>> byThread = new TreeMap<>(BY_THREAD);
        for (EventCandidate candidate : candidates) {
            if (ThreadFold.mayCount(candidate.getThreadId(), candidate.getAt(), thread)) {
                byThread.computeIfAbsent(Optional.ofNullable(candidate.getThreadId()), id -> new ArrayList<>())
                        .add(candidate);
            }
        }
        List<EventCandidate> kept = new ArrayList<>();
        byThread.values().forEach(group -> kept.addAll(notOutranked(group)));
        return kept;
    }

    private static List<EventCandidate> notOutranked(List<EventCandidate> group) {
        group.sort(RANK.reversed());
        List<EventCandidate> kept = new ArrayList<>();
        Stamp last = null;
        for (EventCandidate candidate : group) {
            if (Stamps.isAfter(candidate.getAt(), last)) {
                kept.add(candidate);
                last = candidate.getAt();
            }
        }
        return kept;
    }

    /** The last event of the thread: that of the newest push where it has no order, as only some may have one. */
    static Optional<EventSummary> last(List<EventCandidate> pruned, Run thread) {
        List<EventCandidate> counted = pruned.stream()
                .filter(candidate -> ThreadFold.counts(candidate.getThreadId(), candidate.getAt(), thread))
                .toList();
        return counted.stream()
                .max(BY_PUSH)
                .filter(newest -> newest.getPosition() == NO_POSITION)
                .or(() -> counted.stream().max(RANK))
                .map(EventCandidate::getEvent);
    }
}
