package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.ChatPropertiesUpdated;
import org.chatbridge.avro.ChatScopesUpdated;
import org.chatbridge.avro.ChatThreadPropertiesUpdated;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.EventMarkedAsSeen;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
import org.chatbridge.avro.IncomingSneakPeek;
import org.chatbridge.avro.IncomingTypingIndicator;
import org.chatbridge.avro.LastSeenTimestampUpdated;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.Scopes;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.avro.SneakPeek;
import org.chatbridge.avro.TypingIndicator;
import org.chatbridge.avro.User;
import org.chatbridge.avro.UsersOfKind;
import org.chatbridge.avro.view.ThreadRow;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.state.ChatThreads;
import org.jspecify.annotations.Nullable;

class ThreadsFoldPropertyTest {
    private static final ThreadsView VIEW = new ThreadsView(Duration.ofHours(1));
    private static final List<String> THREADS = List.of("T1", "T2", "T3");
    private static final List<String> IDS = List.of("ada", "bob", "eve");
    private static final List<String> KINDS = List.of("agent", "agent", "supervisor", "customer");

    /** From this on a step is a snapshot of the chat. */
    private static final int SNAPSHOTS = 29;

    /** One thing that LiveChat does; the numbers pick among what it may say. */
    record Step(int what, int thread, int a, int b, int c) {}

    @Provide
    Arbitrary<List<Step>> histories() {
        return anyHistories();
    }

    static Arbitrary<List<Step>> anyHistories() {
        Arbitrary<Integer> pick = Arbitraries.integers().between(0, 11);
        return Combinators.combine(
                        Arbitraries.integers().between(0, SNAPSHOTS + 3),
                        Arbitraries.integers().between(0, 2),
                        pick,
                        pick,
                        pick)
                .as(Step::new)
                .list()
                .ofMaxSize(24);
    }

    @Property(tries = 1500)
    void shouldGiveTheSameRowInWhateverOrderTheTopicsAreRead(
            @ForAll("histories") List<Step> history, @ForAll Random random) {
        // given
        List<SpecificRecord> pushes = pushes(history);
        ChatThreads inTrueOrder = fold(pushes);

        // when: order within a topic stays, and records come again
        ChatThreads shuffled = fold(Folding.misread(pushes, random));

        // then
        assertThat(shuffled).isEqualTo(inTrueOrder);
        assertThat(row(shuffled)).isEqualTo(new ThreadsOracle(pushes).row());
    }

    @Property(tries = 500)
    void shouldPassOverNothingThatIsARowOfTheList(
            @ForAll("histories") List<Step> history, @ForAll("filters") Map<String, String> asked) {
        // given
        ChatThreads state = fold(pushes(history));
        RowFilter filter = RowFilter.ALL;
        for (Filter one : Filter.of(ViewTopic.THREADS)) {
            String value = asked.get(one.parameter().name());
            filter = value == null ? filter : filter.and(one.test(value, Instant.EPOCH));
        }

        // when
        boolean isRow = row(state).filter(filter.row()).isPresent();

        // then
        boolean passedOver = !filter.kept().test(state);
        assertThat(isRow && passedOver).isFalse();
        if (asked.containsValue("zoe")) { // of whom nothing is ever told
            assertThat(passedOver).isTrue();
        }
    }

    @Provide
    Arbitrary<Map<String, String>> filters() {
        return Combinators.combine(Arbitraries.of("open", "closed", "all"), Arbitraries.of("ada", "bob", "eve", "zoe"))
                .as((status, agentId) -> Map.of("status", status, "agent_id", agentId));
    }

    @Property(tries = 300)
    void shouldNotChangeWhenAllIsReadAgain(@ForAll("histories") List<Step> history, @ForAll Random random) {
        // given
        List<SpecificRecord> pushes = pushes(history);
        List<SpecificRecord> twice = new ArrayList<>(pushes);
        twice.addAll(Folding.misread(pushes, random));

        // when / then
        assertThat(fold(twice)).isEqualTo(fold(pushes));
    }

