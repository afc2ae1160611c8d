package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.User;
import org.chatbridge.avro.UsersOfKind;
import org.chatbridge.avro.view.ThreadRow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

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
