package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.streams.state.AgentStatus;
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

    private static @Nullable AgentStatus fold(SpecificRecord... records) {
        return Folding.fold(new AgentsView(), List.of(records));
    }
}
