package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.view.ScopesOfChat;
import org.chatbridge.avro.view.ThreadRow;
import org.chatbridge.streams.state.ActivityPart;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ActivityPartsTest {
    private static final String CHAT = "PA";
    private static final Instant START = Pushes.receivedAt(0);
    private final CountedPartition partition = new CountedPartition(4);

    @Test
    void shouldTellTwiceASecondOfTheMinutesThatChanged() {
        // given
        read(null, Pushes.disconnected(push(1, 1)));
        read("", Pushes.agent("", "accepting_chats", push(2, 61)));

        // when
        partition.tick();
        partition.tick();

        // then
        assertThat(partition.told()).extracting(ActivityPart::getMinute).containsExactly(START, START.plusSeconds(60));
        assertThat(partition.told()).extracting(ActivityPart::getPartition).containsOnly(4);

        // and: only what changes again
        read("", Pushes.agent("", "accepting_chats", push(3, 62)));
        partition.tick();
        partition.tick();
        assertThat(partition.told()).hasSize(3);
        assertThat(last().getPushes()).containsEntry("any", 2L);
    }

    @Test
    void shouldGoOnWhenItsPartitionIsGivenBack() {
        // given
        read("ada", Pushes.agent("ada", "accepting_chats", push(1, 1)));
        partition.tick();

        // when
        partition.resume();
        partition.tick();
        partition.resume();
        partition.tick();
        read("ada", Pushes.agent("ada", "accepting_chats", push(2, 2)));
        partition.tick();

        // then
        assertThat(last().getPushes()).containsEntry("any", 2L);
    }

    @Test
    void shouldCountAPushOnceThatComesAgain() {
        // given
        read("ada", Pushes.agent("ada", "accepting_chats", push(1, 1)));
        read("ada", Pushes.agent("ada", "accepting_chats", push(2, 2)));

        // when: the bridge was killed, and delivers again what it is not sure of
        read("ada", Pushes.agent("ada", "accepting_chats", push(1, 1)));
        read("ada", Pushes.agent("ada", "accepting_chats", push(2, 2)));
        partition.crash(new Random(1));

        // then
        assertThat(last().getPushes()).containsEntry("any", 2L);
    }

    @Test
    void shouldCountAMessageOnceItIsKnownWhoItsAuthorIs() {
        // given
        read(CHAT, Pushes.incoming(push(2, 2), null, message("mary")));
        read(CHAT, Pushes.incoming(push(3, 3), null, message("eve")));
        read(CHAT, Pushes.incoming(push(4, 4), null, message("nobody")));
        assertThat(last().getMessagesByCustomers()).isZero();

        // when
        read(CHAT, row("T1", START, null, null, "mary"));
        read(CHAT, Pushes.oneCame(push(1, 61), Pushes.user("supervisor", "eve", true), null));

        // then
        partition.tick();
        partition.commit();
        ActivityPart part = partition.told().stream()
                .filter(one -> one.getMinute().equals(START))
                .reduce((earlier, later) -> later)
                .orElseThrow();
        assertThat(part.getMessagesByCustomers()).isEqualTo(1);
        assertThat(part.getMessagesByAgents()).isEqualTo(1);
    }

    @Test
    void shouldCountTheEventsOfAThreadWithItsFirstAnnouncement() {
        // when: the chat is transferred, and announced again with what was said meanwhile
        read(CHAT, announced(push(1, 1), message("mary")));
        read(CHAT, Pushes.incoming(push(2, 2), null, message("mary")));
        read(CHAT, announced(push(3, 3), message("mary"), message("mary")));

        // then
        assertThat(last().getMessagesByCustomers()).isEqualTo(2);
        assertThat(last().getPushes()).containsEntry("any", 3L);
    }

    @Test
    void shouldCountWhatIsToldLongAfterwardsInTheMinuteInWhichItWasMade() {
        // when: of a chat that is followed after a login all is announced that was said in it
        read(
                CHAT,
                announced(
                        push(1, 7_200),
                        made("mary", START.minus(Duration.ofDays(7))),
                        made("mary", START.plusSeconds(1)),
                        made("mary", START.plusSeconds(59)),
                        made("mary", START.plusSeconds(7_199))));

        // then
        partition.tick();
        partition.commit();
        assertThat(partition.told())
                .extracting(ActivityPart::getMinute, ActivityPart::getMessagesByCustomers, ActivityPart::getPushes)
                .containsExactly(
                        tuple(START, 2L, Map.of()),
                        tuple(START.plusSeconds(7_140), 1L, Map.of()),
                        tuple(START.plusSeconds(7_200), 0L, Map.of("any", 1L)));

        // and: it is counted once
        partition.crash(new Random(1));
        read(
                CHAT,
                followed(push(2, 7_201), made("mary", START.plusSeconds(1)), made("mary", START.plusSeconds(7_199))));
        assertThat(last().getMessagesByCustomers()).isZero();
    }

    @Test
    void shouldCountWhatWasSaidBeforeTheChatWasFollowed() {
        // given
        Event question = made("mary", START.plusSeconds(1));
        Event welcome = made("mary", START.plusSeconds(2));
        read(CHAT, announced(push(1, 1), question));

        // when: LiveChat tells it only with the announcement that answers
        read(CHAT, followed(push(2, 3), question, welcome));
        read(CHAT, Pushes.incoming(push(3, 4), null, made("mary", START.plusSeconds(4))));

        // then
        assertThat(last().getMessagesByCustomers()).isEqualTo(3);

        // and: what comes afterwards is pushed, and announced again by a later connection
        read(CHAT, followed(Pushes.push("c2", 1, "any"), question, welcome, made("mary", START.plusSeconds(4))));
        assertThat(last().getMessagesByCustomers()).isEqualTo(3);
    }

    @Test
    void shouldCountAllThatIsToldOfAFollowedChatThatWasAnnouncedWithoutEvents() {
        read(CHAT, announced(push(1, 1)));
        read(CHAT, followed(push(2, 3), made("mary", START.plusSeconds(2))));

        assertThat(last().getMessagesByCustomers()).isOne();
    }

    @Test
    void shouldMoveAThreadThatTurnsOutToBelongToAnotherMinute() {
        // given
        read(CHAT, row("T1", START.plusSeconds(70), null, START.plusSeconds(75), null));

        // when
        read(CHAT, row("T1", START.plusSeconds(10), START.plusSeconds(100), START.plusSeconds(75), null));

        // then
        partition.tick();
        partition.commit();
        assertThat(partition.told()).hasSize(2);
        assertThat(partition.told().get(0).getThreadsOpened()).isEqualTo(1);
        assertThat(partition.told().get(1).getThreadsOpened()).isZero();
        assertThat(partition.told().get(1).getThreadsClosed()).isEqualTo(1);
        assertThat(partition.told().get(1).getFirstResponsesMs()).containsExactly(65_000L);
    }

    @Test
    void shouldNotDropAllForATimeThatIsFarAhead() {
        // given: LiveChat says that a thread was opened in 2099
        read(CHAT, row("T1", Instant.parse("2099-01-01T00:00:00Z"), null, null, "mary"));
        read("ada", Pushes.agent("ada", "accepting_chats", push(1, 1)));
        partition.tick();

        // when
        partition.crash(new Random(1));
        read("ada", Pushes.agent("ada", "accepting_chats", push(2, 2)));

        // then
        assertThat(last().getPushes()).containsEntry("any", 2L);
        assertThat(partition.minutesKept()).containsExactly(START.toString());
    }

    @Test
    void shouldForgetWhatIsOlderThanSevenDays() {
        // given
        read(CHAT, Pushes.incoming(push(1, 1), null, message("mary")));
        read(CHAT, row("T1", START, null, null, "mary"));
        assertThat(partition.minutesKept()).hasSize(1);
        assertThat(partition.threadsKept()).containsExactly(START + " T1");
        assertThat(partition.chatsKept()).containsExactly(CHAT);

        // when
        Instant later = START.plus(Duration.ofDays(8));
        Push push = push(2, 2);
        push.put("received_at", later);
        partition.read(
                new CountedPartition.Read("ada", Pushes.agent("ada", "accepting_chats", push), later.toEpochMilli()));
        partition.tick();

        // then
        assertThat(partition.minutesKept()).containsExactly(later.toString());
        assertThat(partition.threadsKept()).isEmpty();
        assertThat(partition.chatsKept()).isEmpty();

        // and: what comes as late counts no more
        read("ada", Pushes.agent("ada", "accepting_chats", push(3, 3)));
        assertThat(partition.minutesKept()).containsExactly(later.toString());
    }

    private void read(@Nullable String key, SpecificRecord record) {
        partition.read(
                new CountedPartition.Read(key, record, START.plusSeconds(600).toEpochMilli()));
    }

    private ActivityPart last() {
        partition.tick();
        partition.commit();
        return partition.told().get(partition.told().size() - 1);
    }

    private static Push push(long sequence, long second) {
        Push push = Pushes.push("c1", sequence, "any");
        push.put("received_at", START.plusSeconds(second));
        return push;
    }

    private static Event message(String author) {
        Event event = Pushes.event("e", null);
        event.put("author_id", author);
        return event;
    }

    private static Event made(String author, Instant at) {
        Event event = message(author);
        event.put("timestamp", at);
        return event;
    }

    private static IncomingChatThread followed(Push push, Event... events) {
        IncomingChatThread announcement = announced(push, events);
        announcement.getChat().put("extra", Map.of("is_followed", "true"));
        return announcement;
    }

    private static IncomingChatThread announced(Push push, Event... events) {
        return Pushes.announcement(
                push,
                Pushes.thread("T1", null, true, List.of(events)),
                List.of(Pushes.user("customer", "mary", true)),
                null);
    }

    private static ThreadRow row(
            String thread,
            Instant openedAt,
            @Nullable Instant closedAt,
            @Nullable Instant respondedAt,
            @Nullable String customer) {
        return ThreadRow.newBuilder()
                .setChatId(CHAT)
                .setThreadId(thread)
                .setStatus(closedAt == null ? "open" : "closed")
                .setOpenedAt(openedAt)
                .setClosedAt(closedAt)
                .setFirstResponseAt(respondedAt)
                .setCustomerId(customer)
                .setAgentIds(List.of())
                .setScopes(new ScopesOfChat(List.of(), List.of()))
                .setUnreadByAgents(0L)
                .build();
    }
}
