package org.chatbridge.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.chatbridge.avro.CustomerBanned;
import org.chatbridge.avro.CustomerUnbanned;
import org.chatbridge.avro.CustomerUpdated;
import org.chatbridge.avro.Monitoring;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.User;
import org.chatbridge.streams.state.CustomerState;
import org.chatbridge.streams.state.InChat;
import org.chatbridge.streams.state.Stamp;
import org.chatbridge.streams.state.Told;
import org.jspecify.annotations.Nullable;

/**
 * Folds what is told of one customer (PROTOCOL 2.8, 2.9, 2.12). Up to version 3.2 an update tells all of the customer, and
 * what it leaves out is no more; a later one tells what changed. So of each member the last update counts that tells it,
 * or tells all.
 */
final class CustomersFold {
    static final String NAME = "name";
    static final String EMAIL = "email";
    static final String AVATAR = "avatar";
    static final String LAST_SEEN = "last_seen";
    static final String MONITORING = "monitoring";

    /** When an update was received that says so, or {@link #NOT_BANNED}. */
    private static final String BANNED = "banned";

    private static final String NOT_BANNED = "";

    /** A longer ban would end in a year that nothing can write down. */
    private static final long MOST_DAYS = 1_000_000;

    private CustomersFold() {}

    private static CustomerState nothing() {
        return new CustomerState(null, null, null, Map.of(), Map.of(), Map.of(), null, null, null, List.of(), null);
    }

    /**
     * The customer after an update.
     *
     * @param json writes monitoring as JSON text
     */
    static @Nullable CustomerState updated(
            CustomerUpdated push, Function<Monitoring, String> json, @Nullable CustomerState state) {
        User customer = push.getCustomer();
        // Also by one that is older than the last that tells all: that one need not say anything of a ban.
        CustomerState known = customer != null && Boolean.FALSE.equals(customer.getBanned())
                ? ban(push.getPush(), null, state)
                : state;
        CustomerState before = known == null ? nothing() : known;
        Stamp at = Stamps.of(push.getPush());
        if (customer == null || !Stamps.isAfter(at, before.getWholeAt())) {
            return known;
        }
        boolean whole = !isPartial(push.getPush().getApiVersion());
        boolean last = Stamps.isAfter(at, before.getUpdatedBy());
        return CustomerState.newBuilder()
                .setWholeAt(whole ? at : before.getWholeAt())
                .setUpdatedBy(last ? at : before.getUpdatedBy())
                .setUpdatedAt(last ? push.getPush().getReceivedAt() : before.getUpdatedAt())
                .setMembers(after(before.getMembers(), members(push, customer, json), at, whole))
                .setProperties(after(
                        before.getProperties(),
                        customer.getProperties() == null ? Map.of() : customer.getProperties(),
                        at,
                        whole))
                .setExtra(after(before.getExtra(), extra(push, customer, whole), at, whole))
                .setBanAt(before.getBanAt())
                .setBannedUntil(before.getBannedUntil())
                .setShown(before.getShown())
                .setChats(before.getChats())
                .setBanEndedAt(before.getBanEndedAt())
                .build();
    }

    /** Whether an update of this version of the API tells only what changed; so does one of a version that nobody knows. */
    static boolean isPartial(String apiVersion) {
        String[] parts = apiVersion.split("\\.", 3);
        try {
            int major = Integer.parseInt(parts[0]);
            int minor = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
            return major > 3 || (major == 3 && minor >= 3);
        } catch (NumberFormatException e) {
            return true;
        }
    }

    /**
     * What has no field of the customer. An earlier bridge left it beside a customer whose payload it was, as that of every partial update is.
     * What a repeated member said before its last word ({@code name#1}) is no member.
     */
    private static Map<String, String> extra(CustomerUpdated push, User customer, boolean whole) {
        Map<String, String> extra = new HashMap<>(whole ? Map.of() : push.getExtra());
        extra.putAll(customer.getExtra());
        extra.keySet().removeIf(name -> name.matches(".*#[0-9]+"));
        return extra;
    }

