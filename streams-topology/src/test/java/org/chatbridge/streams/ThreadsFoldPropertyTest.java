package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.ThreadClosed;
import org.chatbridge.avro.User;
import org.chatbridge.avro.UsersOfKind;
import org.chatbridge.streams.state.ChatThreads;
import org.jspecify.annotations.Nullable;

class ThreadsFoldPropertyTest {
    private static final List<String> THREADS = List.of("T1", "T2", "T3");
    private static final List<String> IDS = List.of("ada", "bob", "eve");
    private static final List<String> KINDS = List.of("agent", "agent", "supervisor", "customer");

    /** One thing that LiveChat does; the numbers pick among what it may say. */
    record Step(int what, int thread, int a, int b, int c) {}

    @Provide
    Arbitrary<List<Step>> histories() {
        Arbitrary<Integer> pick = Arbitraries.integers().between(0, 11);
        return Combinators.combine(
                        Arbitraries.integers().between(0, 13),
                        Arbitraries.integers().between(0, 2),
                        pick,
                        pick,
                        pick)
                .as(Step::new)
                .list()
                .ofMaxSize(24);
    }

    @Property(tries = 3000)
    void shouldGiveTheSameRowInWhateverOrderTheTopicsAreRead(
            @ForAll("histories") List<Step> history, @ForAll Random random) {
        // given
        List<SpecificRecord> pushes = pushes(history);
        ChatThreads inTrueOrder = fold(pushes);

        // when: order within a topic stays, and pushes come again
        ChatThreads shuffled = fold(interleaved(withRepeats(byTopic(pushes), random), random));

        // then
        assertThat(shuffled).isEqualTo(inTrueOrder);
        assertThat(OpenThread.of(Pushes.CHAT, shuffled)).isEqualTo(new ThreadsOracle(pushes).openThread());
    }

    @Property(tries = 300)
    void shouldNotChangeWhenAllIsReadAgain(@ForAll("histories") List<Step> history, @ForAll Random random) {
        // given
        List<SpecificRecord> pushes = pushes(history);
        List<SpecificRecord> twice = new ArrayList<>(pushes);
        twice.addAll(interleaved(byTopic(pushes), random));

        // when / then
        assertThat(fold(twice)).isEqualTo(fold(pushes));
    }

    @Property(tries = 300)
    void shouldKeepNothingOfClosedThreadsOnceANewOneIsAnnounced(@ForAll("histories") List<Step> history) {
        // given
        List<SpecificRecord> pushes = pushes(history);
        Push push = Pushes.push("c9", 1, "incoming_chat_thread");

        // when
        ChatThreads state = ThreadsFold.announced(
                Pushes.announcement(push, Pushes.thread("T9", null, true, List.of()), List.of(), List.of()),
                fold(pushes));

        // then
        assertThat(state.getEvents()).isEmpty();
        assertThat(state.getCloses()).isEmpty();
        assertThat(state.getUserChanges()).isEmpty();
        assertThat(OpenThread.of(Pushes.CHAT, state).map(OpenThread::threadId)).hasValue("T9");
    }

    @Property(tries = 300)
    void shouldNotGrowWithTheNumberOfEvents(@ForAll Random random) {
        // given
        ChatThreads state = ThreadsFold.nothing();
        for (int i = 1; i <= 200; i++) {
            Push push = Pushes.push("c1", i, "incoming_event");
            state = i % 50 == 1
                    ? ThreadsFold.announced(
                            Pushes.announcement(push, Pushes.thread("T1", null, true, List.of()), null, null), state)
                    : ThreadsFold.happened(
                            Pushes.incoming(push, null, Pushes.event("e" + i, i + random.nextLong(3))), state);
        }

        // then
        assertThat(state.getEvents()).hasSizeBetween(1, 3);
    }

