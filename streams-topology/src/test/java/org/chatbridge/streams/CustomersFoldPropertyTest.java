package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.CustomerBanned;
import org.chatbridge.avro.CustomerUnbanned;
import org.chatbridge.avro.CustomerUpdated;
import org.chatbridge.avro.User;
import org.chatbridge.avro.view.CustomerRow;
import org.chatbridge.streams.state.CustomerState;
import org.chatbridge.streams.state.InChat;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

class CustomersFoldPropertyTest {
    private static final String CUSTOMER = "mary";
    private static final CustomersView VIEW = new CustomersView();

    @Property(tries = 1000)
    void shouldGiveTheSameRowInWhateverOrderTheTopicsAreRead(@ForAll Random random) {
        // given
        List<SpecificRecord> told = told(random);
        Instant at = Pushes.receivedAt(0).plus(Duration.ofHours(random.nextInt(200)));
        List<SpecificRecord> misread = Folding.misread(told, random);

        // when: time passes meanwhile, up to that moment
        CustomerState state = null;
        for (List<SpecificRecord> one : misread.stream().map(List::of).toList()) {
            state = Folding.fold(VIEW, state, one);
            if (state != null && random.nextInt(4) == 0) {
                state = VIEW.aged(state, at.minus(Duration.ofHours(random.nextInt(50))), true);
            }
        }

        // then
        assertThat(state == null ? null : VIEW.row(CUSTOMER, state, at).orElseThrow())
                .isEqualTo(row(told, at));
    }

    /** Two connections with pushes in their true order, and what chats tell in theirs. */
    private static List<SpecificRecord> told(Random random) {
        List<SpecificRecord> told = new ArrayList<>();
        for (int connection = 1; connection <= 2; connection++) {
            for (int sequence = 1; sequence <= random.nextInt(12); sequence++) {
                told.add(CustomerPushes.random(random, "c" + connection, sequence));
            }
        }
        for (int chat = 1; chat <= 3; chat++) {
            int moment = 10 * chat;
            for (int word = 0; word < random.nextInt(5); word++) {
                moment += random.nextInt(3);
                told.add(Pushes.inChat(
                        "chat-" + chat,
                        CUSTOMER,
                        random.nextInt(5) == 0 ? "agent" : "customer",
                        random.nextBoolean(),
                        new Stamp("c1", (long) moment),
                        random.nextBoolean() ? "name at " + moment : null));
            }
        }
        return told;
    }

    /** Followed step by step, in the true order. */
    private static @Nullable CustomerRow row(List<SpecificRecord> told, Instant at) {
        Map<String, Object> members = new TreeMap<>();
        Map<String, String> properties = new TreeMap<>();
        Map<String, String> extra = new TreeMap<>();
        TreeSet<String> chats = new TreeSet<>();
        InChat shown = null;
        Instant bannedUntil = null;
        Boolean banned = null; // as an update says, since the last ban and its end
        Instant updatedAt = null;
        boolean known = false;
        boolean anyBan = false;
        for (SpecificRecord record : told) {
            if (record instanceof CustomerUpdated push) {
                known = true;
                updatedAt = push.getPush().getReceivedAt();
                if (push.getPush().getApiVersion().equals("0.2")) {
                    members.clear();
                    banned = null;
                    properties.clear();
                    extra.clear();
                }
                User user = push.getCustomer();
                for (String name : List.of("name", "email", "avatar", "last_seen_timestamp")) {
                    Object value = user.get(user.getSchema().getField(name).pos());
                    if (value != null) {
                        members.put(name, value);
                    }
                }
                if (user.getMonitoring() != null) {
                    members.put("monitoring", user.getMonitoring().getIp());
                }
                if (user.getProperties() != null) {
                    properties.putAll(user.getProperties());
                }
                extra.putAll(user.getExtra());
                extra.putAll(push.getExtra());
                if (Boolean.FALSE.equals(user.getBanned())) {
                    bannedUntil = null;
                }
                if (user.getBanned() != null) {
                    boolean ofKnownBan = bannedUntil != null
                            && push.getPush().getReceivedAt().isBefore(bannedUntil);
                    banned = (user.getBanned() && !ofKnownBan) ? true : null;
                    anyBan |= !user.getBanned(); // which counts as the end of a ban
                }
            } else if (record instanceof CustomerBanned push) {
                known = true;
                bannedUntil = push.getPush()
                        .getReceivedAt()
                        .plusSeconds(86_400 * push.getBan().getDays());
                banned = null;
                anyBan = true;
            } else if (record instanceof CustomerUnbanned) {
                known = true;
                bannedUntil = null;
                banned = null;
                anyBan = true;
            } else if (record instanceof InChat word && word.getKind().equals("customer")) {
                known = true;
                if (word.getIn()) {
                    chats.add(word.getChatId());
                } else {
                    chats.remove(word.getChatId());
                }
                if (word.getName() != null
                        && (shown == null
                                || word.getAt().getMoment() > shown.getAt().getMoment())) {
                    shown = word;
                }
            }
        }
        if (!known) {
            return null;
        }
        Object ip = members.get("monitoring");
        return CustomerRow.newBuilder()
                .setCustomerId(CUSTOMER)
                .setName((String) members.getOrDefault("name", shown == null ? null : shown.getName()))
                .setEmail((String) members.getOrDefault("email", shown == null ? null : shown.getEmail()))
                .setAvatar((String) members.get("avatar"))
                .setLastSeen((Instant) members.get("last_seen_timestamp"))
                .setProperties(properties)
                .setMonitoring(ip == null ? null : CustomerPushes.monitoringJson(Objects.toString(ip)))
                .setExtra(extra)
                .setUpdatedAt(updatedAt)
                .setBanned(
                        (banned != null || !anyBan)
                                ? banned
                                : Boolean.valueOf(bannedUntil != null && bannedUntil.isAfter(at)))
                .setBannedUntil(bannedUntil == null || !bannedUntil.isAfter(at) ? null : bannedUntil)
                .setChatIds(List.copyOf(chats))
                .build();
    }
}
