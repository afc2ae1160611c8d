package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.chatbridge.avro.Gap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamTest {
    private final Upstream upstream = new Upstream();

    @BeforeEach
    void read() {
        upstream.gapsAreKnown();
    }

    @Test
    void shouldBeConnectingBeforeTheGapsAreKnown() {
        // given
        Upstream starting = new Upstream();
        starting.saw(Pushes.push("c1", 7, "any"));
        starting.lost(Pushes.closed(Pushes.gap("c0", "silence")));

        // then: the newest may be to come
        assertThat(starting.state()).isEqualTo(Upstream.State.CONNECTING);

        // when
        starting.lost(Pushes.gap("c1", "shutdown"));
        starting.gapsAreKnown();

        // then
        assertThat(starting.state()).isEqualTo(Upstream.State.STOPPED);
    }

    @Test
    void shouldBeConnectingBeforeAnythingIsSeen() {
        assertThat(upstream.state()).isEqualTo(Upstream.State.CONNECTING);
        assertThat(upstream.lastPushAt()).isEmpty();
    }

    @Test
    void shouldBeStreamingWhereNoConnectionWasEverLost() {
        upstream.saw(Pushes.push("c1", 1, "any"));
        assertThat(upstream.state()).isEqualTo(Upstream.State.STREAMING);
        assertThat(upstream.lastPushAt()).hasValue(Pushes.receivedAt(1));
    }

    @ParameterizedTest
    @CsvSource({"true, CONNECTING", "false, STOPPED"})
    void shouldSayWhetherTheBridgeTriesToComeBack(boolean retrying, Upstream.State state) {
        // given
        upstream.saw(Pushes.push("c1", 7, "any"));

        // when
        upstream.lost(Pushes.gap("c1", retrying ? "agent_disconnected" : "shutdown"));

        // then
        assertThat(upstream.state()).isEqualTo(state);
    }

    @Test
    void shouldKnowThatTheBridgeWasStoppedByTheCauseAlone() {
        upstream.lost(Pushes.with(Pushes.gap("c1", "shutdown"), "retrying", true));
        assertThat(upstream.state()).isEqualTo(Upstream.State.STOPPED);
    }

    @Test
    void shouldBeConnectingWhereTheBridgeBeganAgain() {
        // given
        Gap stopped = Pushes.gap("c1", "shutdown");
        upstream.lost(stopped);

        // when
        Gap begun = Pushes.with(stopped, "push", Pushes.push("c1", 8, "gap"));
        upstream.lost(Pushes.with(begun, "retrying", true));

        // then
        assertThat(upstream.state()).isEqualTo(Upstream.State.CONNECTING);
    }

    @Test
    void shouldBeStreamingWhenTheNewestGapIsClosed() {
        // given
        Gap gap = Pushes.gap("c1", "silence");
        upstream.lost(gap);

        // when
        upstream.lost(Pushes.closed(gap));

        // then
        assertThat(upstream.state()).isEqualTo(Upstream.State.STREAMING);
    }

    @Test
    void shouldNotMindRecordsOfGapsThatComeAgainOrLate() {
        // given
        upstream.lost(Pushes.closed(Pushes.gap("c5", "silence")));

        // when
        upstream.lost(Pushes.gap("c5", "silence"));
        upstream.lost(Pushes.gap("c4", "shutdown"));

        // then
        assertThat(upstream.state()).isEqualTo(Upstream.State.STREAMING);
    }

    @Test
    void shouldBeStreamingWhereALaterConnectionWasSeen() {
        // given
        upstream.lost(Pushes.gap("c1", "shutdown"));

        // when / then: late pushes of the lost connection are no sign of life
        upstream.saw(Pushes.push("c1", 9, "any"));
        assertThat(upstream.state()).isEqualTo(Upstream.State.STOPPED);
        upstream.saw(Pushes.resync("c2", 0));
        assertThat(upstream.state()).isEqualTo(Upstream.State.STREAMING);
    }

    @ParameterizedTest
    @CsvSource({"true, CONNECTING", "false, STOPPED"})
    void shouldNotTakeADisconnectionForAConnection(boolean retrying, Upstream.State state) {
        // given
        upstream.lost(Pushes.gap("c1", retrying ? "closed" : "shutdown"));

        // when: LiveChat may send it before it answers the login
        upstream.saw(Pushes.push("c2", 8, "agent_disconnected"));

        // then
        assertThat(upstream.state()).isEqualTo(state);
        assertThat(upstream.lastPushAt()).hasValue(Pushes.receivedAt(8));
    }
}
