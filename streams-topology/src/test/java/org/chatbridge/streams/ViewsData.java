package org.chatbridge.streams;

import java.util.List;
import java.util.Map;
import org.chatbridge.avro.ChatPropertiesUpdated;
import org.chatbridge.avro.ChatThreadPropertiesUpdated;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.EventMarkedAsSeen;
import org.chatbridge.avro.Gap;
import org.chatbridge.avro.IncomingBroadcast;
import org.chatbridge.avro.IncomingSneakPeek;
import org.chatbridge.avro.IncomingTypingIndicator;
import org.chatbridge.avro.LastSeenTimestampUpdated;
import org.chatbridge.avro.SneakPeek;
import org.chatbridge.avro.TypingIndicator;
import org.chatbridge.avro.User;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;
import org.jspecify.annotations.Nullable;

/** Pushes that give every view rows. */
final class ViewsData {
    private static final String RICH = "PR";

    private ViewsData() {}

    /** Twenty pushes and two gaps. */
    static void tell(TestDriver driver) {
        for (int i = 1; i <= 5; i++) {
            String id = "agent-" + i + "@example.com";
            driver.send(
                    Action.AGENT_UPDATED,
                    id,
                    Pushes.agent(id, "accepting_chats", Pushes.push("c1", i, "agent_updated")));
        }
        thread(driver, "PA", 11, "T1", List.of("ada"), List.of(1L));
        thread(driver, "PB", 12, "T2", List.of("bob"), List.of(2L));
        thread(driver, "PC", 13, "T3", List.of("ada", "bob"), null);
        thread(driver, "PD", 14, "T4", List.of("ada"), null);
        driver.send(Action.THREAD_CLOSED, "PD", Pushes.close(Pushes.push("c1", 20, "thread_closed"), "T4"));

        Gap healed = Pushes.closed(Pushes.gap("c-1", "silence"));
        driver.send(OwnRecord.GAP, "c-1", Pushes.resynced(healed, List.of("chat:PX")));
        driver.send(OwnRecord.GAP, "c0", Pushes.gap("c0", "closed"));

        driver.send(
                Action.CUSTOMER_BANNED, "mary", CustomerPushes.banned(Pushes.push("c1", 18, "customer_banned"), 1L));
        driver.send(
                Action.INCOMING_BROADCAST,
                "ada",
                IncomingBroadcast.newBuilder()
                        .setPush(Pushes.push("c1", 19, "incoming_broadcast"))
                        .setAuthorId("ada")
                        .setContent("{\"to\":[\"all\"]}")
                        .build());

        driver.advance(ActivityParts.TELLS_EVERY);
    }

    private static void thread(
            TestDriver driver,
            String chat,
            long sequence,
            String thread,
            List<String> agents,
            @Nullable List<Long> groups) {
        driver.send(
                Action.INCOMING_CHAT_THREAD,
                chat,
                Pushes.announcement(
                        Pushes.push("c1", sequence, "incoming_chat_thread"),
                        Pushes.thread(
                                thread, null, true, chat.equals("PA") ? List.of(Pushes.event("first", 1L)) : List.of()),
                        agents.stream()
                                .map(id -> Pushes.user("agent", id, true))
                                .toList(),
                        groups));
    }

    /** One more chat, in which all happens that a row can tell. */
    static void tellMore(TestDriver driver) {
        driver.send(
                Action.INCOMING_CHAT_THREAD,
                RICH,
                Pushes.announcement(
                        Pushes.push("c1", 300, "incoming_chat_thread"),
                        Pushes.thread("T9", null, true, List.of(Pushes.event("question", 1L))),
                        List.of(named("customer", "customer-1"), named("agent", "ada")),
                        List.of(1L)));
        driver.send(
                Action.INCOMING_EVENT,
                RICH,
                Pushes.incoming(
                        Pushes.push("c1", 301, "incoming_event"),
                        "T9",
                        Event.newBuilder()
                                .setId("answer")
                                .setOrder(2L)
                                .setType("message")
                                .setAuthorId("ada")
                                .setText("<b>Hello</b>\r\n")
                                .setTimestamp(Pushes.receivedAt(301))
                                .setRecipients("all")
                                .build()));
        driver.send(
                Action.CHAT_PROPERTIES_UPDATED,
                RICH,
                ChatPropertiesUpdated.newBuilder()
                        .setPush(Pushes.push("c1", 302, "chat_properties_updated"))
                        .setChatId(RICH)
                        .setProperties(Map.of("routing", Map.of("score", "{\n  \"of\": [1.5, null]\n}")))
                        .build());
        driver.send(
                Action.CHAT_THREAD_PROPERTIES_UPDATED,
                RICH,
                ChatThreadPropertiesUpdated.newBuilder()
                        .setPush(Pushes.push("c1", 303, "chat_thread_properties_updated"))
                        .setChatId(RICH)
                        .setThreadId("T9")
                        .setProperties(Map.of("rating", Map.of("score", "1")))
                        .build());
        driver.send(
                Action.EVENT_MARKED_AS_SEEN,
                RICH,
                EventMarkedAsSeen.newBuilder()
                        .setPush(Pushes.push("c1", 304, "event_marked_as_seen"))
                        .setChatId(RICH)
                        .setUserId("customer-1")
                        .setEventId("answer")
                        .build());
        driver.send(
                Action.LAST_SEEN_TIMESTAMP_UPDATED,
                RICH,
                LastSeenTimestampUpdated.newBuilder()
                        .setPush(Pushes.push("c1", 305, "last_seen_timestamp_updated"))
                        .setChatId(RICH)
                        .setUserId("customer-1")
                        .setTimestamp(Pushes.receivedAt(305))
                        .build());
        driver.send(
                Action.INCOMING_TYPING_INDICATOR,
                RICH,
                IncomingTypingIndicator.newBuilder()
                        .setPush(Pushes.push("c1", 310, "incoming_typing_indicator"))
                        .setChatId(RICH)
                        .setTypingIndicator(TypingIndicator.newBuilder()
                                .setAuthorId("ada")
                                .setIsTyping(true)
                                .build())
                        .build());
        driver.send(
                Action.INCOMING_SNEAK_PEEK,
                RICH,
                IncomingSneakPeek.newBuilder()
                        .setPush(Pushes.push("c1", 311, "incoming_sneak_peek"))
                        .setChatId(RICH)
                        .setSneakPeek(SneakPeek.newBuilder()
                                .setAuthorId("customer-1")
                                .setText("and")
                                .build())
                        .build());
        driver.send(
                Action.CUSTOMER_UPDATED,
                "mary",
                CustomerPushes.updated(
                        Pushes.push("c1", 306, "customer_updated"),
                        User.newBuilder()
                                .setId("mary")
                                .setName("Mary")
                                .setEmail("mary@example.com")
                                .setAvatar("cdn.example/mary")
                                .setLastSeenTimestamp(Pushes.receivedAt(306))
                                .setProperties(Map.of("vip", "true"))
                                .setExtra(Map.of("carts", "[{\"id\":1}]"))
                                .setMonitoring(CustomerPushes.monitoring("192.0.2.1"))
                                .build()));
        driver.advance(ActivityParts.TELLS_EVERY);
    }

    private static User named(String kind, String id) {
        return User.newBuilder()
                .setId(id)
                .setType(kind)
                .setPresent(true)
                .setName(id + " <b>")
                .setEmail(id + "@example.com")
                .setAvatar("cdn.example/" + id)
                .build();
    }
}