    private static Map<String, String> members(CustomerUpdated push, User customer, Function<Monitoring, String> json) {
        Map<String, String> members = new HashMap<>();
        if (customer.getBanned() != null) {
            put(
                    members,
                    BANNED,
                    customer.getBanned() ? push.getPush().getReceivedAt().toString() : NOT_BANNED);
        }
        put(members, NAME, customer.getName());
        put(members, EMAIL, customer.getEmail());
        put(members, AVATAR, customer.getAvatar());
        Instant lastSeen = KnownUsers.seen(customer.getLastSeenTimestamp());
        put(members, LAST_SEEN, lastSeen == null ? null : lastSeen.toString());
        put(members, MONITORING, customer.getMonitoring() == null ? null : json.apply(customer.getMonitoring()));
        return members;
    }

    private static void put(Map<String, String> members, String name, @Nullable String text) {
        if (text != null) {
            members.put(name, text);
        }
    }

    private static Map<String, Told> after(
            Map<String, Told> before, Map<String, String> told, Stamp at, boolean whole) {
        Map<String, Told> after = new TreeMap<>();
        before.forEach((name, one) -> {
            if (!whole || Stamps.isAfter(one.getAt(), at)) {
                after.put(name, one);
            }
        });
        told.forEach((name, text) -> {
            Told known = after.get(name);
            if (known == null || Stamps.isAfter(at, known.getAt())) {
                after.put(name, new Told(at, text));
            }
        });
        return after;
    }

    /** The customer after a ban; one without a length changes nothing. */
    static @Nullable CustomerState banned(CustomerBanned push, @Nullable CustomerState state) {
        if (push.getBan() == null || push.getBan().getDays() == null) {
            return state;
        }
        long days = Math.max(0, Math.min(MOST_DAYS, push.getBan().getDays()));
        return ban(push.getPush(), push.getPush().getReceivedAt().plus(Duration.ofDays(days)), state);
    }

    /** The customer after a ban was lifted. */
    static CustomerState unbanned(CustomerUnbanned push, @Nullable CustomerState state) {
        return ban(push.getPush(), null, state);
    }

    private static CustomerState ban(Push push, @Nullable Instant until, @Nullable CustomerState state) {
        CustomerState before = state == null ? nothing() : state;
        Stamp at = Stamps.of(push);
        return Stamps.isAfter(at, before.getBanAt()) ? with(before, at, until, null) : before;
    }

    /** What remains of a customer: a ban that has ended is remembered by its end. */
    static CustomerState aged(CustomerState state, Instant now) {
        Instant until = state.getBannedUntil();
        return until == null || until.isAfter(now) ? state : with(state, state.getBanAt(), null, until);
    }

    /**
     * Whether the customer is banned at a moment, by what was told last: a ban, its end, or an update; null where none of them was. An
     * update that says so while a ban runs tells of that one.
     */
    static @Nullable Boolean isBanned(CustomerState state, Instant at) {
        Stamp banAt = state.getBanAt();
        Instant end = state.getBannedUntil() == null ? state.getBanEndedAt() : state.getBannedUntil();
        boolean runs = end != null && end.isAfter(at);
        Told told = state.getMembers().get(BANNED);
        if (told == null || !Stamps.isAfter(told.getAt(), banAt)) {
            return banAt == null ? null : runs;
        }
        if (told.getText().equals(NOT_BANNED)) {
            return false;
        }
        boolean ofThatBan = end != null && Instant.parse(told.getText()).isBefore(end);
        return !ofThatBan || runs;
    }

    private static CustomerState with(
            CustomerState state, @Nullable Stamp banAt, @Nullable Instant bannedUntil, @Nullable Instant banEndedAt) {
        return new CustomerState(
                state.getWholeAt(),
                state.getUpdatedBy(),
                state.getUpdatedAt(),
                state.getMembers(),
                state.getProperties(),
                state.getExtra(),
                banAt,
                bannedUntil,
                state.getShown(),
                state.getChats(),
                banEndedAt);
    }

    /** The customer after a word of a chat; one of an agent changes nothing. */
    static @Nullable CustomerState inChat(InChat told, @Nullable CustomerState state) {
        if (!told.getKind().equals(ChatUsers.CUSTOMER)) {
            return state;
        }
        CustomerState before = state == null ? nothing() : state;
        return new CustomerState(
                before.getWholeAt(),
                before.getUpdatedBy(),
                before.getUpdatedAt(),
                before.getMembers(),
                before.getProperties(),
                before.getExtra(),
                before.getBanAt(),
                before.getBannedUntil(),
                PersonInChats.shown(before.getShown(), told),
                PersonInChats.chats(before.getChats(), told),
                before.getBanEndedAt());
    }
}
