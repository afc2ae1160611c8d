package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.avro.view.AgentRow;
import org.chatbridge.streams.state.AgentStatus;
import org.chatbridge.streams.state.InChat;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AgentsFoldTest {
    private static final String AGENT = "smith@example.com";

    @Test
    void shouldBeginAStatusWhenItsPushArrives() {
        assertThat(row(pushed("c1", 1, "accepting_chats"))).isEqualTo("accepting_chats since 1");
    }

    @Test
    void shouldKeepSinceWhileTheStatusStays() {
        assertThat(row(pushed("c1", 1, "accepting_chats"), pushed("c1", 2, "accepting_chats")))
                .isEqualTo("accepting_chats since 1");
        assertThat(row(
                        pushed("c1", 1, "accepting_chats"),
                        pushed("c1", 2, "accepting_chats"),
                        pushed("c1", 3, "not_accepting_chats")))
                .isEqualTo("not_accepting_chats since 3");
    }

    @Test
    void shouldNotChangeWhereSomethingComesAgain() {
        // given
        AgentStatus status = fold(pushed("c1", 1, "accepting_chats"), pushed("c1", 2, "not_accepting_chats"));

        // when / then
        assertThat(fold(
                        pushed("c1", 1, "accepting_chats"),
                        pushed("c1", 2, "not_accepting_chats"),
                        pushed("c1", 1, "accepting_chats"),
                        pushed("c1", 2, "not_accepting_chats")))
                .isEqualTo(status);
    }

    @Test
    void shouldIgnoreWhatSaysNothingOfTheStatus() {
        assertThat(fold(pushed("c1", 1, null))).isNull();
        assertThat(fold(learned("c1", 1, null))).isNull();
        assertThat(fold(Pushes.snapshot(
                        Pushes.resync("c1", 1), Pushes.thread("T1", null, true, List.of()), null, null)))
                .isNull();
    }

    @Test
    void shouldFoldAPushThatWasDeliveredLateLikeAnyOther() {
        // given
        AgentUpdated late = pushed("c1", 3, "not_accepting_chats");
        late.getPush().put("origin", "replay");

        // when / then
        assertThat(row(pushed("c1", 2, "accepting_chats"), late)).isEqualTo("not_accepting_chats since 3");
        assertThat(row(pushed("c2", 1, "accepting_chats"), late)).isEqualTo("accepting_chats since 1");
    }

    @Test
    void shouldLearnTheStatusFromASnapshot() {
        assertThat(row(learned("c1", 0, "accepting_chats"))).isEqualTo("accepting_chats since 0");
        assertThat(row(pushed("c1", 5, "accepting_chats"), learned("c2", 3, "not_accepting_chats")))
                .isEqualTo("not_accepting_chats since 3");
    }

    @Test
    void shouldLetThePushDecideThatCameAfterTheSnapshotWasAskedFor() {
        assertThat(row(pushed("c2", 4, "accepting_chats"), learned("c2", 3, "not_accepting_chats")))
                .isEqualTo("accepting_chats since 4");
        assertThat(row(pushed("c2", 3, "accepting_chats"), learned("c2", 3, "not_accepting_chats")))
                .isEqualTo("not_accepting_chats since 3");
    }

    @Test
    void shouldKeepSinceWhereAResyncFindsTheStatusAsItWas() {
        assertThat(row(pushed("c1", 5, "accepting_chats"), learned("c2", 0, "accepting_chats"), Pushes.resynced("c2")))
                .isEqualTo("accepting_chats since 5");
    }

    @Test
    void shouldNotKnowAStatusThatAResyncDidNotLearn() {
        assertThat(row(pushed("c1", 5, "accepting_chats"), Pushes.resynced("c2")))
                .isEqualTo("unknown since 60");
        assertThat(row(Pushes.resynced("c2"), pushed("c1", 5, "accepting_chats")))
                .as("the push is read late")
                .isEqualTo("unknown since 60");
        assertThat(row(pushed("c1", 5, "accepting_chats"), learned("c2", 0, null), Pushes.resynced("c2")))
                .as("an agent who is logged off")
                .isEqualTo("unknown since 60");
    }

    @Test
    void shouldBeginAStatusAnewThatWasUnknown() {
        assertThat(row(pushed("c1", 5, "accepting_chats"), Pushes.resynced("c2"), pushed("c3", 1, "accepting_chats")))
                .isEqualTo("accepting_chats since 1");
        assertThat(row(pushed("c1", 5, "accepting_chats"), Pushes.resynced("c2"), pushed("c2", 70, "accepting_chats")))
                .as("the connection had told all it knew")
                .isEqualTo("accepting_chats since 70");
    }

    @Test
    void shouldCountTheSecondsOfTheDayInEachStatus() {
        assertThat(seconds(
                        Pushes.receivedAt(10).plusMillis(900),
                        pushed("c1", 1, "accepting_chats"),
                        pushed("c1", 4, "not_accepting_chats")))
                .isEqualTo(Map.of("accepting_chats", 3L, "not_accepting_chats", 6L));
    }

    @Test
    void shouldCountTheDayFromMidnightInUtc() {
        assertThat(seconds(Instant.parse("2026-11-25T00:01:00Z"), pushed("c1", 1, "accepting_chats")))
                .as("a status that is days old")
                .isEqualTo(Map.of("accepting_chats", 60L));
        assertThat(seconds(Instant.parse("2026-11-25T00:00:00Z"), pushed("c1", 1, "accepting_chats")))
                .isEmpty();
    }

    @Test
    void shouldCountWhatIsNotKnownAsUnknown() {
        assertThat(seconds(
                        Pushes.receivedAt(100),
                        pushed("c1", 10, "accepting_chats"),
                        Pushes.resynced("c2"),
                        pushed("c3", 70, "accepting_chats")))
                .isEqualTo(Map.of("accepting_chats", 80L, "unknown", 10L));
        assertThat(seconds(
                        Pushes.receivedAt(100),
                        pushed("c1", 10, "accepting_chats"),
                        Pushes.resynced("c2"),
                        pushed("c2", 70, "accepting_chats")))
                .isEqualTo(Map.of("accepting_chats", 80L, "unknown", 10L));
    }

    @Test
    void shouldTakeNoTimeAwayWhereAClockWasPutBack() {
        assertThat(seconds(
                        Pushes.receivedAt(40),
                        pushed("c1", 20, "accepting_chats"),
                        pushed("c2", 10, "not_accepting_chats"),
                        pushed("c3", 30, "accepting_chats")))
                .isEqualTo(Map.of("accepting_chats", 10L, "not_accepting_chats", 10L));
    }

    @Test
    void shouldKeepABoundedNumberOfTimesAndTheLastOneBeforeThem() {
        // given
        List<SpecificRecord> pushes = new ArrayList<>();
        for (int i = 1; i <= StatusTimes.MOST + 100; i++) {
            pushes.add(pushed("c1", i, i % 2 == 0 ? "accepting_chats" : "not_accepting_chats"));
        }
        AgentStatus inOrder = known(pushes.toArray(SpecificRecord[]::new));

        // when
        Collections.shuffle(pushes, new Random(1));

        // then
        assertThat(inOrder.getTimes()).hasSize(StatusTimes.MOST);
        assertThat(known(pushes.toArray(SpecificRecord[]::new)).getTimes()).isEqualTo(inOrder.getTimes());

        // and: after three days only the last is wanted
        AgentUpdated later = pushed("c2", 1, "accepting_chats");
        later.getPush().put("received_at", Pushes.receivedAt(3 * 86_400));
        pushes.add(later);
        assertThat(known(pushes.toArray(SpecificRecord[]::new)).getTimes()).hasSize(2);
    }

    @Test
    void shouldTellOfAnAgentWhomOnlyAChatKnows() {
        // when
        AgentRow row = rowOf(chat("PA", true, 4, "Ada"), chat("PB", true, 5, null), chat("PB", false, 5, null));

        // then
        assertThat(row.getRoutingStatus()).isNull();
        assertThat(row.getSince()).isNull();
        assertThat(row.getName()).isEqualTo("Ada");
        assertThat(row.getEmail()).isEqualTo("Ada@example.com");
        assertThat(row.getChatIds()).containsExactly("PA");
        assertThat(row.getSecondsToday()).isEmpty();
    }

    @Test
    void shouldNotTellOfCustomers() {
        assertThat(fold(Pushes.inChat("PA", AGENT, "customer", true, new Stamp("c1", 2L), "Mary")))
                .isNull();
    }

    @Test
    void shouldForgetChatsThatWereLeftLongAgoAndNoneThatTheAgentIsIn() {
        // given
        List<SpecificRecord> words = new ArrayList<>();
        for (int i = 1; i <= 3 * PersonInChats.MOST_LEFT; i++) {
            words.add(chat("P" + i, i % 3 == 0, i, null));
        }

        // when
        AgentRow row = rowOf(words.toArray(SpecificRecord[]::new));
        AgentStatus status = known(words.toArray(SpecificRecord[]::new));

        // then
        assertThat(row.getChatIds()).hasSize(PersonInChats.MOST_LEFT).contains("P3");
        assertThat(status.getChats()).hasSize(2 * PersonInChats.MOST_LEFT);
    }

    private static InChat chat(String chatId, boolean in, long moment, @Nullable String name) {
        return Pushes.inChat(chatId, AGENT, "agent", in, new Stamp("c1", moment), name);
    }

    private static Map<String, Long> seconds(Instant at, SpecificRecord... records) {
        return new AgentsView().row(AGENT, known(records), at).orElseThrow().getSecondsToday();
    }

    private static AgentRow rowOf(SpecificRecord... records) {
        return new AgentsView()
                .row(AGENT, known(records), Pushes.receivedAt(60))
                .orElseThrow();
    }

    private static AgentUpdated pushed(String connection, long sequence, @Nullable String status) {
        return Pushes.agent(AGENT, status, Pushes.push(connection, sequence, "agent_updated"));
    }

    private static Snapshot learned(String connection, long sequence, @Nullable String status) {
        return Pushes.snapshot(Pushes.resync(connection, sequence), AGENT, status);
    }

    private static String row(SpecificRecord... records) {
        AgentStatus status = fold(records);
        if (status == null) {
            return "none";
        }
        long second = Duration.between(Pushes.receivedAt(0), status.getSince()).toSeconds();
        return status.getRoutingStatus() + " since " + second;
    }

    private static AgentStatus known(SpecificRecord... records) {
        return Objects.requireNonNull(fold(records));
    }

    private static @Nullable AgentStatus fold(SpecificRecord... records) {
        return Folding.fold(new AgentsView(), List.of(records));
    }
}