    @Property(tries = 300)
    void shouldKeepNothingOfClosedThreadsOnceANewOneIsAnnounced(@ForAll("histories") List<Step> history) {
        // given
        List<SpecificRecord> pushes = pushes(history);
        pushes.add(announced("T8", Pushes.push("c9", 1, "incoming_chat_thread")));
        // An event of no thread may turn out to be of T8, were it announced on the other topic, too, before.
        pushes.add(announced("T9", Pushes.push("c9", 2, "incoming_chat_thread")));

        // when
        ChatThreads state = fold(pushes);

        // then
        assertThat(state.getEvents()).isEmpty();
        assertThat(state.getMessages()).isEmpty();
        assertThat(state.getProperties()).isEmpty();
        assertThat(state.getThread().getCloses()).isEmpty();
        assertThat(state.getUsers().getChanges()).isEmpty();
        assertThat(row(state).map(ThreadRow::getThreadId)).hasValue("T9");
    }

    private static IncomingChatThread announced(String thread, Push push) {
        return Pushes.announcement(push, Pushes.thread(thread, null, true, List.of()), List.of(), List.of());
    }

    @Property(tries = 300)
    void shouldNotGrowWithTheNumberOfEvents(@ForAll Random random) {
        // given
        List<SpecificRecord> pushes = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            Push push = Pushes.push("c1", i, "incoming_event");
            pushes.add(
                    i % 50 == 1
                            ? Pushes.announcement(push, Pushes.thread("T1", null, true, List.of()), null, null)
                            : Pushes.incoming(push, null, Pushes.event("e" + i, i + random.nextLong(3))));
        }

        // when
        ChatThreads state = fold(pushes);

