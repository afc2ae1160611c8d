package org.chatbridge.streams;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.Chat;
import org.chatbridge.avro.ChatScopesUpdated;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.EventMarkedAsSeen;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.LastSeenTimestampUpdated;
import org.chatbridge.avro.Scopes;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.avro.UpdatedUsers;
import org.chatbridge.avro.User;
import org.chatbridge.avro.UsersOfKind;
import org.chatbridge.avro.view.ScopesOfChat;
import org.jspecify.annotations.Nullable;

/** Who the users of a chat are, what they have seen and who may see it, worked out from all pushes in their true order. */
final class PeopleOracle {
    private final Map<String, String> kinds = new TreeMap<>();
    private final TreeSet<String> ofTheHouse = new TreeSet<>();
    private final Map<String, User> named = new TreeMap<>();
    private final Map<String, Instant> lastSeen = new TreeMap<>();
    private final List<EventMarkedAsSeen> marks = new ArrayList<>();
    private final TreeSet<Long> groups = new TreeSet<>();
    private final TreeSet<String> agents = new TreeSet<>();

    /** @param pushes in the order of their stamps, each once */
    PeopleOracle(List<? extends SpecificRecord> pushes) {
        pushes.forEach(this::hear);
    }

    private void hear(SpecificRecord push) {
        Chat chat = push instanceof IncomingChatThread announcement
                ? announcement.getChat()
                : push instanceof Snapshot snapshot ? snapshot.getChat() : null;
        if (chat != null) {
            users(null, chat.getUsers());
            set(chat.getScopes());
        } else if (push instanceof ChatUsersUpdated update) {
            UpdatedUsers updated = update.getUpdatedUsers();
            if (updated != null) {
                users(null, updated.getAdded());
                ofKind("customer", updated.getCustomers());
                ofKind("agent", updated.getAgents());
                ofKind("supervisor", updated.getSupervisors());
            } else if (update.getUser() != null) {
                users(update.getUserType(), List.of(update.getUser()));
            }
        } else if (push instanceof LastSeenTimestampUpdated seen) {
            seen(seen.getUserId(), seen.getTimestamp());
        } else if (push instanceof EventMarkedAsSeen mark) {
            marks.add(mark);
        } else if (push instanceof ChatScopesUpdated update && !"thread".equals(update.getResource())) {
            scopes(update);
        }
    }

    private void ofKind(String kind, @Nullable UsersOfKind users) {
        if (users != null) {
            users(kind, users.getAdded());
        }
    }

    private void users(@Nullable String kind, @Nullable List<User> users) {
        if (users == null) {
            return;
        }
        for (User user : users) {
            String of = kind == null ? user.getType() : kind;
            if (of != null) {
                kinds.put(user.getId(), of);
                if (!of.isEmpty() && !of.equals("customer")) {
                    ofTheHouse.add(user.getId());
                }
            }
            if (user.getName() != null || user.getEmail() != null) {
                named.put(user.getId(), user);
            }
            seen(user.getId(), user.getLastSeenTimestamp());
        }
    }

    private void seen(String id, @Nullable Instant upTo) {
        if (upTo != null) {
            lastSeen.merge(id, upTo, (one, other) -> one.isAfter(other) ? one : other);
        }
    }

    private void set(@Nullable Scopes scopes) {
        if (scopes != null) {
            groups.clear();
            agents.clear();
            put(scopes);
        }
    }

    private void put(@Nullable Scopes scopes) {
        if (scopes != null && scopes.getGroups() != null) {
            groups.addAll(scopes.getGroups());
        }
        if (scopes != null && scopes.getAgents() != null) {
            agents.addAll(scopes.getAgents());
        }
    }

    private void take(@Nullable Scopes scopes) {
        if (scopes != null && scopes.getGroups() != null) {
            scopes.getGroups().forEach(groups::remove);
        }
        if (scopes != null && scopes.getAgents() != null) {
            scopes.getAgents().forEach(agents::remove);
        }
    }

    private void scopes(ChatScopesUpdated update) {
        switch (update.getPush().getAction()) {
            case "chat_access_granted" -> put(update.getAccess());
            case "chat_access_revoked" -> take(update.getAccess());
            case "chat_access_updated" -> set(update.getAccess());
            default -> {
                take(update.getScopesRemoved());
                put(update.getScopesAdded());
            }
        }
    }

    @Nullable
    String kind(String id) {
        return kinds.get(id);
    }

    /** Of those who were ever told of in the chat, and last as its customer. */
    @Nullable
    String firstCustomer() {
        return kinds.entrySet().stream()
                .filter(user -> user.getValue().equals("customer"))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    @Nullable
    String name(String id) {
        User user = named.get(id);
        return user == null ? null : user.getName();
    }

    Map<String, Instant> lastSeen() {
        return lastSeen;
    }

    ScopesOfChat scopes() {
        return new ScopesOfChat(List.copyOf(groups), List.copyOf(agents));
    }

    /** Whether anything ever said so. */
    boolean isOfTheHouse(String id) {
        return ofTheHouse.contains(id);
    }

    boolean isSeen(Event event) {
        return lastSeen.entrySet().stream()
                        .anyMatch(seen ->
                                isOfTheHouse(seen.getKey()) && !seen.getValue().isBefore(event.getTimestamp()))
                || marks.stream()
                        .anyMatch(mark -> isOfTheHouse(mark.getUserId())
                                && mark.getEventId().equals(event.getId()));
    }
}
