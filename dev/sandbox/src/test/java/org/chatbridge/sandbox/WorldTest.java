package org.chatbridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class WorldTest {

    private static final Instant START = Instant.parse("2026-03-01T09:00:00Z");
    private static final Set<String> ACTIONS = Set.of(
            "incoming_chat_thread",
            "chat_users_updated",
            "incoming_event",
            "incoming_broadcast",
            "event_marked_as_seen",
            "incoming_typing_indicator",
            "incoming_sneak_peek",
            "customer_banned",
            "customer_unbanned",
            "thread_closed",
            "chat_scopes_updated",
            "customer_updated",
            "agent_updated",
            "chat_properties_updated",
            "chat_thread_properties_updated",
            "last_seen_timestamp_updated");

    @Property(tries = 100)
    void shouldShowEveryActionWithinTheFirst200Pushes(@ForAll long seed) {
        assertThat(pushes(new World(seed, WorldSettings.defaults()), 200))
                .extracting(Push::action)
                .containsAll(ACTIONS);
    }

    @Property(tries = 40)
    void shouldTellTheWholeTruthByPushes(@ForAll long seed, @ForAll @IntRange(min = 1, max = 1500) int count) {
        World world =
                new World(seed, WorldSettings.defaults().withOpenThreads(6).withDormantChats(8));
        Fold fold = new Fold();

        pushes(world, count).forEach(fold::add);

        Truth truth = world.truth(false);
        assertThat(fold.threads()).isEqualTo(truth.openThreads());
        assertThat(fold.bans.keySet())
                .isEqualTo(new HashSet<>(
                        truth.bans().stream().map(Truth.Ban::customerId).toList()));
        for (Truth.Agent agent : truth.agents()) {
            assertThat(fold.statuses.get(agent.agentId())).isEqualTo(agent.announcedStatus());
            if (agent.announcedStatus() != null) {
                assertThat(agent.announcedStatus()).isEqualTo(agent.routingStatus());
            }
        }
        assertThat(truth.totalPushes()).isEqualTo(fold.count);
    }

    @Property(tries = 20)
    void shouldKeepTheOrderOfThreadsAndEvents(@ForAll long seed) {
        World world =
                new World(seed, WorldSettings.defaults().withOpenThreads(4).withDormantChats(6));
        Map<String, Long> threadOrders = new HashMap<>();
        Map<String, Long> eventOrders = new HashMap<>();
        Set<String> open = new HashSet<>();
        for (Push push : pushes(world, 1500)) {
            JsonNode payload = Json.read(push.frame()).get("payload");
            switch (push.action()) {
                case "incoming_chat_thread" -> {
                    JsonNode chat = payload.get("chat");
                    String id = chat.get("id").asText();
                    long order = chat.get("thread").get("order").asLong();
                    assertThat(open.add(id)).as("one open thread a chat").isTrue();
                    assertThat(order).isEqualTo(threadOrders.merge(id, 1L, Long::sum));
                    eventOrders.put(id, (long) chat.get("thread").get("events").size());
                }
                case "incoming_event" -> {
                    String id = payload.get("chat_id").asText();
                    assertThat(payload.get("event").get("order").asLong())
                            .isEqualTo(eventOrders.merge(id, 1L, Long::sum));
                }
                case "thread_closed" ->
                    assertThat(open.remove(payload.get("chat_id").asText())).isTrue();
                default -> assertThat(payload.isObject()).isTrue();
            }
        }
    }

    @Property(tries = 10)
    void shouldDoTheSameForTheSameSeed(@ForAll long seed) {
        assertThat(pushes(new World(seed, WorldSettings.defaults()), 300))
                .isEqualTo(pushes(new World(seed, WorldSettings.defaults()), 300));
    }

    @Property(tries = 10)
    void shouldNotGrowForever(@ForAll long seed) {
        World world =
                new World(seed, WorldSettings.defaults().withOpenThreads(10).withDormantChats(5));
        pushes(world, 5000);
        assertThat(world.truth(false).openThreads()).hasSizeBetween(1, 20);
        assertThat(world.truth(false).bans()).hasSizeLessThan(20);
        assertThat(world.chatsSummary(true)).hasSizeLessThan(26);
    }

    private static List<Push> pushes(World world, int count) {
        List<Push> pushes = new ArrayList<>();
        for (int i = 0; pushes.size() < count; i++) {
            pushes.addAll(world.step(START.plusMillis(400L * i), true));
        }
        return pushes;
    }
}