        // then
        assertThat(state.getEvents()).hasSizeBetween(1, 3);
    }

    @Property(tries = 300)
    void shouldKnowWhoWaitsInALongThread(@ForAll Random random) {
        // given: some authors are told of at once, some later, one never; and some messages are for agents only
        List<String> authors = List.of("mary", "ada", "eve", "nobody");
        List<SpecificRecord> pushes = new ArrayList<>();
        pushes.add(Pushes.announcement(
                Pushes.push("c1", 1, "incoming_chat_thread"),
                Pushes.thread("T1", null, true, List.of()),
                List.of(Pushes.user("customer", "mary", true)),
                null));
        int messages = 1 + random.nextInt(Messages.MOST - 1);
        int agentComes = random.nextInt(messages);
        for (int i = 1; i <= messages; i++) {
            if (i == agentComes) {
                pushes.add(Pushes.agents(
                        Pushes.push("c1", 2L * i, "chat_users_updated"),
                        List.of(Pushes.user("agent", "ada", true), Pushes.user("supervisor", "eve", true)),
                        List.of()));
            }
            Event event = Pushes.event("e" + i, (long) i);
            event.put("author_id", random.nextInt(3) == 0 ? authors.get(random.nextInt(4)) : "mary");
            event.put("recipients", random.nextInt(4) == 0 ? "agents" : "all");
            event.put("timestamp", Pushes.START.plusSeconds(i));
            pushes.add(Pushes.incoming(Pushes.push("c1", 2L * i + 1, "incoming_event"), "T1", event));
        }

        // when
        ChatThreads state = Objects.requireNonNull(fold(Folding.misread(pushes, random)));

        // then
        ThreadRow row = row(state).orElseThrow();
        assertThat(row).isEqualTo(new ThreadsOracle(pushes).row().orElseThrow());
        assertThat(state).isEqualTo(fold(pushes));

        // and: what was answered long ago is not kept
        if (row.getFirstResponseAt() != null) {
            Instant answered = pushes.stream()
                    .filter(push -> push instanceof IncomingEvent)
                    .map(push -> ((IncomingEvent) push).getEvent())
                    .filter(event -> List.of("ada", "eve").contains(event.getAuthorId())
                            && event.getRecipients().equals("all"))
                    .map(Event::getTimestamp)
                    .reduce((earlier, later) -> later)
                    .orElseThrow();
            long since = state.getMessages().stream()
                    .filter(message -> message.getTime().isAfter(answered))
                    .count();
            assertThat(state.getMessages()).hasSizeLessThanOrEqualTo((int) since + 16 + authors.size() + 1);
        }
    }

    /** As where another program writes what it knows, or where a resync tells more of an event than its push did. */
    @Property(tries = 300)
    void shouldGiveTheSameRowWhicheverEventsHaveAnOrder(@ForAll Random random) {
        // given
        int number = 1 + random.nextInt(60);
        int announced = random.nextInt(number);
        List<Event> all = new ArrayList<>();
        for (int i = 1; i <= number; i++) {
            Event event = Pushes.event("e" + i, (long) i);
            event.put("author_id", random.nextInt(8) == 0 ? "ada" : "mary");
            event.put("timestamp", Pushes.receivedAt(i));
            all.add(event);
        }

        // when
        Optional<ThreadRow> inOrder = row(fold(told(announced, all)));
        all.forEach(event -> event.put("order", random.nextBoolean() ? event.getOrder() : null));
        Optional<ThreadRow> someInOrder = row(fold(Folding.misread(told(announced, all), random)));

        // then
        assertThat(someInOrder).isEqualTo(inOrder).isPresent();
    }

    private static List<SpecificRecord> told(int announced, List<Event> events) {
        List<SpecificRecord> told = new ArrayList<>();
        told.add(Pushes.announcement(
                Pushes.push("c1", 1, "incoming_chat_thread"),
                Pushes.thread("T1", null, true, List.copyOf(events.subList(0, announced))),
                List.of(Pushes.user("customer", "mary", true), Pushes.user("agent", "ada", true)),
                null));
        for (int i = announced; i < events.size(); i++) {
            told.add(Pushes.incoming(Pushes.push("c1", 2 + i, "incoming_event"), null, events.get(i)));
        }
        return told;
    }

    @Property(tries = 100)
    void shouldNotGrowWithTheNumberOfResyncs(@ForAll Random random) {
        // given
        List<SpecificRecord> snapshots = new ArrayList<>();
        for (int i = 1; i <= 3 * Runs.KEPT; i++) {
            snapshots.add(Pushes.snapshot(
                    Pushes.resync("c" + (100 + i), 0), Pushes.thread("T1", null, true, List.of()), null, null));
        }

        // when
        ChatThreads state = fold(snapshots);
        Collections.shuffle(snapshots, random);

        // then
        assertThat(Objects.requireNonNull(state.getThread().getRun()).getSayings())
                .hasSize(Runs.KEPT);
        assertThat(fold(snapshots)).isEqualTo(state);
        assertThat(Runs.first(Objects.requireNonNull(state.getThread().getRun()))
                        .getAt())
                .isEqualTo(Stamps.of(Pushes.resync("c101", 0)));
    }

    /** What is told, in its true order: pushes, snapshots after some of them, and the words of resyncs. */
    static List<SpecificRecord> pushes(List<Step> history) {
        List<SpecificRecord> pushes = new ArrayList<>();
        int sequence = 0;
        for (int i = 0; i < history.size(); i++) {
            // Three connections; the sequence begins again with each.
            String connection = "c" + (1 + i / 8);
            Step step = history.get(i);
            if (i % 8 == 0) {
                sequence = 0;
                if (step.c() % 2 == 0) {
                    pushes.add(Pushes.resynced(connection));
                }
            }
            SpecificRecord previous = pushes.isEmpty() ? null : pushes.get(pushes.size() - 1);
            if (step.what() < SNAPSHOTS) {
                pushes.add(push(step, Pushes.push(connection, ++sequence, "any"), i));
            } else if (!(previous instanceof Snapshot snapshot && !Resyncs.isWord(snapshot))) {
                // One at a time: a chat is asked about once after the same push.
                pushes.add(snapshot(step, Pushes.resync(connection, sequence), i));
            }
        }
        return pushes;
    }

    private static Snapshot snapshot(Step step, Push push, int i) {
        IncomingChatThread announcement = announcement(step, push, THREADS.get(step.thread()), i);
        return Snapshot.newBuilder()
                .setPush(push)
                .setEntity("chat")
                .setId(Pushes.CHAT)
                .setChat(announcement.getChat())
                .build();
    }

    private static SpecificRecord push(Step step, Push push, int i) {
        String thread = THREADS.get(step.thread());
        String maybeThread = step.a() % 2 == 0 ? thread : null;
        String id = IDS.get(step.b() % 3);
        String kind = KINDS.get(step.c() % 4);
        Boolean present = List.of(Optional.of(true), Optional.of(false), Optional.<Boolean>empty())
                .get(step.a() % 3)
                .orElse(null);
        return switch (step.what()) {
            case 0, 1, 2, 3 -> announcement(step, push, thread, i);
            case 4, 5 -> Pushes.close(push, step.a() % 4 == 0 ? null : thread);
            case 6, 7, 8, 9 -> Pushes.incoming(push, maybeThread, event(step.b(), i));
            case 10 ->
                Pushes.flat(
                        push,
                        step.a() % 2 == 0 ? List.of(Pushes.user(kind, id, present)) : List.of(),
                        step.b() % 2 == 0 ? List.of(IDS.get(step.c() % 3)) : List.of());
            case 11 -> Pushes.oneCame(push, user(kind, id, present, step.c()), step.b() % 2 == 0 ? kind : null);
            case 12 -> Pushes.oneLeft(push, id, step.a() % 2 == 0 ? kind : null);
            case 13, 14 -> scopes(push, step);
            case 15, 16 ->
                ChatThreadPropertiesUpdated.newBuilder()
                        .setPush(push)
                        .setChatId(Pushes.CHAT)
                        .setThreadId(maybeThread)
                        .setProperties(step.c() % 3 == 0 ? null : properties(step.b(), i))
                        .setDeletedProperties(step.c() % 3 == 0 ? deleted(step.b()) : null)
                        .build();
            case 17, 18 ->
                LastSeenTimestampUpdated.newBuilder()
                        .setPush(push)
                        .setChatId(Pushes.CHAT)
                        .setUserId(id)
                        .setTimestamp(Pushes.receivedAt(step.c() * 3L))
                        .build();
            case 19, 20 ->
                EventMarkedAsSeen.newBuilder()
                        .setPush(push)
                        .setChatId(Pushes.CHAT)
                        .setUserId(id)
                        .setEventId("e" + step.c() * 2)
                        .build();
            case 21, 22, 23 ->
                IncomingTypingIndicator.newBuilder()
                        .setPush(push)
                        .setChatId(Pushes.CHAT)
                        .setTypingIndicator(TypingIndicator.newBuilder()
                                .setAuthorId(step.a() % 7 == 0 ? null : id)
                                .setIsTyping(List.of(Optional.of(true), Optional.of(false), Optional.<Boolean>empty())
                                        .get(step.c() % 3)
                                        .orElse(null))
                                .build())
                        .build();
            case 24, 25, 26 ->
                IncomingSneakPeek.newBuilder()
                        .setPush(push)
                        .setChatId(Pushes.CHAT)
                        .setSneakPeek(SneakPeek.newBuilder()
                                .setAuthorId(id)
                                .setText(step.a() % 5 == 0 ? "" : "peek " + i)
                                .build())
                        .build();
            case 27 ->
                ChatPropertiesUpdated.newBuilder()
                        .setPush(push)
                        .setChatId(Pushes.CHAT)
                        .setProperties(step.c() % 3 == 0 ? null : properties(step.b(), i))
                        .setDeletedProperties(step.c() % 3 == 0 ? deleted(step.b()) : null)
                        .build();
            default ->
                Pushes.ofKinds(
                        push, bucket(step.a(), step.c()), bucket(step.b(), step.a()), bucket(step.c(), step.b()));
        };
    }

    private static IncomingChatThread announcement(Step step, Push push, String thread, int i) {
        Instant timestamp =
                step.a() % 3 == 0 ? null : Instant.parse("2026-11-22T09:00:00Z").plusSeconds(step.a());
        List<Event> events = new ArrayList<>();
        for (int n = 0; n < step.b() % 3; n++) {
            events.add(event(step.c() + n, 100 * (i + 1) + n));
        }
        List<User> users = step.c() % 4 == 0
                ? null
                : List.of(
                        user("agent", IDS.get(step.a() % 3), step.b() % 2 == 0, i),
                        user("customer", IDS.get(step.b() % 3), null, i + 1),
                        Pushes.user("supervisor", IDS.get(step.c() % 3), true));
        IncomingChatThread announcement = Pushes.announcement(
                push,
                thread(thread, timestamp, step, events),
                users,
                step.b() % 3 == 0
                        ? null
                        : step.b() % 4 == 1 ? List.of() : List.of((long) step.b(), (long) step.c() + 20));
        announcement.getChat().put("properties", step.a() % 2 == 0 ? null : properties(step.b(), 50 + i));
        return announcement;
    }

    private static org.chatbridge.avro.Thread thread(
            String id, @Nullable Instant timestamp, Step step, List<Event> events) {
        org.chatbridge.avro.Thread thread = Pushes.thread(id, timestamp, step.a() % 5 != 0, events);
        thread.put("properties", step.b() % 2 == 0 ? null : properties(step.c(), 90 + step.c()));
        return thread;
    }

    private static ChatScopesUpdated scopes(Push push, Step step) {
        Scopes one = new Scopes(List.of((long) step.b()), step.a() % 2 == 0 ? null : List.of("ada"), Map.of());
        Scopes other = new Scopes(step.a() % 3 == 0 ? null : List.of((long) step.c()), List.of("bob"), Map.of());
        ChatScopesUpdated.Builder update =
                ChatScopesUpdated.newBuilder().setChatId(Pushes.CHAT).setResource(step.b() % 5 == 4 ? "thread" : null);
        if (step.c() % 4 == 0) {
            return update.setPush(push)
                    .setScopesAdded(one)
                    .setScopesRemoved(other)
                    .build();
        }
        push.put(
                "action",
                List.of("chat_access_granted", "chat_access_revoked", "chat_access_updated")
                        .get(step.c() % 3));
        return update.setPush(push).setAccess(one).build();
    }

    private static Map<String, Map<String, String>> properties(int pick, int i) {
        return Map.of("rating", Map.of(pick % 2 == 0 ? "score" : "comment", Integer.toString(i)));
    }

    private static Map<String, List<String>> deleted(int pick) {
        return Map.of("rating", pick % 3 == 0 ? List.of("score", "comment") : List.of("score"));
    }

    private static Event event(int pick, int id) {
        Event event = Pushes.event("e" + id, pick % 3 == 0 ? null : (long) pick);
        event.put("author_id", IDS.get(pick % 3));
        event.put("recipients", pick % 4 == 0 ? "agents" : "all");
        event.put("timestamp", Pushes.receivedAt(id % 40));
        return event;
    }

    private static User user(@Nullable String kind, String id, @Nullable Boolean present, int pick) {
        User user = Pushes.user(kind, id, present);
        if (pick % 2 == 0) {
            user.put("name", id + " " + pick);
        }
        return user;
    }

    private static @Nullable UsersOfKind bucket(int a, int b) {
        return a % 3 == 0
                ? null
                : new UsersOfKind(
                        a % 2 == 0 ? List.of(Pushes.user(null, IDS.get(b % 3), null)) : List.of(),
                        b % 2 == 0 ? List.of(IDS.get(a % 3)) : List.of(),
                        Map.of());
    }

    static ChatThreads fold(List<? extends SpecificRecord> pushes) {
        ChatThreads state = Folding.fold(VIEW, pushes);
        return state == null ? new ChatFacts(null, Pushes.push("c0", 0, "none")).pruned() : state;
    }

    static Optional<ThreadRow> row(ChatThreads state) {
        return VIEW.row(Pushes.CHAT, state, Instant.EPOCH);
    }
}
