package org.chatbridge.streams;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.Thread;
import org.chatbridge.avro.view.ThreadRow;
import org.chatbridge.streams.state.ActivityChat;
import org.chatbridge.streams.state.Stamp;
import org.chatbridge.streams.state.ThreadCounted;
import org.jspecify.annotations.Nullable;

/** What counting the activity needs to know of one chat: a working copy. */
final class ChatCount {
    /** Of more threads than these, those are forgotten that are counted in no minute that is kept. */
    private static final int MOST_THREADS = 32;

    /** What a user is. */
    enum Kind {
        AGENT,
        CUSTOMER,
        UNKNOWN
    }

    /** What of a row counts. */
    record Counts(
            Instant openedAt,
            @Nullable Instant closedAt,
            @Nullable Instant respondedAt) {
        static Counts of(ThreadRow row) {
            return new Counts(row.getOpenedAt(), row.getClosedAt(), row.getFirstResponseAt());
        }

        @Nullable
        Instant at(MinuteCount.As as) {
            return switch (as) {
                case OPENED -> openedAt;
                case CLOSED -> closedAt;
                case RESPONDED -> respondedAt;
            };
        }
    }

    private final TreeSet<String> customers = new TreeSet<>();
    private final TreeSet<String> agents = new TreeSet<>();
    private final TreeSet<String> waiting = new TreeSet<>();
    private final Map<String, ThreadCounted> threads = new HashMap<>();
    private Instant touchedAt;

    /** Which rows were counted since this began: only here, so that after a start each is looked at once more. */
    private final Map<String, Counts> lately = new HashMap<>();

    private boolean seen;

    ChatCount(@Nullable ActivityChat chat) {
        touchedAt = chat == null ? Instant.EPOCH : chat.getTouchedAt();
        if (chat != null) {
            customers.addAll(chat.getCustomers());
            agents.addAll(chat.getAgents());
            waiting.addAll(chat.getWaiting());
            threads.putAll(chat.getThreads());
        }
    }

    /** Who is known as a customer is none of the agents. */
    Kind kind(String userId) {
        return customers.contains(userId) ? Kind.CUSTOMER : agents.contains(userId) ? Kind.AGENT : Kind.UNKNOWN;
    }

    /** Learns what a user is; false where that was known. */
    boolean learn(String kind, String userId) {
        return switch (kind) {
            case ChatUsers.CUSTOMER -> customers.add(userId);
            case ChatUsers.AGENT, ChatUsers.SUPERVISOR -> agents.add(userId);
            default -> false;
        };
    }

    /** Whether this is asked for the first time since this began. */
    boolean firstSeen() {
        boolean first = !seen;
        seen = true;
        return first;
    }

    /** The minutes that may have messages of users who are unknown; may be changed. */
    NavigableSet<String> waiting() {
        return waiting;
    }

    /**
     * The events of an announcement that are to be counted: of the first of a thread all, of the first that says that the chat is
     * followed those made since, which LiveChat had told only to who was in the chat. What is made later is pushed.
     *
     * @param announced has an id
     */
    List<Event> toldFirst(Thread announced, boolean isFollowed, Stamp at) {
        List<Event> events = Objects.requireNonNullElse(announced.getEvents(), List.of());
        ThreadCounted thread = thread(announced.getId());
        if (thread.getAnnounced() == null) {
            Instant until = events.stream()
                    .map(Event::getTimestamp)
                    .filter(Objects::nonNull)
                    .max(Comparator.naturalOrder())
                    .orElse(Instant.EPOCH);
            thread = announced(thread, at, until, isFollowed ? at : null);
            threads.put(announced.getId(), thread);
        } else if (thread.getFollowed() == null && isFollowed) {
            thread = announced(thread, thread.getAnnounced(), thread.getToldUntil(), at);
            threads.put(announced.getId(), thread);
        }
        if (at.equals(thread.getAnnounced())) {
            return events;
        }
        Instant until = thread.getToldUntil();
        return at.equals(thread.getFollowed()) && until != null
                ? events.stream()
                        .filter(event -> event.getTimestamp() != null
                                && event.getTimestamp().isAfter(until))
                        .toList()
                : List.of();
    }

    private static ThreadCounted announced(
            ThreadCounted thread, Stamp at, @Nullable Instant until, @Nullable Stamp followed) {
        return new ThreadCounted(at, until, followed, thread.getOpened(), thread.getClosed(), thread.getResponded());
    }

    /** As what a thread must be counted anew: that since this began was not counted so. */
    Set<MinuteCount.As> news(String threadId, Counts counts) {
        Counts before = lately.get(threadId);
        Set<MinuteCount.As> news = EnumSet.allOf(MinuteCount.As.class);
        if (before != null) {
            // How long an answer took depends on both.
            boolean opened = !before.openedAt().equals(counts.openedAt());
            news.removeIf(as -> !opened && Objects.equals(before.at(as), counts.at(as)));
        }
        return news;
    }

    void counted(String threadId, Counts counts) {
        if (lately.size() >= MOST_THREADS) {
            lately.clear();
        }
        lately.put(threadId, counts);
    }

    /** The minutes in which a thread may be counted. */
    List<String> minutes(MinuteCount.As as, String threadId) {
        ThreadCounted thread = thread(threadId);
        return switch (as) {
            case OPENED -> thread.getOpened();
            case CLOSED -> thread.getClosed();
            case RESPONDED -> thread.getResponded();
        };
    }

    /** Remembers where a thread will be counted; false where that was known. */
    boolean counting(MinuteCount.As as, String threadId, @Nullable String minute) {
        List<String> before = minutes(as, threadId);
        if (minute == null || before.contains(minute)) {
            return false;
        }
        List<String> minutes = new ArrayList<>(before);
        minutes.add(minute);
        ThreadCounted thread = thread(threadId);
        threads.put(
                threadId,
                new ThreadCounted(
                        thread.getAnnounced(),
                        thread.getToldUntil(),
                        thread.getFollowed(),
                        as == MinuteCount.As.OPENED ? minutes : thread.getOpened(),
                        as == MinuteCount.As.CLOSED ? minutes : thread.getClosed(),
                        as == MinuteCount.As.RESPONDED ? minutes : thread.getResponded()));
        return true;
    }

    private ThreadCounted thread(String threadId) {
        return Objects.requireNonNullElseGet(
                threads.get(threadId), () -> new ThreadCounted(null, null, null, List.of(), List.of(), List.of()));
    }

    /** Touched; false where that was noted not long before. */
    boolean touched(Instant at) {
        if (at.isBefore(touchedAt.plus(ActivityCounting.TOUCHED_EVERY))) {
            return false;
        }
        touchedAt = at;
        return true;
    }

    /**
     * As the store keeps it.
     *
     * @param first the first minute that is kept
     */
    ActivityChat state(String first) {
        waiting.headSet(first).clear();
        if (threads.size() > MOST_THREADS) {
            threads.values()
                    .removeIf(thread -> thread.getOpened().stream().allMatch(minute -> minute.compareTo(first) < 0)
                            && thread.getClosed().stream().allMatch(minute -> minute.compareTo(first) < 0)
                            && thread.getResponded().stream().allMatch(minute -> minute.compareTo(first) < 0));
        }
        return new ActivityChat(
                List.copyOf(customers), List.copyOf(agents), List.copyOf(waiting), new HashMap<>(threads), touchedAt);
    }
}
