package org.chatbridge.streams;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.Chat;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.avro.ThreadClosed;
import org.chatbridge.avro.UpdatedUsers;
import org.chatbridge.avro.User;
import org.chatbridge.avro.UsersOfKind;
import org.chatbridge.streams.state.EventSummary;
import org.jspecify.annotations.Nullable;

/** What a chat's open thread is, worked out from all its pushes in their true order, without any state to save. */
final class ThreadsOracle {
    private record Ranked(long position, int pushIndex, int index, Event event) {}

    private final List<? extends SpecificRecord> pushes;

    /** @param pushes in the order of their stamps, each once */
    ThreadsOracle(List<? extends SpecificRecord> pushes) {
        this.pushes = pushes;
    }

    Optional<OpenThread> openThread() {
        int last = lastAnnouncement(pushes.size());
        if (last < 0) {
            return Optional.empty();
        }
        String id = threadId(last);
        int first = last;
        int other = -1;
        for (int i = last; i >= 0 && other < 0; i--) {
            if (chat(pushes.get(i)) != null) {
                if (threadId(i).equals(id)) {
                    first = i;
                } else {
                    other = i;
                }
            }
        }
        boolean open = thread(last).getActive();
        for (int i = last + 1; i < pushes.size(); i++) {
            if (pushes.get(i) instanceof ThreadClosed close
                    && (close.getThreadId() == null || close.getThreadId().equals(id))) {
                open = false;
            }
            if (pushes.get(i) instanceof Snapshot word && Resyncs.isWord(word)) {
                open = false;
            }
        }
        if (!open) {
            return Optional.empty();
        }
        Push opening = Source.push(pushes.get(first));
        Instant openedAt = opening.getReceivedAt();
        List<Long> groups = List.of();
        for (int i = 0; i <= last; i++) {
            Chat chat = chat(pushes.get(i));
            if (chat != null) {
                if (i >= first && thread(i).getTimestamp() != null) {
                    openedAt = thread(i).getTimestamp();
                }
                if (chat.getScopes() != null) {
                    groups = chat.getScopes().getGroups().stream().sorted().toList();
                }
            }
        }
        Map<String, NavigableMap<String, Boolean>> users = new TreeMap<>();
        NavigableSet<String> customersSeen = new TreeSet<>();
        pushes.forEach(push -> follow(push, users, customersSeen));
        NavigableMap<String, Boolean> customers = users.getOrDefault("customer", new TreeMap<>());
        String customer =
                !customers.isEmpty() ? customers.firstKey() : customersSeen.isEmpty() ? null : customersSeen.first();
        return Optional.of(new OpenThread(
                Pushes.CHAT,
                id,
                openedAt,
                Stamps.of(opening),
                users.getOrDefault("agent", new TreeMap<>()).entrySet().stream()
                        .filter(Map.Entry::getValue)
                        .map(Map.Entry::getKey)
                        .toList(),
                groups,
                customer,
                lastEvent(id, first, other)));
    }

    private @Nullable EventSummary lastEvent(String id, int first, int other) {
        List<Ranked> events = new ArrayList<>();
        for (int i = 0; i < pushes.size(); i++) {
            if (chat(pushes.get(i)) != null && i >= first && threadId(i).equals(id)) {
                List<Event> initial = thread(i).getEvents();
                for (int index = 0; index < initial.size(); index++) {
                    events.add(ranked(i, index, initial.get(index)));
                }
            } else if (pushes.get(i) instanceof IncomingEvent push) {
                int before = lastAnnouncement(i);
                boolean counts = push.getThreadId() == null
                        ? before >= first && threadId(before).equals(id)
                        : push.getThreadId().equals(id) && i > other;
                if (counts) {
                    events.add(ranked(i, 0, push.getEvent()));
                }
            }
        }
        return events.stream()
                .max(Comparator.comparingLong(Ranked::position)
                        .thenComparingInt(Ranked::pushIndex)
                        .thenComparingInt(Ranked::index))
                .map(ranked -> new EventSummary(
                        ranked.event().getId(),
                        ranked.event().getType(),
                        ranked.event().getAuthorId(),
                        ranked.event().getText(),
                        ranked.event().getTimestamp(),
                        ranked.event().getRecipients()))
                .orElse(null);
    }

    /** The chat that a record announces; null where it announces none. */
    private static @Nullable Chat chat(SpecificRecord record) {
        return record instanceof IncomingChatThread announcement
                ? announcement.getChat()
                : record instanceof Snapshot snapshot ? snapshot.getChat() : null;
    }

    private static Ranked ranked(int pushIndex, int index, Event event) {
        return new Ranked(event.getOrder() == null ? -1 : event.getOrder(), pushIndex, index, event);
    }

    private int lastAnnouncement(int before) {
        int i = before - 1;
        while (i >= 0 && !(chat(pushes.get(i)) != null)) {
            i--;
        }
        return i;
    }

    private org.chatbridge.avro.Thread thread(int i) {
        return Objects.requireNonNull(chat(pushes.get(i))).getThread();
    }

    private String threadId(int i) {
        return thread(i).getId();
    }

    private static void follow(
            SpecificRecord push, Map<String, NavigableMap<String, Boolean>> users, NavigableSet<String> customersSeen) {
        Chat chat = chat(push);
        if (chat != null && chat.getUsers() != null) {
            users.clear();
            customersSeen.clear();
            chat.getUsers().forEach(user -> add(user.getType(), user, users, customersSeen));
        }
        if (push instanceof ChatUsersUpdated update) {
            UpdatedUsers updated = update.getUpdatedUsers();
            if (updated == null) {
                if (update.getUser() != null) {
                    String kind = update.getUserType();
                    add(kind == null ? update.getUser().getType() : kind, update.getUser(), users, customersSeen);
                } else {
                    remove(update.getUserType(), update.getUserId(), users, customersSeen);
                }
                return;
            }
            List<String> kinds = List.of("customer", "agent", "supervisor");
            List<UsersOfKind> buckets = new ArrayList<>();
            buckets.add(updated.getCustomers());
            buckets.add(updated.getAgents());
            buckets.add(updated.getSupervisors());
            if (updated.getRemovedIds() != null) {
                updated.getRemovedIds().forEach(id -> remove(null, id, users, customersSeen));
            }
            for (int i = 0; i < 3; i++) {
                String kind = kinds.get(i);
                if (buckets.get(i) != null) {
                    buckets.get(i).getRemovedIds().forEach(id -> remove(kind, id, users, customersSeen));
                }
            }
            if (updated.getAdded() != null) {
                updated.getAdded().forEach(user -> add(user.getType(), user, users, customersSeen));
            }
            for (int i = 0; i < 3; i++) {
                String kind = kinds.get(i);
                if (buckets.get(i) != null) {
                    buckets.get(i).getAdded().forEach(user -> add(kind, user, users, customersSeen));
                }
            }
        }
    }

    private static void add(
            String kind,
            User user,
            Map<String, NavigableMap<String, Boolean>> users,
            NavigableSet<String> customersSeen) {
        users.computeIfAbsent(kind, any -> new TreeMap<>())
                .put(user.getId(), !Objects.equals(user.getPresent(), false));
        if (kind.equals("customer")) {
            customersSeen.add(user.getId());
        }
    }

    private static void remove(
            @Nullable String kind,
            String id,
            Map<String, NavigableMap<String, Boolean>> users,
            NavigableSet<String> customersSeen) {
        users.forEach((of, ids) -> {
            if (kind == null || of.equals(kind)) {
                ids.remove(id);
            }
        });
        if ("customer".equals(kind)) {
            customersSeen.add(id);
        }
    }
}
