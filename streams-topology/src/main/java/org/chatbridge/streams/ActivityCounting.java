package org.chatbridge.streams;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.state.KeyValueStore;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.User;
import org.chatbridge.avro.view.ThreadRow;
import org.chatbridge.streams.state.ActivityChat;
import org.chatbridge.streams.state.ActivityCount;
import org.chatbridge.streams.state.Stamp;
import org.chatbridge.streams.state.UserChange;
import org.jspecify.annotations.Nullable;

/**
 * Counts the pushes, messages and threads of one partition by the minute. What comes again changes nothing, and the order
 * of the topics does not matter.
 *
 * <p>A crash may keep a part of what is written here, and what was read since the last commit is read again. So where two
 * values change with one record, the one that would hide the other's loss is written last.
 */
final class ActivityCounting {
    /** So long are minutes kept. */
    static final Duration KEPT = Duration.ofDays(7);

    /** How exactly it is known when a chat was touched last. */
    static final Duration TOUCHED_EVERY = Duration.ofHours(6);

    private static final int MOST_MINUTES = 32;
    private static final int MOST_CHATS = 5_000;
    private static final Set<String> MESSAGES = Set.of("message", "file", "rich_message", "filled_form");

    private final Recent<ActivityCount, MinuteCount> minutes;
    private final Recent<ActivityChat, ChatCount> chats;
    private final Consumer<String> changed;
    private Instant first = Instant.MIN;
    private long keyOf = Long.MIN_VALUE;
    private String key = "";

    /** @param changed told of each minute that may have changed since it was told last */
    ActivityCounting(
            KeyValueStore<String, ActivityCount> minutes,
            KeyValueStore<String, ActivityChat> chats,
            Consumer<String> changed) {
        this.minutes = new Recent<>(minutes, MOST_MINUTES, MinuteCount::new, MinuteCount::state);
        this.chats = new Recent<>(chats, MOST_CHATS, ChatCount::new, chat -> chat.state(first.toString()));
        this.changed = changed;
    }

    /** The time of the records has come to this. */
    void now(Instant newest) {
        first = newest.minus(KEPT).truncatedTo(ChronoUnit.MINUTES);
    }

    /** The first minute that is kept. */
    String first() {
        return first.toString();
    }

    MinuteCount minute(String minute) {
        return minutes.get(minute);
    }

    void put(String minute, MinuteCount count) {
        minutes.put(minute, count);
    }

    void forgetMinute(String minute) {
        minutes.remove(minute);
    }

    void forgetChat(String chatId) {
        chats.remove(chatId);
    }

    /** The key of the minute of a moment; null where it is not kept any more. */
    private @Nullable String key(@Nullable Instant at) {
        if (at == null || at.isBefore(first)) {
            return null;
        }
        long number = Math.floorDiv(at.getEpochSecond(), 60L);
        if (number != keyOf) {
            keyOf = number;
            key = Instant.ofEpochSecond(60 * number).toString();
        }
        return key;
    }

    /** Counts a push. */
    void push(String chatId, SpecificRecord record) {
        Push push = Source.push(record);
        String minute = key(push.getReceivedAt());
        if (record instanceof IncomingChatThread
                || record instanceof ChatUsersUpdated
                || record instanceof IncomingEvent) {
            ofChat(chatId, record, minute);
        } else if (minute != null) {
            MinuteCount count = minutes.get(minute);
            if (count.count(record.getSchema().getName(), push)) {
                minutes.put(minute, count);
            }
            changed.accept(minute);
        }
    }

    private void ofChat(String chatId, SpecificRecord record, @Nullable String minute) {
        Push push = Source.push(record);
        ChatCount chat = chats.get(chatId);
        learn(chatId, chat, users(record), push.getReceivedAt());
        if (minute == null) {
            return;
        }
        List<String> authors = authors(record, chat);
        boolean news = chat.touched(push.getReceivedAt()) || record instanceof IncomingChatThread;
        if (authors.stream().anyMatch(author -> chat.kind(author) == ChatCount.Kind.UNKNOWN)) {
            news |= chat.waiting().add(minute);
        }
        if (news) {
            chats.put(chatId, chat);
        }
        MinuteCount count = minutes.get(minute);
        if (count.count(record.getSchema().getName(), push)) {
            authors.forEach(author -> count.message(chatId, author, chat));
            minutes.put(minute, count);
        }
        changed.accept(minute);
    }

