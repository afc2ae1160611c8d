package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.OtherPush;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.User;
import org.chatbridge.avro.view.ActivityRow;
import org.chatbridge.avro.view.ScopesOfChat;
import org.chatbridge.avro.view.ThreadRow;
import org.chatbridge.streams.state.ActivityMinute;
import org.chatbridge.streams.state.ActivityPart;
import org.jspecify.annotations.Nullable;

class ActivityPropertyTest {
    static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final int PARTITIONS = 3;
    private static final ActivityView VIEW = new ActivityView();

    /** Whatever the order of the topics, whatever comes again, and however often the program crashes. */
    @Property(tries = 1000)
    void shouldCountTheSame(@ForAll Random random) {
        // given
        History history = new History(random);
        List<List<SpecificRecord>> byPartition = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            byPartition.add(new ArrayList<>());
        }
        history.told.forEach(
                record -> byPartition.get(partition(history.key(record))).add(record));

        // when
        List<List<SpecificRecord>> parts = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            parts.add(List.copyOf(counted(i, byPartition.get(i), history, random)));
        }
        Map<String, ActivityMinute> minutes = new TreeMap<>();
        for (SpecificRecord record : Folding.interleaved(parts, random)) {
            ActivityPart part = (ActivityPart) record;
            String minute = part.getMinute().toString();
            minutes.put(minute, ActivityFold.told(part, minutes.get(minute)));
        }

        // then
        Map<String, ActivityRow> rows = new TreeMap<>();
        minutes.forEach((minute, state) -> {
            ActivityRow row = VIEW.row(minute, state, START).orElseThrow();
            if (!row.equals(new ActivityRow(row.getMinute(), Map.of(), 0L, 0L, 0L, 0L, null))) {
                rows.put(minute, row);
            }
        });
        assertThat(rows).isEqualTo(new ActivityOracle(history).rows());
    }

    private static int partition(@Nullable String key) {
        return key == null ? 0 : Math.floorMod(key.hashCode(), PARTITIONS);
    }

    private static List<ActivityPart> counted(
            int number, List<SpecificRecord> records, History history, Random random) {
        CountedPartition partition = new CountedPartition(number);
        List<SpecificRecord> misread = records.isEmpty() ? records : Folding.misread(records, random);
        for (SpecificRecord record : misread) {
            partition.read(new CountedPartition.Read(
                    history.key(record), record, START.plusSeconds(600).toEpochMilli()));
            switch (random.nextInt(12)) {
                case 0 -> partition.commit();
                case 1 -> partition.tick();
                case 2 -> partition.crash(random);
                default -> {
                    // it goes on
                }
            }
        }
        partition.tick();
        partition.crash(random);
        partition.tick();
        partition.tick();
        partition.commit();
        return partition.told();
    }

    /** What LiveChat tells, in its true order, and the rows of threads, each chat's in their order. */
    static final class History {
        private static final List<String> CHATS = List.of("PA", "PB", "PC", "PD");
        private static final List<String> AUTHORS = List.of("ada", "bob", "eve", "mary", "john", "ghost");
        private static final List<String> TYPES =
                List.of("message", "message", "file", "rich_message", "filled_form", "system_message");

        final List<SpecificRecord> told = new ArrayList<>();
        private final IdentityHashMap<SpecificRecord, String> keys = new IdentityHashMap<>();
        private final Random random;
        private Instant now = START;

        History(Random random) {
            this.random = random;
            for (int connection = 1; connection <= 3; connection++) {
                int count = random.nextInt(15);
                for (int sequence = 1; sequence <= count; sequence++) {
                    now = now.plusMillis(random.nextInt(40_000));
                    push("c" + connection, sequence);
                }
            }
            CHATS.forEach(this::rows);
        }

        @Nullable
        String key(SpecificRecord record) {
            return keys.get(record);
        }

        private void push(String connection, int sequence) {
            String chat = CHATS.get(random.nextInt(CHATS.size()));
            Push push = Pushes.push(connection, sequence, "any");
            push.put("received_at", now);
            String user = AUTHORS.get(random.nextInt(AUTHORS.size()));
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> add(chat, "incoming_event", Pushes.incoming(push, null, event(connection + sequence)));
                case 3, 4 ->
                    add(
                            chat,
                            random.nextBoolean() ? "incoming_chat_thread" : "incoming_chat",
                            announcement(push, chat, sequence, random.nextBoolean() ? null : List.of(user(user))));
                case 5 -> add(chat, "chat_users_updated", Pushes.oneCame(push, user(user), kind(user)));
                case 6 -> add("ada", "agent_updated", Pushes.agent("ada", "accepting_chats", push));
                default -> {
                    String action = "later_" + random.nextInt(2);
                    add(
                            action,
                            action,
                            OtherPush.newBuilder()
                                    .setPush(push)
                                    .setPayload("{}")
                                    .build());
                }
            }
        }

        private IncomingChatThread announcement(Push push, String chat, int sequence, @Nullable List<User> users) {
            IncomingChatThread announcement = Pushes.announcement(
                    push,
                    Pushes.thread(
                            chat + "-T" + random.nextInt(3),
                            null,
                            true,
                            List.of(event("a" + sequence), event("b" + sequence))),
                    users,
                    null);
            announcement
                    .getChat()
                    .put("extra", random.nextBoolean() ? Map.of() : Map.of("is_followed", "" + random.nextBoolean()));
            return announcement;
        }

        private void add(String key, String action, SpecificRecord record) {
            Source.push(record).put("action", action);
            keys.put(record, key);
            told.add(record);
        }

        private Event event(String id) {
            Event event = Pushes.event(id, null);
            event.put("author_id", random.nextInt(9) == 0 ? null : AUTHORS.get(random.nextInt(AUTHORS.size())));
            event.put("type", TYPES.get(random.nextInt(TYPES.size())));
            event.put("timestamp", random.nextInt(9) == 0 ? null : now.minusSeconds(random.nextInt(200)));
            return event;
        }

        private static User user(String id) {
            return Pushes.user(kind(id), id, true);
        }

        private static @Nullable String kind(String id) {
            return switch (id) {
                case "ada", "bob" -> "agent";
                case "eve" -> "supervisor";
                case "mary", "john" -> "customer";
                default -> null;
            };
        }

        private void rows(String chat) {
            int thread = 0;
            for (int version = 0; version < random.nextInt(7); version++) {
                thread += random.nextInt(3) == 0 ? 1 : 0;
                Instant opened = START.plusSeconds(random.nextInt(300));
                ThreadRow row = ThreadRow.newBuilder()
                        .setChatId(chat)
                        .setThreadId(chat + "-T" + thread)
                        .setStatus("open")
                        .setOpenedAt(opened)
                        .setClosedAt(random.nextBoolean() ? null : opened.plusSeconds(random.nextInt(200)))
                        .setFirstResponseAt(random.nextBoolean() ? null : opened.plusMillis(random.nextInt(100_000)))
                        .setCustomerId(random.nextBoolean() ? null : "mary")
                        .setAgentIds(random.nextBoolean() ? List.of() : List.of("bob"))
                        .setScopes(new ScopesOfChat(Collections.emptyList(), List.of()))
                        .setUnreadByAgents(0L)
                        .build();
                keys.put(row, chat);
                told.add(row);
            }
        }
    }
}
