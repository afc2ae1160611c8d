package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class CopyProgressTest {
    private static final TopicPartition SOURCE = new TopicPartition("livechat.gaps", 3);

    private final CopyProgress copies = new CopyProgress();

    @Test
    void shouldNotCountACopyAsWholeBeforeItHadAllThatThereWas() {
        measured(10, 0, 100);
        assertThat(copy().isWhole()).isFalse();
        assertThat(copy().changelogLag()).isEqualTo(100);
        assertThat(position()).isEqualTo(Position.NONE);
        assertThat(copies.missing("gaps"::equals)).isEqualTo(100);
        assertThat(copies.missing("threads"::equals)).isZero();

        measured(20, 60, 120);
        assertThat(copy().isWhole()).isFalse();
        assertThat(copies.missing("gaps"::equals)).isEqualTo(60);

        measured(30, 100, 140);
        assertThat(copies.missing("gaps"::equals)).as("only behind").isZero();
        assertThat(position()).as("what was committed before the end was 100").hasToString("livechat.gaps:3:9");
        assertThat(copy().changelogLag()).isEqualTo(40);
    }

    @Test
    void shouldFollowBehindWhatIsCommitted() {
        measured(10, 100, 100);
        assertThat(position()).hasToString("livechat.gaps:3:9");

        measured(20, 105, 110);
        assertThat(position())
                .as("all that there was at the measurement before")
                .hasToString("livechat.gaps:3:9");

        measured(30, 108, 120);
        assertThat(position()).as("not all that there was then").hasToString("livechat.gaps:3:9");

        measured(40, 111, 130);
        assertThat(position()).hasToString("livechat.gaps:3:19");
    }

    @Test
    void shouldNotCountOnACopyThatBeginsAnewBeforeItHasWhatItHad() {
        measured(10, 100, 100);
        measured(20, 5, 110);
        assertThat(copy().isWhole()).isFalse();
        assertThat(position()).isEqualTo(Position.NONE);
        assertThat(copies.areWhole()).isFalse();

        measured(30, 101, 120);
        assertThat(position()).hasToString("livechat.gaps:3:9");
        assertThat(copies.areWhole()).isTrue();

        measured(40, 111, 130);
        assertThat(position()).as("what was promised before").hasToString("livechat.gaps:3:19");
    }

    @Test
    void shouldForgetACopyThatIsGone() {
        measured(10, 100, 100);
        copies.measured(Map.of(), Map.of());
        assertThat(copies.of("gaps", 3)).isEmpty();
        assertThat(copies.areWhole()).isTrue();
    }

    @Test
    void shouldNotKnowACopyThatComesBackAfterMuchWasWritten() {
        measured(0, 0, 0);
        assertThat(copy().isWhole()).isTrue();
        copies.measured(Map.of(), Map.of());
        copies.measured(Map.of(), Map.of());
        measured(20, 5, 110);
        assertThat(copy().isWhole()).isFalse();
    }

    @Test
    void shouldKnowACopyThatComesBackAtOnce() {
        measured(10, 100, 100);
        copies.measured(Map.of(), Map.of());
        measured(20, 99, 110);
        assertThat(copy().isWhole()).isFalse();

        measured(30, 100, 110);
        assertThat(position()).hasToString("livechat.gaps:3:9");
    }

    private void measured(long committed, long offset, long end) {
        copies.measured(Map.of(SOURCE, committed), Map.of("gaps", Map.of(3, new CopyProgress.Reach(offset, end))));
    }

    private CopyProgress.Copy copy() {
        return copies.of("gaps", 3).orElseThrow();
    }

    private Position position() {
        return copy().position(List.of(SOURCE.topic()), 3);
    }
}