    private static List<UserChange> users(SpecificRecord record) {
        if (record instanceof ChatUsersUpdated push) {
            return UserChanges.of(push).all();
        }
        List<UserChange> users = new ArrayList<>();
        if (record instanceof IncomingChatThread push
                && push.getChat() != null
                && push.getChat().getUsers() != null) {
            for (User user : push.getChat().getUsers()) {
                if (user.getId() != null) {
                    users.add(
                            new UserChange(ChatUsers.kind(user), user.getId(), true, true, Stamps.of(push.getPush())));
                }
            }
        }
        return users;
    }

    /** Who made the messages of a push: of an announcement only where it is the first of its thread. */
    private static List<String> authors(SpecificRecord record, ChatCount chat) {
        List<Event> events = List.of();
        if (record instanceof IncomingEvent push && push.getEvent() != null) {
            events = List.of(push.getEvent());
        } else if (record instanceof IncomingChatThread push
                && push.getChat() != null
                && push.getChat().getThread() != null
                && push.getChat().getThread().getId() != null
                && push.getChat().getThread().getEvents() != null
                && chat.isFirst(push.getChat().getThread().getId(), Stamps.of(push.getPush()))) {
            events = push.getChat().getThread().getEvents();
        }
        List<String> authors = new ArrayList<>();
        for (Event event : events) {
            if (event.getAuthorId() != null && event.getType() != null && MESSAGES.contains(event.getType())) {
                authors.add(event.getAuthorId());
            }
        }
        return authors;
    }

    private void learn(String chatId, ChatCount chat, List<UserChange> users, Instant at) {
        boolean learned = false;
        for (UserChange user : users) {
            learned |= chat.learn(user.getKind(), user.getId());
        }
        // A crash may have kept what was learned, and lost what was counted by it.
        if (chat.firstSeen() || learned) {
            learned |= resolve(chatId, chat);
        }
        if (learned) {
            chat.touched(at);
            chats.put(chatId, chat);
        }
    }

    /** A minute is waited for until what was counted in it is safe, as it is once it was told. */
    private boolean resolve(String chatId, ChatCount chat) {
        boolean news = false;
        for (String minute : List.copyOf(chat.waiting().tailSet(first(), true))) {
            MinuteCount count = minutes.get(minute);
            if (count.resolve(chatId, chat)) {
                minutes.put(minute, count);
                changed.accept(minute);
            } else if (!count.waitsFor(chatId) && count.isTold()) {
                news |= chat.waiting().remove(minute);
            }
        }
        return news;
    }

    /** Counts a thread as the view of threads tells of it now. */
    void thread(ThreadRow row, Instant at) {
        String chatId = row.getChatId();
        ChatCount chat = chats.get(chatId);
        learn(chatId, chat, users(row), at);
        if (chat.knows(row)) {
            return;
        }
        Instant respondedAt = row.getFirstResponseAt();
        String opened = key(row.getOpenedAt());
        String closed = key(row.getClosedAt());
        String responded = key(respondedAt);
        boolean news = chat.touched(at);
        news |= chat.counting(MinuteCount.As.OPENED, row.getThreadId(), opened);
        news |= chat.counting(MinuteCount.As.CLOSED, row.getThreadId(), closed);
        news |= chat.counting(MinuteCount.As.RESPONDED, row.getThreadId(), responded);
        if (news) {
            chats.put(chatId, chat);
        }
        long waitedMs = respondedAt == null
                ? 0
                : Math.max(0, Duration.between(row.getOpenedAt(), respondedAt).toMillis());
        count(MinuteCount.As.OPENED, chat, row.getThreadId(), opened, 0);
        count(MinuteCount.As.CLOSED, chat, row.getThreadId(), closed, 0);
        count(MinuteCount.As.RESPONDED, chat, row.getThreadId(), responded, waitedMs);
        chat.counted(row);
    }

    private static List<UserChange> users(ThreadRow row) {
        List<UserChange> users = new ArrayList<>();
        Stamp none = new Stamp("", 0L);
        if (row.getCustomerId() != null) {
            users.add(new UserChange(ChatUsers.CUSTOMER, row.getCustomerId(), true, true, none));
        }
        row.getAgentIds().forEach(agent -> users.add(new UserChange(ChatUsers.AGENT, agent, true, true, none)));
        return users;
    }

    private void count(
            MinuteCount.As as, ChatCount chat, String threadId, @Nullable String minute, long firstResponseMs) {
        for (String one : chat.minutes(as, threadId)) {
            MinuteCount count = one.compareTo(first()) < 0 ? null : minutes.get(one);
            if (count != null && count.thread(as, threadId, one.equals(minute), firstResponseMs)) {
                minutes.put(one, count);
            }
            if (count != null) {
                changed.accept(one);
            }
        }
    }
}
