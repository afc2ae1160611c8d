package org.chatbridge.streams;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.Push;
import org.chatbridge.streams.state.KnownUser;
import org.chatbridge.streams.state.Message;
import org.chatbridge.streams.state.Run;
import org.chatbridge.streams.state.SeenMark;
import org.jspecify.annotations.Nullable;

/**
 * Folds who said something in a thread into who waits for whom.
 *
 * <p>Whether an author is of the house may be told after the message, on another topic, so all are kept alike: the first
 * of a thread, for the first response, and the last, for who waits. What lies between is forgotten.
 */
final class Messages {
    /** What somebody says something with, and not what a system or a rating notes. */
    private static final Set<String> TYPES = Set.of("message", "file", "rich_message", "filled_form", "custom");

    private static final int FIRST = 16;
    private static final int LAST = 48;

    /** As {@link EventCandidates#RANK}: by order where LiveChat gives one, else by push. */
    private static final Comparator<Message> ORDER = Comparator.comparingLong(Message::getPosition)
            .thenComparing(Message::getAt, Stamps.ORDER)
            .thenComparingInt(Message::getIndex);

    private Messages() {}

    /** @param threadId null where the push does not say */
    static List<Message> of(@Nullable String threadId, Push push, List<Event> events) {
        List<Message> messages = new ArrayList<>();
        for (int index = 0; index < events.size(); index++) {
            Event event = events.get(index);
            if (event.getAuthorId() != null && event.getType() != null && TYPES.contains(event.getType())) {
                messages.add(new Message(
                        event.getId(),
                        threadId,
                        event.getAuthorId(),
                        !"agents".equals(event.getRecipients()),
                        event.getOrder() == null ? -1 : event.getOrder(),
                        Stamps.of(push),
                        index,
                        event.getTimestamp() == null ? push.getReceivedAt() : event.getTimestamp()));
            }
        }
        return messages;
    }

    /** Those that may count, each event once as it was told first, without the middle of many. */
    static List<Message> pruned(List<Message> messages, @Nullable Run thread) {
        Map<String, Message> byEvent = new TreeMap<>();
        for (Message message : messages) {
            if (ThreadFold.mayCount(message.getThreadId(), message.getAt(), thread)) {
                byEvent.merge(
                        Objects.requireNonNullElseGet(message.getEventId(), () -> place(message)),
                        message,
                        (one, other) -> ORDER.compare(other, one) < 0 ? other : one);
            }
        }
        List<Message> kept = new ArrayList<>(byEvent.values());
        kept.sort(ORDER);
        if (kept.size() > FIRST + LAST) {
            kept.subList(FIRST, kept.size() - LAST).clear();
        }
        return kept;
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
        Instant firstResponseAt = null;
        Instant waitingSince = null;
        long unread = 0;
        for (Message message : pruned) {
            Boolean ofTheHouse = KnownUsers.isOfTheHouse(users, message.getAuthorId());
            if (ofTheHouse == null || !ThreadFold.counts(message.getThreadId(), message.getAt(), thread)) {
                continue;
            }
            if (!ofTheHouse) {
                waitingSince = waitingSince == null ? message.getTime() : waitingSince;
                unread += isSeen(message, users, seen) ? 0 : 1;
            } else if (message.getVisible()) {
                firstResponseAt = firstResponseAt == null ? message.getTime() : firstResponseAt;
                waitingSince = null;
                unread = 0;
            }
        }
        return new Waiting(firstResponseAt, waitingSince, unread);
    }

    private static boolean isSeen(Message message, List<KnownUser> users, List<SeenMark> seen) {
        return users.stream()
                        .filter(user -> Boolean.TRUE.equals(KnownUsers.isOfTheHouse(users, user.getId())))
                        .map(KnownUser::getLastSeen)
                        .filter(Objects::nonNull)
                        .anyMatch(upTo -> !upTo.isBefore(message.getTime()))
                || seen.stream()
                        .filter(mark -> mark.getEventId().equals(message.getEventId()))
                        .anyMatch(mark -> Optional.ofNullable(KnownUsers.isOfTheHouse(users, mark.getUserId()))
                                .orElse(false));
    }
}
