package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The chats of the simulated world: those with an open thread, a bounded number of those without, and the bans. */
final class Chats {

    private static final int TRIES = 8;
    /** Chats that nothing happens in any more can still be asked for: who was told of one a moment ago may ask. */
    private static final int FORGOTTEN_KEPT = 1000;

    private final List<Chat> open = new ArrayList<>();
    private final List<Chat> dormant = new ArrayList<>();
    private final Queue<Chat> forgotten = new ArrayDeque<>();
    private final Map<String, Chat> byId = new HashMap<>();
    private final Map<String, Customer> banned = new LinkedHashMap<>();
    private final int dormantAtMost;
    private final Random random;

    Chats(int dormantAtMost, Random random) {
        this.dormantAtMost = dormantAtMost;
        this.random = random;
    }

    void opened(Chat chat) {
        dormant.remove(chat);
        open.add(chat);
        byId.put(chat.id, chat);
    }

    void closed(Chat chat) {
        chat.thread().active = false;
        open.remove(chat);
        dormant.add(chat);
        if (dormant.size() > dormantAtMost) {
            forgotten.add(dormant.remove(0));
        }
        if (forgotten.size() > FORGOTTEN_KEPT) {
            byId.remove(forgotten.remove().id);
        }
    }

    void banned(Customer customer, int days, long now) {
        customer.banned = true;
        customer.banDays = days;
        customer.bannedAt = now;
        banned.put(customer.id, customer);
    }

    /** Lifts the oldest ban; null when there is none. */
    @Nullable
    Customer unban() {
        if (banned.isEmpty()) {
            return null;
        }
        Customer customer = banned.values().iterator().next();
        banned.remove(customer.id);
        customer.banned = false;
        return customer;
    }

    int bannedCount() {
        return banned.size();
    }

    int openCount() {
        return open.size();
    }

    /** Some chat with an open thread of which {@code wanted} holds; null when a few tries find none. */
    @Nullable
    Chat someOpen(Predicate<Chat> wanted) {
        return some(open, wanted);
    }

    /** Some chat without an open thread of which {@code wanted} holds; null when a few tries find none. */
    @Nullable
    Chat someDormant(Predicate<Chat> wanted) {
        return some(dormant, wanted);
    }

    private @Nullable Chat some(List<Chat> chats, Predicate<Chat> wanted) {
        for (int i = 0; i < TRIES && !chats.isEmpty(); i++) {
            Chat chat = chats.get(random.nextInt(chats.size()));
            if (wanted.test(chat)) {
                return chat;
            }
        }
        return null;
    }

    @Nullable
    Chat find(String id) {
        return byId.get(id);
    }

    Stream<Chat> all() {
        return Stream.concat(dormant.stream(), open.stream());
    }

    List<Truth.OpenThread> openThreads() {
        return open.stream()
                .map(Chats::toTruth)
                .sorted(Comparator.comparing(Truth.OpenThread::chatId))
                .toList();
    }

    List<Truth.Ban> bans() {
        return banned.values().stream()
                .map(customer -> new Truth.Ban(customer.id, customer.banDays, Instant.ofEpochSecond(customer.bannedAt)))
                .sorted(Comparator.comparing(Truth.Ban::customerId))
                .toList();
    }

    private static Truth.OpenThread toTruth(Chat chat) {
        ChatThread thread = chat.thread();
        JsonNode event = thread.lastEvent();
        return new Truth.OpenThread(
                chat.id,
                thread.id,
                Instant.ofEpochSecond(thread.openedAt),
                chat.agents.keySet().stream().sorted().toList(),
                chat.customer.id,
                new Truth.LastEvent(
                        event.path("id").textValue(),
                        event.path("type").textValue(),
                        event.path("order").longValue(),
                        event.path("text").textValue()));
    }
}