    private static List<SpecificRecord> pushes(List<Step> history) {
        List<SpecificRecord> pushes = new ArrayList<>();
        for (int i = 0; i < history.size(); i++) {
            // Three connections; the sequence begins again with each.
            Push push = Pushes.push("c" + (1 + i / 8), 1 + i % 8, "any");
            pushes.add(push(history.get(i), push, i));
        }
        return pushes;
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
            case 11 -> Pushes.oneCame(push, Pushes.user(kind, id, present), step.b() % 2 == 0 ? kind : null);
            case 12 -> Pushes.oneLeft(push, id, step.a() % 2 == 0 ? kind : null);
            default ->
                Pushes.ofKinds(
                        push, bucket(step.a(), step.c()), bucket(step.b(), step.a()), bucket(step.c(), step.b()));
        };
    }

    private static SpecificRecord announcement(Step step, Push push, String thread, int i) {
        Instant timestamp =
                step.a() % 3 == 0 ? null : Instant.parse("2026-11-22T09:00:00Z").plusSeconds(step.a());
        List<Event> events = new ArrayList<>();
        for (int n = 0; n < step.b() % 3; n++) {
            events.add(event(step.c() + n, 100 * (i + 1) + n));
        }
        List<User> users = step.c() % 4 == 0
                ? null
                : List.of(
                        Pushes.user("agent", IDS.get(step.a() % 3), step.b() % 2 == 0),
                        Pushes.user("customer", IDS.get(step.b() % 3), null),
                        Pushes.user("supervisor", IDS.get(step.c() % 3), true));
        return Pushes.announcement(
                push,
                Pushes.thread(thread, timestamp, step.a() % 5 != 0, events),
                users,
                step.b() % 3 == 0 ? null : List.of((long) step.b(), (long) step.c() + 20));
    }

    private static Event event(int pick, int id) {
        return Pushes.event("e" + id, pick % 3 == 0 ? null : (long) pick);
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
        ChatThreads state = ThreadsFold.nothing();
        for (SpecificRecord push : pushes) {
            if (push instanceof IncomingChatThread announcement) {
                state = ThreadsFold.announced(announcement, state);
            } else if (push instanceof ThreadClosed close) {
                state = ThreadsFold.closed(close, state);
            } else if (push instanceof IncomingEvent event) {
                state = ThreadsFold.happened(event, state);
            } else if (push instanceof ChatUsersUpdated users) {
                state = ThreadsFold.usersUpdated(users, state);
            }
        }
        return state;
    }

    private static List<List<SpecificRecord>> byTopic(List<SpecificRecord> pushes) {
        return new ArrayList<>(pushes.stream()
                .collect(Collectors.groupingBy(
                        SpecificRecord::getSchema, LinkedHashMap::new, Collectors.<SpecificRecord>toList()))
                .values());
    }

    /** As a producer that sends again from some point on, and as one that sends a single old record again. */
    private static List<List<SpecificRecord>> withRepeats(List<List<SpecificRecord>> topics, Random random) {
        List<List<SpecificRecord>> repeated = new ArrayList<>();
        for (List<SpecificRecord> topic : topics) {
            List<SpecificRecord> records = new ArrayList<>(topic);
            if (random.nextBoolean()) {
                int to = random.nextInt(topic.size() + 1);
                int from = random.nextInt(to + 1);
                records.addAll(to, topic.subList(from, to));
            }
            if (random.nextBoolean()) {
                int again = random.nextInt(topic.size());
                records.add(
                        records.lastIndexOf(topic.get(again)) + 1 + random.nextInt(topic.size() - again),
                        topic.get(again));
            }
            repeated.add(records);
        }
        return repeated;
    }

    private static List<SpecificRecord> interleaved(List<List<SpecificRecord>> topics, Random random) {
        List<Integer> turns = new ArrayList<>();
        for (int topic = 0; topic < topics.size(); topic++) {
            turns.addAll(Collections.nCopies(topics.get(topic).size(), topic));
        }
        Collections.shuffle(turns, random);
        int[] next = new int[topics.size()];
        List<SpecificRecord> records = new ArrayList<>();
        for (int topic : turns) {
            records.add(topics.get(topic).get(next[topic]++));
        }
        return records;
    }
}
