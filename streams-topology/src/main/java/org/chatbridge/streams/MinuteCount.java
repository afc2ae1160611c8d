package org.chatbridge.streams;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.chatbridge.avro.Push;
import org.chatbridge.streams.state.ActivityCount;
import org.chatbridge.streams.state.ActivityPart;
import org.chatbridge.streams.state.ActivityThread;
import org.jspecify.annotations.Nullable;

/** What one partition has counted in one minute: a working copy. */
final class MinuteCount {
    /** What a thread can be counted as in a minute, once. */
    enum As {
        OPENED,
        CLOSED,
        RESPONDED
    }

    private final Map<String, Map<String, Long>> counted = new HashMap<>();
    private final Map<String, Long> pushes = new HashMap<>();
    private long messagesByAgents;
    private long messagesByCustomers;
    private final Map<String, Map<String, Long>> messagesByOthers = new HashMap<>();
    private final Set<String> opened = new HashSet<>();
    private final Set<String> closed = new HashSet<>();
    private final Map<String, Long> firstResponsesMs = new HashMap<>();
    private boolean told;

    /** As the store has it; null where it does not have the minute. */
    private @Nullable Boolean toldAsKept;

    /** @param threads what is counted of each thread, by its id */
    MinuteCount(@Nullable ActivityCount count, Map<String, ActivityThread> threads) {
        if (count != null) {
            count.getCounted().forEach((connection, last) -> counted.put(connection, new HashMap<>(last)));
            pushes.putAll(count.getPushes());
            messagesByAgents = count.getMessagesByAgents();
            messagesByCustomers = count.getMessagesByCustomers();
            count.getMessagesByOthers().forEach((chat, authors) -> messagesByOthers.put(chat, new HashMap<>(authors)));
            told = count.getTold();
            toldAsKept = told;
        }
        threads.forEach((threadId, thread) -> {
            if (thread.getOpened()) {
                opened.add(threadId);
            }
            if (thread.getClosed()) {
                closed.add(threadId);
            }
            if (thread.getFirstResponseMs() != null) {
                firstResponsesMs.put(threadId, thread.getFirstResponseMs());
            }
        });
    }

    /** Counts a push; false where it was counted before. */
    boolean count(String kindOfRecord, Push push) {
        boolean isNew = isNew(kindOfRecord, push);
        if (isNew) {
            pushes.merge(push.getAction(), 1L, Long::sum);
        }
        return isNew;
    }

    /**
     * Whether nothing of a push was counted here before, as it is to be from now on. Each kind of record comes in order, but for what
     * comes again.
     */
    boolean isNew(String kindOfRecord, Push push) {
        told = false;
        Map<String, Long> last = counted.computeIfAbsent(push.getConnectionId(), connection -> new HashMap<>());
        Long before = last.get(kindOfRecord);
        if (before != null && before >= push.getSequence()) {
            return false;
        }
        last.put(kindOfRecord, push.getSequence());
        return true;
    }

    void message(String chatId, String author, ChatCount chat) {
        messages(chatId, author, chat.kind(author), 1);
    }

    private void messages(String chatId, String author, ChatCount.Kind kind, long number) {
        switch (kind) {
            case AGENT -> messagesByAgents += number;
            case CUSTOMER -> messagesByCustomers += number;
            case UNKNOWN ->
                messagesByOthers
                        .computeIfAbsent(chatId, chat -> new HashMap<>())
                        .merge(author, number, Long::sum);
        }
    }

    /** Counts what was said by those of whom is known by now what they are; false where that changes nothing. */
    boolean resolve(String chatId, ChatCount chat) {
        Map<String, Long> authors = messagesByOthers.remove(chatId);
        if (authors == null) {
            return false;
        }
        authors.forEach((author, number) -> messages(chatId, author, chat.kind(author), number));
        boolean changed = !authors.equals(messagesByOthers.get(chatId));
        told = told && !changed;
        return changed;
    }

    boolean waitsFor(String chatId) {
        return messagesByOthers.containsKey(chatId);
    }

    /**
     * Counts a thread, or no more. What is kept of threads may outlive a crash that the word does not that the minute must be
     * told: so it must be told again even where nothing changes.
     *
     * @param firstResponseMs after how long it was answered, which counts for {@link As#RESPONDED}
     * @return whether that changes anything
     */
    boolean thread(As as, String threadId, boolean here, long firstResponseMs) {
        told = false;
        return switch (as) {
            case OPENED -> here ? opened.add(threadId) : opened.remove(threadId);
            case CLOSED -> here ? closed.add(threadId) : closed.remove(threadId);
            case RESPONDED -> {
                Long before =
                        here ? firstResponsesMs.put(threadId, firstResponseMs) : firstResponsesMs.remove(threadId);
                yield here ? before == null || before != firstResponseMs : before != null;
            }
        };
    }

    /** Whether the view of activity was told all of this, and a commit has come since. */
    boolean isTold() {
        return told;
    }

    void told() {
        told = true;
    }

    /** Whether the store has the minute, and knows whether it was told. */
    boolean isNoted() {
        return toldAsKept != null && toldAsKept == told;
    }

    /** What is counted of a thread, as the store keeps it; null where that is nothing. */
    @Nullable
    ActivityThread thread(String threadId) {
        ActivityThread thread = new ActivityThread(
                opened.contains(threadId), closed.contains(threadId), firstResponsesMs.get(threadId));
        return thread.getOpened() || thread.getClosed() || thread.getFirstResponseMs() != null ? thread : null;
    }

    /** What the store keeps beside the threads, to be written before anything changes. */
    ActivityCount state() {
        toldAsKept = told;
        return new ActivityCount(counted, pushes, messagesByAgents, messagesByCustomers, messagesByOthers, told);
    }

    /** As the view of activity is told. */
    ActivityPart part(Instant minute, int partition) {
        return new ActivityPart(
                minute,
                partition,
                new TreeMap<>(pushes),
                (long) opened.size(),
                (long) closed.size(),
                messagesByAgents,
                messagesByCustomers,
                firstResponsesMs.values().stream().sorted().toList());
    }
}
