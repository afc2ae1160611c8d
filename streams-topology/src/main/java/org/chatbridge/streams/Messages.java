package org.chatbridge.streams;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.Push;
import org.chatbridge.streams.state.KnownUser;
import org.chatbridge.streams.state.Message;
import org.chatbridge.streams.state.Run;
import org.chatbridge.streams.state.SeenMark;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * Folds who said something in a thread into who waits for whom.
 *
 * <p>Whether an author is of the house may be told after the message, on another topic, so all are kept alike until it is.
 */
final class Messages {
    /** What somebody says something with, and not what a system, an application or a rating notes. */
    private static final Set<String> TYPES = Set.of("message", "file", "rich_message", "filled_form");

    private static final long NO_POSITION = -1;

    /** So many of those that nobody has answered are counted exactly. */
    static final int MOST = 100;

    /** So many threads may be told of before they are announced. */
    private static final int MOST_THREADS = 8;

    private static final int FIRST = 16;
    private static final int LAST = 48;

    /** By LiveChat's clock, which is the same whenever an event is told again. */
    private static final Comparator<Message> BY_TIME = Comparator.comparing(Message::getTime)
            .thenComparing(Message::getAt, Stamps.ORDER)
            .thenComparingInt(Message::getIndex);

    private static final Comparator<Message> BY_POSITION =
            Comparator.comparingLong(Message::getPosition).thenComparing(BY_TIME);

    /** Of the tellings of one event the one with an order counts, of those that are alike the first. */
    private static final Comparator<Message> FIRST_TOLD = Comparator.comparing(
                    (Message message) -> message.getPosition() == NO_POSITION)
            .thenComparing(BY_POSITION);

    private Messages() {}

    /** Whether somebody says something with it. */
    static boolean isOne(Event event) {
        return event.getAuthorId() != null
                && event.getType() != null
                && TYPES.contains(event.getType())
                && !isDeleted(event);
    }

    /** Whether it is told though it is deleted, as versions 3.6 and later do. PROTOCOL 3.4. */
    static boolean isDeleted(Event event) {
        return "true".equals(event.getExtra().get("deleted"));
    }

    /** @param threadId null where the push does not say */
    static List<Message> of(@Nullable String threadId, Push push, List<Event> events) {
        List<Message> messages = new ArrayList<>();
        for (int index = 0; index < events.size(); index++) {
            Event event = events.get(index);
            if (isOne(event)) {
                messages.add(new Message(
                        event.getId(),
                        threadId,
                        event.getAuthorId(),
                        !"agents".equals(event.getRecipients()),
                        event.getOrder() == null ? NO_POSITION : event.getOrder(),
                        Stamps.of(push),
                        index,
                        event.getTimestamp() == null ? push.getReceivedAt() : event.getTimestamp()));
            }
        }
        return messages;
    }

    /**
     * Those that may matter, each event once as it was told first, and of the thread that any telling names.
     *
     * <p>Of the events of a thread few do: the first ones, for the first response; for each author the first that the
     * customer sees, as each may turn out to be of the house; and what came after the last one of those who are. Who is of
     * the house stays so, and what is told late has its place by its order or its time. So it is the same in whatever order topics are
     * read, but where more than {@value #MOST} messages come before it is told who their authors are.
     *
     * <p>Of those of which it is not sure which thread they are of (v0.2 does not say) the first and the last are kept, too.
     */
    static List<Message> pruned(List<Message> messages, @Nullable Run last, List<KnownUser> users) {
        Map<String, Message> byEvent = new HashMap<>();
        for (Message message : messages) {
            if (ThreadFold.mayCount(message.getThreadId(), message.getAt(), last)) {
                byEvent.merge(
                        Objects.requireNonNullElseGet(message.getEventId(), () -> place(message)),
                        message,
                        Messages::together);
            }
        }
        Map<String, List<Message>> byThread = new HashMap<>();
        List<Message> unnamed = new ArrayList<>();
        for (Message message : byEvent.values()) {
            String thread = message.getThreadId();
            (thread == null ? unnamed : byThread.computeIfAbsent(thread, id -> new ArrayList<>())).add(message);
        }
        Map<String, Boolean> ofTheHouse = KnownUsers.ofTheHouse(users);
        List<Message> kept = thatMatter(unnamed, ofTheHouse, LAST);
        byThread.values().stream()
                .sorted(Comparator.comparing(Messages::newest, Stamps.ORDER).reversed())
                .limit(MOST_THREADS)
                .forEach(thread -> kept.addAll(thatMatter(thread, ofTheHouse, 0)));
        kept.sort(BY_POSITION);
        return kept;
    }

    private static Message together(Message one, Message other) {
        Message first = FIRST_TOLD.compare(other, one) < 0 ? other : one;
        String thread = one.getThreadId() == null ? other.getThreadId() : one.getThreadId();
        return Objects.equals(first.getThreadId(), thread)
                ? first
                : new Message(
                        first.getEventId(),
                        thread,
                        first.getAuthorId(),
                        first.getVisible(),
                        first.getPosition(),
                        first.getAt(),
                        first.getIndex(),
                        first.getTime());
    }

