package org.chatbridge.streams;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.state.KeyValueIterator;
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
import org.chatbridge.streams.state.ActivityThread;
import org.chatbridge.streams.state.Stamp;
import org.chatbridge.streams.state.UserChange;
import org.jspecify.annotations.Nullable;

/**
 * Counts the pushes, messages and threads of one partition by the minute. What comes again changes nothing, and the order
 * of the topics does not matter, but for this: threads are counted by their rows, and a chat has that of its last thread. A close or
 * a first response that is read after the next thread of its chat was announced is not counted.
 *
 * <p>A crash may keep a part of what is written here, and what was read since the last commit is read again. So where two
 * values change with one record, the one that would hide the other's loss is written last.
 */
final class ActivityCounting {
    /** So long are minutes kept. */
    static final Duration KEPT = Duration.ofDays(7);

    /** A time so far ahead of all records is a mistake, of which nothing is to be dropped. */
    static final Duration AHEAD = Duration.ofDays(1);

    /** How exactly it is known when a chat was touched last. */
    static final Duration TOUCHED_EVERY = Duration.ofHours(6);

    /** Between the minute and the id in the key of a thread; and what comes after every such key. */
    private static final String BEFORE_ID = " ";

    private static final String AFTER_IDS = "!";

    private static final int MOST_MINUTES = 32;
    private static final int MOST_CHATS = 5_000;

    private final Recent<ActivityCount, MinuteCount> minutes;
    private final KeyValueStore<String, ActivityThread> threads;
    private final Recent<ActivityChat, ChatCount> chats;
    private final Consumer<String> changed;
    private Instant first = Instant.MIN;
    private Instant beyond = Instant.MAX;
    private long keyOf = Long.MIN_VALUE;
    private String key = "";

    /** @param changed told of each minute that may have changed since it was told last */
    ActivityCounting(
            KeyValueStore<String, ActivityCount> minutes,
            KeyValueStore<String, ActivityThread> threads,
            KeyValueStore<String, ActivityChat> chats,
            Consumer<String> changed) {
        this.minutes = new Recent<>(minutes, MOST_MINUTES, this::minute, MinuteCount::state);
        this.threads = threads;
        this.chats = new Recent<>(
                chats, MOST_CHATS, (id, chat) -> new ChatCount(chat), chat -> chat.state(first.toString()));
        this.changed = changed;
    }

    /** The time of the records has come to this. */
    void now(Instant newest) {
        first = newest.minus(KEPT).truncatedTo(ChronoUnit.MINUTES);
        beyond = newest.plus(AHEAD);
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

    private MinuteCount minute(String minute, @Nullable ActivityCount count) {
        Map<String, ActivityThread> counted = new HashMap<>();
        ofMinute(minute, (key, thread) -> counted.put(key.substring(minute.length() + 1), thread));
        return new MinuteCount(count, counted);
    }

    private void ofMinute(String minute, BiConsumer<String, ActivityThread> action) {
        try (KeyValueIterator<String, ActivityThread> all = threads.range(minute + BEFORE_ID, minute + AFTER_IDS)) {
            all.forEachRemaining(thread -> action.accept(thread.key, thread.value));
        }
    }

    void forgetMinute(String minute) {
        List<String> counted = new ArrayList<>();
        ofMinute(minute, (key, thread) -> counted.add(key));
        counted.forEach(threads::delete);
        minutes.remove(minute);
    }

    void forgetChat(String chatId) {
        chats.remove(chatId);
    }

    /** The key of the minute of a moment; null where it is not kept any more, or is far ahead of all records. */
    private @Nullable String key(@Nullable Instant at) {
        if (at == null || at.isBefore(first) || at.isAfter(beyond)) {
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
        Map<String, List<String>> authors = authors(record, chat, minute);
        boolean news = chat.touched(push.getReceivedAt()) || record instanceof IncomingChatThread;
        for (Map.Entry<String, List<String>> of : authors.entrySet()) {
            if (of.getValue().stream().anyMatch(author -> chat.kind(author) == ChatCount.Kind.UNKNOWN)) {
                news |= chat.waiting().add(of.getKey());
            }
        }
        if (news) {
            chats.put(chatId, chat);
        }
        String kind = record.getSchema().getName();
        authors.forEach((at, ofMinute) -> {
            MinuteCount count = minutes.get(at);
            if (at.equals(minute) ? count.count(kind, push) : count.isNew(kind, push)) {
                ofMinute.forEach(author -> count.message(chatId, author, chat));
                minutes.put(at, count);
            }
            changed.accept(at);
        });
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

    /**
     * Who made the messages of a push, by the minute in which they count: that of the push, which is there in any case; those that an
     * announcement tells first, perhaps hours later, in that in which they were made.
     */
    private Map<String, List<String>> authors(SpecificRecord record, ChatCount chat, String minute) {
        Map<String, List<String>> authors = new HashMap<>();
        authors.put(minute, new ArrayList<>());
        if (record instanceof IncomingEvent push && push.getEvent() != null) {
            add(push.getEvent(), minute, authors);
        } else if (record instanceof IncomingChatThread push
                && push.getChat() != null
                && push.getChat().getThread() != null
                && push.getChat().getThread().getId() != null) {
            boolean isFollowed = "true".equals(push.getChat().getExtra().get("is_followed"));
            for (Event event : chat.toldFirst(push.getChat().getThread(), isFollowed, Stamps.of(push.getPush()))) {
                add(event, event.getTimestamp() == null ? minute : key(event.getTimestamp()), authors);
            }
        }
        return authors;
    }

    private static void add(Event event, @Nullable String minute, Map<String, List<String>> authors) {
        if (minute != null && Messages.isOne(event)) {
            authors.computeIfAbsent(minute, any -> new ArrayList<>()).add(event.getAuthorId());
        }
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
        ChatCount.Counts counts = ChatCount.Counts.of(row);
        Set<MinuteCount.As> anew = chat.news(row.getThreadId(), counts);
        if (anew.isEmpty()) {
            return;
        }
        boolean news = chat.touched(at);
        for (MinuteCount.As as : anew) {
            news |= chat.counting(as, row.getThreadId(), key(counts.at(as)));
        }
        if (news) {
            chats.put(chatId, chat);
        }
        long waitedMs = counts.respondedAt() == null
                ? 0
                : Math.max(
                        0,
                        Duration.between(counts.openedAt(), counts.respondedAt())
                                .toMillis());
        anew.forEach(as -> count(as, chat, row.getThreadId(), key(counts.at(as)), waitedMs));
        chat.counted(row.getThreadId(), counts);
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
            if (one.compareTo(first()) >= 0) {
                count(as, threadId, one, one.equals(minute), firstResponseMs);
            }
        }
    }

    private void count(MinuteCount.As as, String threadId, String minute, boolean here, long firstResponseMs) {
        MinuteCount count = minutes.get(minute);
        boolean news = count.thread(as, threadId, here, firstResponseMs);
        if (!count.isNoted()) {
            minutes.put(minute, count);
        }
        if (news) {
            // Null, where it is counted as nothing any more, removes it.
            threads.put(minute + BEFORE_ID + threadId, count.thread(threadId));
        }
        changed.accept(minute);
    }
}
