package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.chatbridge.avro.User;
import org.chatbridge.streams.state.Stamp;
import org.chatbridge.streams.state.UserChange;
import org.chatbridge.streams.state.UserFacts;
import org.chatbridge.streams.state.UserInChat;
import org.jspecify.annotations.Nullable;

/** Who is in a chat: those listed with the last announcement, and what changed since. */
final class ChatUsers {
    static final String CUSTOMER = "customer";
    static final String AGENT = "agent";
    static final String SUPERVISOR = "supervisor";

    /** Stands for every kind, where a push says only that a user left. */
    static final String ANY = "*";

    private final Map<String, Stamp> leftEveryKind = new HashMap<>();
    private final List<UserChange> lastOfEach = new ArrayList<>();

    private ChatUsers() {}

    static ChatUsers of(UserFacts facts) {
        ChatUsers users = new ChatUsers();
        Stamp listedAt = facts.getListedAt();
        List<UserChange> listed = new ArrayList<>();
        if (listedAt != null) {
            facts.getListed()
                    .forEach(user -> listed.add(
                            new UserChange(user.getKind(), user.getId(), true, user.getPresent(), listedAt)));
        }
        for (UserChange change : UserChanges.merged(listed, facts.getChanges())) {
            if (change.getKind().equals(ANY)) {
                users.leftEveryKind.put(change.getId(), change.getAt());
            } else {
                users.lastOfEach.add(change);
            }
        }
        return users;
    }

    /** Whether anything is told of a user, who may have left or be of any kind: false says that it is not in the chat. */
    static boolean areTold(UserFacts facts, String userId) {
        for (UserInChat listed : facts.getListed()) {
            if (listed.getId().equals(userId)) {
                return true;
            }
        }
        for (UserChange change : facts.getChanges()) {
            if (change.getId().equals(userId)) {
                return true;
            }
        }
        return false;
    }

    /** Those who are in the chat, by kind and id. */
    List<UserChange> all() {
        return lastOfEach.stream().filter(this::isIn).toList();
    }

    /** Agents in the chat and present, ascending. */
    List<String> agentIds() {
        return lastOfEach.stream()
                .filter(user -> user.getKind().equals(AGENT) && isIn(user) && user.getPresent())
                .map(UserChange::getId)
                .sorted()
                .toList();
    }

    /** The customer of the chat, also one who has left it; null where none was seen. Of several the first by id. */
    @Nullable
    String customerId() {
        List<UserChange> customers = lastOfEach.stream()
                .filter(user -> user.getKind().equals(CUSTOMER))
                .toList();
        return customers.stream()
                .filter(this::isIn)
                .map(UserChange::getId)
                .min(String::compareTo)
                .or(() -> customers.stream().map(UserChange::getId).min(String::compareTo))
                .orElse(null);
    }

    private boolean isIn(UserChange user) {
        Stamp left = leftEveryKind.get(user.getId());
        // Within one push those who leave come first, so that who comes at the same time is in.
        return user.getCame() && (left == null || !Stamps.isAfter(left, user.getAt()));
    }

    static List<UserInChat> listed(List<User> users) {
        return users.stream()
                .filter(user -> user.getId() != null)
                .map(user -> new UserInChat(kind(user), user.getId(), isPresent(user)))
                .toList();
    }

    static String kind(User user) {
        return Objects.requireNonNullElse(user.getType(), "");
    }

    static boolean isPresent(User user) {
        return !Boolean.FALSE.equals(user.getPresent());
    }
}
