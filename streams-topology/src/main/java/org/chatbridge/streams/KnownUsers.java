package org.chatbridge.streams;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.chatbridge.avro.User;
import org.chatbridge.streams.state.KnownUser;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

/** Remembers everybody who was ever told of in a chat, by id: what was said last of each. */
final class KnownUsers {
    private static final Instant NEVER_BEFORE = Instant.parse("1970-01-02T00:00:00Z");

    private KnownUsers() {}

    /** @param kind null where the push does not say it */
    static KnownUser of(User user, @Nullable String kind, Stamp at) {
        boolean named = user.getName() != null || user.getEmail() != null || user.getAvatar() != null;
        return new KnownUser(
                user.getId(),
                kind == null || kind.isEmpty() ? null : kind,
                kind == null || kind.isEmpty() ? null : at,
                kind != null && !kind.isEmpty() && !kind.equals(ChatUsers.CUSTOMER),
                user.getName(),
                user.getEmail(),
                user.getAvatar(),
                named ? at : null,
                seen(user.getLastSeenTimestamp()));
    }

    static KnownUser seen(String id, @Nullable Instant upTo) {
        return new KnownUser(id, null, null, false, null, null, null, null, seen(upTo));
    }

    /** Up to when somebody has seen something; null for never, which LiveChat says with some hour of 1970. PROTOCOL 3.10. */
    static @Nullable Instant seen(@Nullable Instant upTo) {
        return upTo == null || upTo.isBefore(NEVER_BEFORE) ? null : upTo;
    }

    static List<KnownUser> merged(List<KnownUser> known, List<KnownUser> more) {
        TreeMap<String, KnownUser> byId = new TreeMap<>();
        known.forEach(user -> byId.put(user.getId(), user));
        more.forEach(user -> byId.merge(user.getId(), user, KnownUsers::merged));
        return List.copyOf(byId.values());
    }

    private static KnownUser merged(KnownUser one, KnownUser other) {
        KnownUser kind = isLater(other.getKindAt(), one.getKindAt()) ? other : one;
        KnownUser named = isLater(other.getNamedAt(), one.getNamedAt()) ? other : one;
        Instant seen = one.getLastSeen();
        Instant also = other.getLastSeen();
        return new KnownUser(
                one.getId(),
                kind.getKind(),
                kind.getKindAt(),
                one.getOfTheHouse() || other.getOfTheHouse(),
                named.getName(),
                named.getEmail(),
                named.getAvatar(),
                named.getNamedAt(),
                seen == null || (also != null && also.isAfter(seen)) ? also : seen);
    }

    /** Of one push what comes last in it counts. */
    private static boolean isLater(@Nullable Stamp at, @Nullable Stamp than) {
        return at != null && (than == null || !Stamps.isAfter(than, at));
    }

    /** The customer among them, of several the first by id; null where there is none. */
    static @Nullable String customerId(List<KnownUser> known) {
        return known.stream()
                .filter(user -> ChatUsers.CUSTOMER.equals(user.getKind()))
                .map(KnownUser::getId)
                .min(String::compareTo)
                .orElse(null);
    }

    static Optional<KnownUser> find(List<KnownUser> known, @Nullable String id) {
        return known.stream().filter(user -> user.getId().equals(id)).findFirst();
    }

    /** Of those of whom it is known, by id: whether they are of those who work here. Who ever was stays so. */
    static Map<String, Boolean> ofTheHouse(List<KnownUser> known) {
        Map<String, Boolean> ofTheHouse = new HashMap<>();
        for (KnownUser user : known) {
            if (user.getKind() != null) {
                ofTheHouse.put(user.getId(), user.getOfTheHouse());
            }
        }
        return ofTheHouse;
    }
}