    private static Stamp newest(List<Message> messages) {
        return messages.stream().map(Message::getAt).max(Stamps.ORDER).orElseThrow();
    }

    /** By order where LiveChat gives each of them one, else all by its clock. */
    private static List<Message> sorted(Stream<Message> messages) {
        List<Message> all = messages.toList();
        boolean inOrder = all.stream().noneMatch(message -> message.getPosition() == NO_POSITION);
        return all.stream().sorted(inOrder ? BY_POSITION : BY_TIME).toList();
    }

    /** @param last so many of the last ones matter in any case */
    private static List<Message> thatMatter(List<Message> all, Map<String, Boolean> ofTheHouse, int last) {
        List<Message> settled = sorted(all.stream());
        int answered = settled.size() - 1;
        while (answered >= 0
                && !(settled.get(answered).getVisible()
                        && Boolean.TRUE.equals(
                                ofTheHouse.get(settled.get(answered).getAuthorId())))) {
            answered--;
        }
        Map<String, Integer> firstSeen = new HashMap<>();
        Map<String, Integer> lastSeen = new HashMap<>();
        Map<String, Integer> firstSince = new HashMap<>();
        for (int i = 0; i < settled.size(); i++) {
            Message message = settled.get(i);
            String author = message.getAuthorId();
            if (message.getVisible()) {
                firstSeen.putIfAbsent(author, i);
            }
            if (i >= answered && message.getVisible()) {
                lastSeen.put(author, i);
            }
            if (i > answered) {
                firstSince.putIfAbsent(author, i);
            }
        }
        BitSet kept = new BitSet();
        kept.set(0, Math.min(FIRST, settled.size()));
        for (Map<String, Integer> ofEachAuthor : List.of(firstSeen, lastSeen, firstSince)) {
            for (int i : ofEachAuthor.values()) {
                kept.set(i);
            }
        }
        kept.set(Math.max(answered + 1, settled.size() - MOST), settled.size());
        kept.set(Math.max(0, settled.size() - last), settled.size());
        List<Message> messages = new ArrayList<>(kept.cardinality());
        for (int i = kept.nextSetBit(0); i >= 0; i = kept.nextSetBit(i + 1)) {
            messages.add(settled.get(i));
        }
        return messages;
    }

    private static String place(Message message) {
        return message.getAt().getConnectionId() + " " + message.getAt().getMoment() + " " + message.getIndex();
    }

    /**
     * Who waits for whom.
     *
     * @param firstResponseAt when somebody of the house first said something that the customer sees; null before
     * @param waitingSince the customer's first message after the last one of the house; null where there is none
     * @param unread how many of the customer's messages came after that, and nobody of the house has seen them
     */
    record Waiting(
            @Nullable Instant firstResponseAt, @Nullable Instant waitingSince, long unread) {}

    static Waiting waiting(List<Message> pruned, Run thread, List<KnownUser> users, List<SeenMark> seen) {
        Map<String, Boolean> ofTheHouse = KnownUsers.ofTheHouse(users);
        Seen byTheHouse = Seen.of(users, seen, ofTheHouse);
        Instant firstResponseAt = null;
        Instant waitingSince = null;
        long unread = 0;
        List<Message> counted = sorted(
                pruned.stream().filter(message -> ThreadFold.counts(message.getThreadId(), message.getAt(), thread)));
        for (Message message : counted) {
            Boolean isOfTheHouse = ofTheHouse.get(message.getAuthorId());
            if (isOfTheHouse == null) {
                continue;
            }
            if (!isOfTheHouse) {
                waitingSince = waitingSince == null ? message.getTime() : waitingSince;
                unread += byTheHouse.has(message) ? 0 : 1;
            } else if (message.getVisible()) {
                firstResponseAt = firstResponseAt == null ? message.getTime() : firstResponseAt;
                waitingSince = null;
                unread = 0;
            }
        }
        return new Waiting(firstResponseAt, waitingSince, unread);
    }

    /** What those of the house have seen: all up to a moment, and some events. */
    private record Seen(@Nullable Instant upTo, Set<String> eventIds) {
        static Seen of(List<KnownUser> users, List<SeenMark> marks, Map<String, Boolean> ofTheHouse) {
            Instant upTo = null;
            for (KnownUser user : users) {
                Instant seen = user.getLastSeen();
                boolean counts = seen != null && Boolean.TRUE.equals(ofTheHouse.get(user.getId()));
                upTo = counts && (upTo == null || seen.isAfter(upTo)) ? seen : upTo;
            }
            Set<String> eventIds = new HashSet<>();
            for (SeenMark mark : marks) {
                if (Boolean.TRUE.equals(ofTheHouse.get(mark.getUserId()))) {
                    eventIds.add(mark.getEventId());
                }
            }
            return new Seen(upTo, eventIds);
        }

        boolean has(Message message) {
            return (upTo != null && !upTo.isBefore(message.getTime())) || eventIds.contains(message.getEventId());
        }
    }
}
