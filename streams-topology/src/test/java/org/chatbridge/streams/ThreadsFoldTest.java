package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.ThreadClosed;
import org.chatbridge.avro.User;
import org.chatbridge.avro.UsersOfKind;
import org.chatbridge.avro.view.ThreadRow;
import org.chatbridge.streams.state.InChat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadsFoldTest {
    @Test
    void shouldTakeTheOpeningFromLiveChatsClock() {
        Instant opened = Instant.parse("2026-11-22T09:59:58Z");
        assertThat(fold(Pushes.announcement(at(1), Pushes.thread("T1", opened, true, List.of()), null, null)))
                .map(ThreadRow::getOpenedAt)
                .hasValue(opened);
    }

    @Test
    void shouldTakeTheArrivalOfTheFirstAnnouncementWhereLiveChatNamesNoTime() {
        assertThat(fold(announced(1, "T1"), announced(5, "T1")))
                .map(ThreadRow::getOpenedAt)
                .hasValue(Pushes.receivedAt(1));
    }

    @Test
    void shouldNotLetALateCloseOfAnOlderThreadCloseTheNewerOne() {
        assertThat(fold(announced(1, "T1"), announced(2, "T2"), Pushes.close(at(3), "T1")))
                .map(ThreadRow::getThreadId)
                .hasValue("T2");
    }

    @Test
    void shouldOpenAgainWhenAThreadIsAnnouncedAfterItsClose() {
        assertThat(fold(announced(1, "T1"), Pushes.close(at(2), "T1"))).isEmpty();
        assertThat(fold(announced(1, "T1"), Pushes.close(at(2), "T1"), announced(3, "T1")))
                .isPresent();
    }

    @Test
    void shouldRememberACloseThatIsReadBeforeItsOpen() {
        assertThat(fold(Pushes.close(at(2), "T1"), announced(1, "T1"))).isEmpty();
    }

    @Test
    void shouldCloseWhateverWasAnnouncedLastWhereTheCloseNamesNoThread() {
        assertThat(fold(announced(1, "T1"), Pushes.close(at(2), null))).isEmpty();
        assertThat(fold(announced(1, "T1"), announced(3, "T2"), Pushes.close(at(2), null)))
                .isPresent();
    }

    @Test
    void shouldTreatAThreadThatIsAnnouncedAsInactiveAsClosed() {
        assertThat(fold(Pushes.announcement(at(1), Pushes.thread("T1", null, false, List.of()), null, null)))
                .isEmpty();
    }

    @Test
    void shouldKeepWhoClosedAThreadAndWhenThoughLaterConnectionsAreToldThatItIsClosed() {
        ThreadClosed close = Pushes.close(at(5), "T1");
        close.put("user_id", "bob");
        ThreadRow row = row(
                announced(1, "T1"),
                close,
                learned("c2", 9, "T1", false, List.of()),
                learned("c3", 30, "T1", false, List.of()));
        assertThat(row.getClosedAt()).isEqualTo(Pushes.receivedAt(5));
        assertThat(row.getClosedBy()).isEqualTo("bob");

        row = row(
                announced(1, "T1"),
                learned("c2", 9, "T1", false, List.of()),
                learned("c3", 30, "T1", false, List.of()));
        assertThat(row.getClosedAt()).as("when that was first told").isEqualTo(Pushes.receivedAt(9));

        row = row(close, learned("c2", 9, "T1", true, List.of()), learned("c3", 30, "T1", false, List.of()));
        assertThat(row.getClosedAt()).as("it was opened again").isEqualTo(Pushes.receivedAt(30));
    }

    @Test
    void shouldMakeNoRowOfAThreadThatIsOnlyEverToldAsClosed() {
        SpecificRecord closed = learned("c2", 9, "T1", false, List.of());
        assertThat(anyRow(closed)).isEmpty();
        assertThat(anyRow(closed, learned("c3", 30, "T1", false, List.of()))).isEmpty();
        assertThat(people(closed, of("customer", "mary"), of("agent", "ada"))).containsOnly(false);

        assertThat(anyRow(closed, learned("c3", 30, "T1", true, List.of())))
                .as("it is open again")
                .map(ThreadRow::getStatus)
                .hasValue("open");
        assertThat(anyRow(announced(1, "T1"), learned("c2", 9, "T2", false, List.of())))
                .as("it opened and closed unseen after one that was seen")
                .map(ThreadRow::getClosedAt)
                .hasValue(Pushes.receivedAt(9));
    }

    @Test
    void shouldRememberWhenAThreadWasClosedHoweverOftenThatIsToldAgain() {
        List<SpecificRecord> told = new ArrayList<>(List.of(announced(1, "T1")));
        for (int i = 2; i < 40; i++) {
            told.add(learned("c" + (10 + i), i, "T1", false, List.of()));
        }
        assertThat(row(told.toArray(new SpecificRecord[0])).getClosedAt()).isEqualTo(Pushes.receivedAt(2));
    }

    @Test
    void shouldWaitForWhoeverWaitsThoughAllEventsAreToldAgain() {
        // given: since v3.1 events have no order
        List<Event> events = new ArrayList<>();
        List<SpecificRecord> told =
                new ArrayList<>(List.of(announced(1, "T1"), of("customer", "mary"), of("agent", "ada")));
        for (int i = 1; i <= 80; i++) {
            Event event = said("e" + i, i == 32 ? "ada" : "mary", i, null);
            events.add(event);
            told.add(Pushes.incoming(at(10 + i), "T1", event));
        }
        ThreadRow before = row(told.toArray(new SpecificRecord[0]));
        assertThat(before.getWaitingSince()).isEqualTo(Pushes.START.plusSeconds(33));
        assertThat(before.getUnreadByAgents()).isEqualTo(48);

        // when
        told.add(learned("c2", 0, "T1", true, events));

        // then
        ThreadRow after = row(told.toArray(new SpecificRecord[0]));
        assertThat(after.getWaitingSince()).isEqualTo(before.getWaitingSince());
        assertThat(after.getUnreadByAgents()).isEqualTo(48);
        assertThat(after.getFirstResponseAt()).isEqualTo(before.getFirstResponseAt());
    }

    @Test
    void shouldKnowThatWhatWasSaidInAGapIsAnsweredByWhatCameAfterIt() {
        ThreadRow row = row(
                announced(1, "T1"),
                of("customer", "mary"),
                of("agent", "ada"),
                Pushes.incoming(Pushes.push("c2", 3, "incoming_event"), "T1", said("r", "ada", 50, null)),
                learned("c2", 10, "T1", true, List.of(said("m", "mary", 40, null), said("r", "ada", 50, null))));

        assertThat(row.getWaitingSince()).isNull();
        assertThat(row.getUnreadByAgents()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldCountExactlyAlsoWherePushesDoNotNameTheThread(boolean haveOrder) {
        List<SpecificRecord> told =
                new ArrayList<>(List.of(announced(1, "T1"), of("customer", "mary"), of("agent", "ada")));
        for (int i = 1; i <= 66; i++) {
            Event event = said("e" + i, i == 17 ? "ada" : "mary", i, haveOrder ? (long) i : null);
            told.add(Pushes.incoming(at(10 + i), null, event));
        }
        ThreadRow row = row(told.toArray(new SpecificRecord[0]));

        assertThat(row.getFirstResponseAt()).isEqualTo(Pushes.START.plusSeconds(17));
        assertThat(row.getWaitingSince()).isEqualTo(Pushes.START.plusSeconds(18));
        assertThat(row.getUnreadByAgents()).isEqualTo(49);
    }

    @Test
    void shouldNotTakeWhatAnApplicationNotesForAnAnswer() {
        // given
        Event noted = said("e2", "ada", 2, 2L);
        noted.put("type", "custom");

        // when
        ThreadRow row = row(
                announced(1, "T1"),
                of("customer", "mary"),
                of("agent", "ada"),
                Pushes.incoming(at(11), "T1", said("e1", "mary", 1, 1L)),
                Pushes.incoming(at(12), "T1", noted));

        // then
        assertThat(row.getFirstResponseAt()).isNull();
        assertThat(row.getWaitingSince()).isEqualTo(Pushes.START.plusSeconds(1));
        assertThat(row.getUnreadByAgents()).isOne();
    }

    /** PROTOCOL 3.4: admins are told of it all the same. */
    @Test
    void shouldNotCountAnEventThatIsDeleted() {
        // given
        Event kept = said("e2", "mary", 40, null);
        kept.put("extra", Map.of("deleted", "false"));
        Event deleted = said("e3", "ada", 50, null);
        deleted.put("extra", Map.of("deleted", "true"));

        // when
        ThreadRow row = row(
                announced(1, "T1"),
                of("customer", "mary"),
                of("agent", "ada"),
                Pushes.incoming(at(8), "T1", said("e1", "mary", 30, null)),
                learned("c2", 0, "T1", true, List.of(said("e1", "mary", 30, null), kept, deleted)));

        // then
        assertThat(row.getLastEvent().getId()).isEqualTo("e2");
        assertThat(row.getFirstResponseAt()).isNull();
        assertThat(row.getWaitingSince()).isEqualTo(Pushes.START.plusSeconds(30));
        assertThat(row.getUnreadByAgents()).isEqualTo(2);
    }

    @Test
    void shouldForgetTheLastEventWhereAResyncTellsThatItIsDeleted() {
        Event deleted = Pushes.event("e9", null);
        deleted.put("extra", Map.of("deleted", "true"));
        SpecificRecord learned = learned("c2", 0, "T1", true, List.of(Pushes.event("e8", null), deleted));

        assertThat(lastEvent(announced(1, "T1"), event(8, "T1", null), event(9, "T1", null), learned))
                .isEqualTo("e8");
    }

    @Test
    void shouldCountAnEventThatCameBeforeItsThreadWasAskedFor() {
        SpecificRecord live = Pushes.incoming(Pushes.push("c2", 5, "incoming_event"), null, said("m", "mary", 50, 1L));
        SpecificRecord learned = learned("c2", 50, "T2", true, List.of(said("m", "mary", 50, 1L)));

        for (List<SpecificRecord> told : List.of(List.of(live, learned), List.of(learned, live))) {
            ThreadRow row = row(of("customer", "mary"), announced(1, "T1"), told.get(0), told.get(1));
            assertThat(row.getThreadId()).isEqualTo("T2");
            assertThat(row.getUnreadByAgents()).isEqualTo(1);
            assertThat(row.getWaitingSince()).isEqualTo(Pushes.START.plusSeconds(50));
        }
    }

    @Test
    void shouldSortEventsByOrderNotByArrival() {
        assertThat(lastEvent(announced(1, "T1"), event(2, null, 9L), event(3, null, 8L)))
                .isEqualTo("e2");
    }

    @Test
    void shouldSortEventsWithoutOrderByPush() {
        assertThat(lastEvent(announced(1, "T1"), event(3, null, null), event(2, null, null)))
                .isEqualTo("e3");
    }

    @Test
    void shouldTakeWhatCameLastWhereOnlySomeEventsHaveAnOrder() {
        // given
        List<SpecificRecord> told = new ArrayList<>(List.of(
                announced(1, "T1", said("e1", "mary", 1, 1L), said("e2", "mary", 2, 2L)),
                of("customer", "mary"),
                Pushes.incoming(at(3), null, said("e3", "mary", 3, null))));
        ThreadRow row = row(told.toArray(new SpecificRecord[0]));
        assertThat(row.getLastEvent().getId()).isEqualTo("e3");
        assertThat(row.getWaitingSince()).isEqualTo(Pushes.START.plusSeconds(1));

        // when: it is announced once more
        told.add(announced(4, "T1", said("e1", "mary", 1, 1L), said("e2", "mary", 2, 2L), said("e3", "mary", 3, null)));

        // then
        row = row(told.toArray(new SpecificRecord[0]));
        assertThat(row.getLastEvent().getId()).isEqualTo("e3");
        assertThat(row.getUnreadByAgents()).isEqualTo(3);
    }

    @Test
    void shouldCountTheEventsThatComeWithTheThread() {
        assertThat(lastEvent(announced(1, "T1", Pushes.event("first", 1L), Pushes.event("second", 2L))))
                .isEqualTo("second");
    }

    @Test
    void shouldGiveAnEventWithoutThreadToTheThreadAnnouncedLastBeforeIt() {
        // the event is of T1, though it is read when T2 is known
        assertThat(lastEvent(announced(1, "T1"), announced(4, "T2"), event(3, null, 9L)))
                .isNull();
        assertThat(lastEvent(event(5, null, 2L), event(3, null, 9L), announced(1, "T1"), announced(4, "T2")))
                .isEqualTo("e5");
    }

    @Test
    void shouldLeaveAnAnnotationOfAClosedThreadToThatThread() {
        assertThat(lastEvent(announced(1, "T1"), announced(2, "T2"), event(3, "T1", 99L)))
                .isNull();
    }

    @Test
    void shouldSeparateConnections() {
        // given: the sequence begins again with each connection
        IncomingChatThread second = Pushes.announcement(
                Pushes.push("c2", 1, "incoming_chat_thread"), Pushes.thread("T2", null, true, List.of()), null, null);

        // then
        assertThat(fold(announced(7, "T1"), second)).map(ThreadRow::getThreadId).hasValue("T2");
    }

    @Test
    void shouldFollowWhoIsInTheChatByKind() {
        // a supervisor becomes an agent: removed from one list, added to the other
        assertThat(agents(
                        announcedWith(1, Pushes.user("supervisor", "ada", true), Pushes.user("agent", "bob", true)),
                        Pushes.ofKinds(
                                at(2),
                                null,
                                new UsersOfKind(List.of(Pushes.user(null, "ada", true)), List.of("bob"), Map.of()),
                                new UsersOfKind(null, List.of("ada"), Map.of()))))
                .containsExactly("ada");
    }

    @Test
    void shouldFollowTheFlatForm() {
        assertThat(agents(
                        announcedWith(1, Pushes.user("agent", "ada", true), Pushes.user("agent", "bob", true)),
                        Pushes.flat(at(2), List.of(Pushes.user("agent", "eve", null)), List.of("bob"))))
                .containsExactly("ada", "eve");
    }

    @Test
    void shouldFollowTheFormOfOneUserAPush() {
        Push came = Pushes.push("c1", 2, "user_added_to_chat");
        Push left = Pushes.push("c1", 3, "user_removed_from_chat");
        assertThat(agents(
                        announcedWith(1, Pushes.user("agent", "ada", true)),
                        Pushes.oneCame(came, Pushes.user("agent", "bob", true), null),
                        Pushes.oneLeft(left, "ada", "agent")))
                .containsExactly("bob");
    }

    @Test
    void shouldLeaveOutAgentsWhoAreNotPresent() {
        assertThat(agents(announcedWith(1, Pushes.user("agent", "ada", false), Pushes.user("agent", "bob", null))))
                .containsExactly("bob");
    }

    @Test
    void shouldKeepTheCustomerWhoHasLeft() {
        assertThat(fold(
                        announcedWith(1, Pushes.user("customer", "mary", true)),
                        Pushes.flat(at(2), List.of(), List.of("mary"))))
                .map(ThreadRow::getCustomerId)
                .hasValue("mary");
    }

    private static Push at(long sequence) {
        return Pushes.push("c1", sequence, "any");
    }

    private static IncomingChatThread announced(long sequence, String thread, Event... events) {
        return Pushes.announcement(at(sequence), Pushes.thread(thread, null, true, List.of(events)), null, null);
    }

    private static IncomingChatThread announcedWith(long sequence, User... users) {
        return Pushes.announcement(at(sequence), Pushes.thread("T1", null, true, List.of()), List.of(users), null);
    }

    private static SpecificRecord learned(
            String connection, long sequence, String thread, boolean active, List<Event> events) {
        return Pushes.snapshot(
                Pushes.resync(connection, sequence), Pushes.thread(thread, null, active, events), null, null);
    }

    private static SpecificRecord of(String kind, String id) {
        Push push = Pushes.push("c1", kind.equals("customer") ? 2 : 3, "chat_users_updated");
        return Pushes.flat(push, List.of(Pushes.user(kind, id, true)), List.of());
    }

    private static Event said(String id, String author, int second, @Nullable Long order) {
        Event event = Pushes.event(id, order);
        event.put("author_id", author);
        event.put("timestamp", Pushes.START.plusSeconds(second));
        return event;
    }

    private static ThreadRow row(SpecificRecord... pushes) {
        return ThreadsFoldPropertyTest.row(ThreadsFoldPropertyTest.fold(List.of(pushes)))
                .orElseThrow();
    }

    private static Optional<ThreadRow> anyRow(SpecificRecord... pushes) {
        return ThreadsFoldPropertyTest.row(ThreadsFoldPropertyTest.fold(List.of(pushes)));
    }

    /** Whether each person is in the chat. */
    private static List<Boolean> people(SpecificRecord... pushes) {
        return new ThreadsView(Duration.ofHours(1))
                .people(Pushes.CHAT, ThreadsFoldPropertyTest.fold(List.of(pushes)), true).stream()
                        .map(InChat::getIn)
                        .toList();
    }

    private static SpecificRecord event(long sequence, @Nullable String thread, @Nullable Long order) {
        return Pushes.incoming(at(sequence), thread, Pushes.event("e" + sequence, order));
    }

    private static Optional<ThreadRow> fold(SpecificRecord... pushes) {
        return ThreadsFoldPropertyTest.row(ThreadsFoldPropertyTest.fold(List.of(pushes)))
                .filter(row -> row.getStatus().equals("open"));
    }

    private static List<String> agents(SpecificRecord... pushes) {
        return fold(pushes).orElseThrow().getAgentIds();
    }

    private static @Nullable String lastEvent(SpecificRecord... pushes) {
        var event = fold(pushes).orElseThrow().getLastEvent();
        return event == null ? null : event.getId();
    }
}
