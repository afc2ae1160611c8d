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
import org.chatbridge.avro.ChatThreadPropertiesUpdated;
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
import org.chatbridge.avro.view.LastEvent;
import org.chatbridge.avro.view.ThreadRow;
import org.chatbridge.streams.state.EventSummary;
import org.jspecify.annotations.Nullable;

/** What a chat's last thread is, worked out from all its pushes in their true order, without any state to save. */
final class ThreadsOracle {
    private record Ranked(long position, int pushIndex, int index, Event event) {}

    private final List<? extends SpecificRecord> pushes;

    /** @param pushes in the order of their stamps, each once */
    ThreadsOracle(List<? extends SpecificRecord> pushes) {
        this.pushes = pushes;
    }

    Optional<ThreadRow> row() {
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
        int calledOpen = last;
        while (calledOpen >= first
                && (chat(pushes.get(calledOpen)) == null || !thread(calledOpen).getActive())) {
            calledOpen--;
        }
        int calledClosed = Math.max(calledOpen + 1, first);
        while (calledClosed < last && chat(pushes.get(calledClosed)) == null) {
            calledClosed++;
        }
        ThreadClosed close = null;
        for (int i = 1 + (calledOpen >= first ? calledOpen : other); i < pushes.size(); i++) {
            if (pushes.get(i) instanceof ThreadClosed one
                    && (one.getThreadId() == null
                            ? i > began(id, first)
                            : one.getThreadId().equals(id))) {
                close = one;
            }
        }
        if (other < 0 && calledOpen < first && close == null) {
            // A login alone tells of it, as closed.
            return Optional.empty();
        }
        Instant goneAt = null;
        for (int i = last + 1; i < pushes.size(); i++) {
            if (pushes.get(i) instanceof Snapshot word && Resyncs.isWord(word) && goneAt == null) {
                goneAt = word.getPush().getReceivedAt();
            }
        }
        Instant closedAt = close != null
                ? close.getPush().getReceivedAt()
                : !open ? Source.push(pushes.get(calledClosed)).getReceivedAt() : goneAt;
        Push opening = Source.push(pushes.get(began(id, first)));
        Instant openedAt = opening.getReceivedAt();
        for (int i = first; i <= last; i++) {
            if (chat(pushes.get(i)) != null && thread(i).getTimestamp() != null) {
                openedAt = thread(i).getTimestamp();
            }
        }
        NavigableSet<String> customersSeen = new TreeSet<>();
        Map<String, NavigableMap<String, Boolean>> users = users(customersSeen);
        NavigableMap<String, Boolean> customers = users.getOrDefault("customer", new TreeMap<>());
        PeopleOracle people = new PeopleOracle(pushes);
        String customer = !customers.isEmpty()
                ? customers.firstKey()
                : customersSeen.isEmpty() ? people.firstCustomer() : customersSeen.first();
        EventSummary lastEvent = lastEvent(id, first, other);
        ThreadRow.Builder row = ThreadRow.newBuilder()
                .setChatId(Pushes.CHAT)
                .setThreadId(id)
                .setStatus(closedAt == null ? "open" : "closed")
                .setOpenedAt(openedAt)
                .setClosedAt(closedAt)
                .setClosedBy(close == null ? null : close.getUserId())
                .setLastEvent(
                        lastEvent == null
                                ? null
                                : new LastEvent(
                                        lastEvent.getId(),
                                        lastEvent.getType(),
                                        lastEvent.getAuthorId(),
                                        lastEvent.getText(),
                                        lastEvent.getTimestamp(),
                                        lastEvent.getRecipients()))
                .setAgentIds(users.getOrDefault("agent", new TreeMap<>()).entrySet().stream()
                        .filter(Map.Entry::getValue)
                        .map(Map.Entry::getKey)
                        .toList())
                .setCustomerId(customer)
                .setCustomerName(customer == null ? null : people.name(customer))
                .setScopes(people.scopes())
                .setGroupIds(people.scopes().getGroups())
                .setProperties(properties(id, first, other));
        waiting(messages(id, first, other), people, row, closedAt == null);
        return Optional.of(row.build());
    }

    /** Who is in the chat and whether present, by kind and id. */
    Map<String, NavigableMap<String, Boolean>> users(NavigableSet<String> customersSeen) {
        Map<String, NavigableMap<String, Boolean>> users = new TreeMap<>();
        pushes.forEach(push -> follow(push, users, customersSeen));
        return users;
    }

