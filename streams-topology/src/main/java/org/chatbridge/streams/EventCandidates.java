package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.chatbridge.avro.Event;
import org.chatbridge.streams.state.AnnouncedThread;
import org.chatbridge.streams.state.EventCandidate;
import org.chatbridge.streams.state.EventSummary;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * Which events may be the last one of a thread.
 *
 * <p>An event that names no thread cannot be told to belong to the thread before all announcements older than it were
 * seen, and they come on another topic. So for each thread named, and for none, those events are kept that no later push
 * outranks: usually one.
 */
final class EventCandidates {
    /** Sorted by order, never by timestamp (PROTOCOL 3.4); without an order by push. */
    static final Comparator<EventCandidate> RANK = Comparator.comparingLong(EventCandidate::getPosition)
            .thenComparing(EventCandidate::getAt, Stamps.ORDER)
            .thenComparingInt(EventCandidate::getIndex);

    private static final Comparator<Optional<String>> BY_THREAD =
            Comparator.comparing(id -> id.orElse(null), Comparator.nullsFirst(Comparator.naturalOrder()));

    private EventCandidates() {}

    /** @param threadId null where the push does not say */
    static List<EventCandidate> of(@Nullable String threadId, Stamp at, List<Event> events) {
        List<EventCandidate> candidates = new ArrayList<>();
        for (int index = 0; index < events.size(); index++) {
            Event event = events.get(index);
            Long order = event.getOrder();
            EventSummary summary = new EventSummary(
                    event.getId(),
                    event.getType(),
                    event.getAuthorId(),
                    event.getText(),
                    event.getTimestamp(),
                    event.getRecipients());
            candidates.add(new EventCandidate(threadId, order == null ? -1 : order, at, index, summary));
        }
        return candidates;
    }

    /** Those that are, or may turn out to be, the last one of the thread or of one announced later. */
    static List<EventCandidate> pruned(
            List<EventCandidate> candidates, @Nullable AnnouncedThread thread, @Nullable Stamp othersAnnounced) {
        Map<Optional<String>, List<EventCandidate>> byThread = new TreeMap<>(BY_THREAD);
        for (EventCandidate candidate : candidates) {
            if (thread == null || Stamps.isAfter(candidate.getAt(), since(candidate, thread, othersAnnounced))) {
                byThread.computeIfAbsent(Optional.ofNullable(candidate.getThreadId()), id -> new ArrayList<>())
                        .add(candidate);
            }
        }
        List<EventCandidate> kept = new ArrayList<>();
        byThread.values().forEach(group -> kept.addAll(notOutranked(group, thread)));
        return kept;
    }

    /** The push after which an event counts; null where every one does. */
    private static @Nullable Stamp since(
            EventCandidate candidate, AnnouncedThread thread, @Nullable Stamp othersAnnounced) {
        if (candidate.getThreadId() == null) {
            return thread.getFirst();
        }
        return candidate.getThreadId().equals(thread.getId()) ? othersAnnounced : thread.getLast();
    }

    private static List<EventCandidate> notOutranked(List<EventCandidate> group, @Nullable AnnouncedThread thread) {
        group.sort(RANK.reversed());
        List<EventCandidate> kept = new ArrayList<>();
        Stamp last = null;
        for (EventCandidate candidate : group) {
            // A later announcement ends the time of all events before it at once: of these the first counts, or none.
            boolean settled = thread != null && !Stamps.isAfter(candidate.getAt(), thread.getLast());
            if (Stamps.isAfter(candidate.getAt(), last) && !(settled && !kept.isEmpty())) {
                kept.add(candidate);
                last = candidate.getAt();
            }
        }
        return kept;
    }

    /** The last event of the thread. */
    static Optional<EventSummary> last(List<EventCandidate> pruned, AnnouncedThread thread) {
        return pruned.stream()
                .filter(candidate -> candidate.getThreadId() == null
                        || candidate.getThreadId().equals(thread.getId()))
                .max(RANK)
                .map(EventCandidate::getEvent);
    }
}
