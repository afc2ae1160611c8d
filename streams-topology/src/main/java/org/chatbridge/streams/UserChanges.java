package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.UpdatedUsers;
import org.chatbridge.avro.User;
import org.chatbridge.avro.UsersOfKind;
import org.chatbridge.streams.state.KnownUser;
import org.chatbridge.streams.state.Stamp;
import org.chatbridge.streams.state.UserChange;
import org.jspecify.annotations.Nullable;

/**
 * Who came to a chat and who left it, in each of the forms that the push has had (PROTOCOL 2.2): by kind, flat, and one
 * user a push.
 */
final class UserChanges {
    private final Stamp at;
    private final List<UserChange> changes = new ArrayList<>();
    private final List<KnownUser> told = new ArrayList<>();

    private UserChanges(Stamp at) {
        this.at = at;
    }

    /** The changes of one push. */
    static UserChanges of(ChatUsersUpdated push) {
        UserChanges changes = new UserChanges(Stamps.of(push.getPush()));
        UpdatedUsers updated = push.getUpdatedUsers();
        if (updated != null) {
            changes.left(ChatUsers.ANY, updated.getRemovedIds());
            changes.left(ChatUsers.CUSTOMER, removed(updated.getCustomers()));
            changes.left(ChatUsers.AGENT, removed(updated.getAgents()));
            changes.left(ChatUsers.SUPERVISOR, removed(updated.getSupervisors()));
            changes.came(null, updated.getAdded());
            changes.came(ChatUsers.CUSTOMER, added(updated.getCustomers()));
            changes.came(ChatUsers.AGENT, added(updated.getAgents()));
            changes.came(ChatUsers.SUPERVISOR, added(updated.getSupervisors()));
        }
        User user = push.getUser();
        String kind = push.getUserType();
        if (push.getPush().getAction().contains("removed") || user == null) {
            String id = user == null || user.getId() == null ? push.getUserId() : user.getId();
            changes.left(kind == null ? ChatUsers.ANY : kind, id == null ? null : List.of(id));
        } else {
            changes.came(kind, List.of(user));
        }
        return changes;
    }

    /** Who left first, then who came. */
    List<UserChange> all() {
        return changes;
    }

    /** What the push tells of those who came. */
    List<KnownUser> told() {
        return told;
    }

    private static @Nullable List<String> removed(@Nullable UsersOfKind users) {
        return users == null ? null : users.getRemovedIds();
    }

    private static @Nullable List<User> added(@Nullable UsersOfKind users) {
        return users == null ? null : users.getAdded();
    }

    private void left(String kind, @Nullable List<String> ids) {
        if (ids != null) {
            ids.forEach(id -> changes.add(new UserChange(kind, id, false, false, at)));
        }
    }

    /** @param kind null where each user says it */
    private void came(@Nullable String kind, @Nullable List<User> users) {
        if (users == null) {
            return;
        }
        for (User user : users) {
            if (user.getId() != null) {
                String ofKind = kind == null ? ChatUsers.kind(user) : kind;
                changes.add(new UserChange(ofKind, user.getId(), true, ChatUsers.isPresent(user), at));
                told.add(KnownUsers.of(user, ofKind, at));
            }
        }
    }

    /** Of each user in each kind the last change; of one push the one that comes last in the list. */
    static List<UserChange> merged(List<UserChange> known, List<UserChange> more) {
        Map<String, Map<String, UserChange>> last = new TreeMap<>();
        for (List<UserChange> changes : List.of(known, more)) {
            for (UserChange change : changes) {
                last.computeIfAbsent(change.getKind(), kind -> new TreeMap<>())
                        .merge(
                                change.getId(),
                                change,
                                (one, other) -> Stamps.isAfter(one.getAt(), other.getAt()) ? one : other);
            }
        }
        return last.values().stream().flatMap(ids -> ids.values().stream()).toList();
    }
}