    private Map<String, Map<String, String>> properties(String id, int first, int other) {
        Map<String, Map<String, String>> all = new TreeMap<>();
        for (int i = 0; i < pushes.size(); i++) {
            if (chat(pushes.get(i)) != null && i >= first && threadId(i).equals(id)) {
                ChatsFoldPropertyTest.merge(thread(i).getProperties(), all);
            } else if (pushes.get(i) instanceof ChatThreadPropertiesUpdated push
                    && isOf(push.getThreadId(), i, id, first, other)) {
                ChatsFoldPropertyTest.merge(push.getProperties(), all);
                ChatsFoldPropertyTest.delete(push.getDeletedProperties(), all);
            }
        }
        return all;
    }

    private boolean isOf(@Nullable String threadId, int i, String id, int first, int other) {
        int before = lastAnnouncement(i);
        return threadId == null
                ? before >= began(id, first) && threadId(before).equals(id)
                : threadId.equals(id) && i > other;
    }

    /** What a resync names may have been announced by a push that comes after its question. */
    private int began(String id, int first) {
        for (int i = first + 1; i < pushes.size() && pushes.get(first) instanceof Snapshot; i++) {
            if (chat(pushes.get(i)) != null && threadId(i).equals(id)) {
                boolean same = Source.push(pushes.get(i))
                        .getConnectionId()
                        .equals(Source.push(pushes.get(first)).getConnectionId());
                return (same && pushes.get(i) instanceof IncomingChatThread) ? i : first;
            }
        }
        return first;
    }

    private List<Ranked> messages(String id, int first, int other) {
        List<Ranked> events = new ArrayList<>();
        for (int i = 0; i < pushes.size(); i++) {
            if (chat(pushes.get(i)) != null && i >= first && threadId(i).equals(id)) {
                List<Event> initial = thread(i).getEvents();
                for (int index = 0; index < initial.size(); index++) {
                    events.add(ranked(i, index, initial));
                }
            } else if (pushes.get(i) instanceof IncomingEvent push && isOf(push.getThreadId(), i, id, first, other)) {
                events.add(ranked(i, 0, List.of(push.getEvent())));
            }
        }
        boolean inOrder = events.stream().allMatch(ranked -> ranked.event().getOrder() != null);
        events.sort(Comparator.comparingLong(
                        (Ranked ranked) -> inOrder ? ranked.event().getOrder() : 0)
                .thenComparing(ranked -> ranked.event().getTimestamp())
                .thenComparingInt(Ranked::pushIndex)
                .thenComparingInt(Ranked::index));
        return events;
    }

    private void waiting(List<Ranked> messages, PeopleOracle people, ThreadRow.Builder row, boolean open) {
        Instant firstResponseAt = null;
        List<Event> unanswered = new ArrayList<>();
        for (Ranked message : messages) {
            String author = message.event().getAuthorId();
            if (people.kind(author) != null && !people.isOfTheHouse(author)) {
                unanswered.add(message.event());
            } else if (people.isOfTheHouse(author)
                    && message.event().getRecipients().equals("all")) {
                unanswered.clear();
                firstResponseAt = firstResponseAt == null ? message.event().getTimestamp() : firstResponseAt;
            }
        }
        row.setFirstResponseAt(firstResponseAt);
        row.setWaitingSince(open && !unanswered.isEmpty() ? unanswered.get(0).getTimestamp() : null);
        row.setUnreadByAgents(
                unanswered.stream().filter(event -> !people.isSeen(event)).count());
    }

    private @Nullable EventSummary lastEvent(String id, int first, int other) {
        List<Ranked> events = messages(id, first, other);
        Comparator<Ranked> byPush = Comparator.comparingInt(Ranked::pushIndex);
        Comparator<Ranked> byPosition = Comparator.comparingLong(Ranked::position);
        boolean inOrder = events.stream()
                .max(byPush)
                .filter(newest -> newest.position() >= 0)
                .isPresent();
        return events.stream()
                .max((inOrder ? byPosition.thenComparing(byPush) : byPush.thenComparing(byPosition))
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

    private static Ranked ranked(int pushIndex, int index, List<Event> told) {
        boolean inOrder = told.stream().allMatch(event -> event.getOrder() != null);
        Event event = told.get(index);
        return new Ranked(inOrder ? event.getOrder() : -1, pushIndex, index, event);
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
