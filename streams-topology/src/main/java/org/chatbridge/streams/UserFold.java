package org.chatbridge.streams;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.User;
import org.chatbridge.streams.state.KnownUser;
import org.chatbridge.streams.state.Stamp;
import org.chatbridge.streams.state.UserChange;
import org.chatbridge.streams.state.UserFacts;
import org.chatbridge.streams.state.UserInChat;
import org.jspecify.annotations.Nullable;

/** Folds what is told of the users of a chat (PROTOCOL 2.1, 2.2, 2.17): those that an announcement lists, and who came or left since. */
final class UserFold {
    private UserFold() {}

    static UserFacts none() {
        return new UserFacts(null, List.of(), List.of(), List.of());
    }

    /** @param users null where the announcement does not list them */
    static UserFacts listed(UserFacts facts, Stamp at, @Nullable List<User> users) {
        if (users == null) {
            return facts;
        }
        List<KnownUser> told = users.stream()
                .filter(user -> user.getId() != null)
                .map(user -> KnownUsers.of(user, user.getType(), at))
                .toList();
        boolean later = Stamps.isAfter(at, facts.getListedAt());
        return pruned(
                later ? at : facts.getListedAt(),
                later ? ChatUsers.listed(users) : facts.getListed(),
                facts.getChanges(),
                KnownUsers.merged(facts.getKnown(), told));
    }

    static UserFacts changed(UserFacts facts, ChatUsersUpdated push) {
        UserChanges changes = UserChanges.of(push);
        return pruned(
                facts.getListedAt(),
                facts.getListed(),
                UserChanges.merged(facts.getChanges(), changes.all()),
                KnownUsers.merged(facts.getKnown(), changes.told()));
    }

    /** @param userId null changes nothing */
    static UserFacts seen(UserFacts facts, @Nullable String userId, @Nullable Instant upTo) {
        return userId == null
                ? facts
                : new UserFacts(
                        facts.getListedAt(),
                        facts.getListed(),
                        facts.getChanges(),
                        KnownUsers.merged(facts.getKnown(), List.of(KnownUsers.seen(userId, upTo))));
    }

    private static UserFacts pruned(
            @Nullable Stamp listedAt, List<UserInChat> listed, List<UserChange> changes, List<KnownUser> known) {
        List<UserChange> since = new ArrayList<>(changes);
        since.removeIf(change -> !Stamps.isAfter(change.getAt(), listedAt));
        return new UserFacts(listedAt, listed, since, known);
    }
}
