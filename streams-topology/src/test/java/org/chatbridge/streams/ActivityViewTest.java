package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.LongStream;
import org.chatbridge.avro.view.ActivityRow;
import org.chatbridge.avro.view.FirstResponse;
import org.chatbridge.streams.state.ActivityMinute;
import org.chatbridge.streams.state.ActivityPart;
import org.junit.jupiter.api.Test;

class ActivityViewTest {
    private static final Instant MINUTE = Instant.parse("2026-11-22T10:00:00Z");
    private static final ActivityView VIEW = new ActivityView();

    @Test
    void shouldAddUpWhatThePartitionsCounted() {
        // when: the second one tells again
        ActivityMinute minute = ActivityFold.told(part(0, Map.of("thread_closed", 1L), 1, 500, 1000), null);
        minute = ActivityFold.told(part(1, Map.of("thread_closed", 1L), 7), minute);
        minute = ActivityFold.told(part(1, Map.of("thread_closed", 2L, "incoming_event", 3L), 2, 1500), minute);

        // then
        assertThat(row(minute))
                .isEqualTo(new ActivityRow(
                        MINUTE,
                        Map.of("thread_closed", 3L, "incoming_event", 3L),
                        3L,
                        0L,
                        0L,
                        0L,
                        new FirstResponse(3L, 1.0, 1.5)));
    }

    @Test
    void shouldKeepWhatWasToldOfMorePushes() {
        // given
        ActivityMinute minute = ActivityFold.told(part(0, Map.of("thread_closed", 2L, "incoming_event", 3L), 1), null);

        // when: an instance that was frozen tells what it had counted
        ActivityMinute after = ActivityFold.told(part(0, Map.of("thread_closed", 2L, "incoming_event", 1L), 2), minute);

        // then
        assertThat(after).isEqualTo(minute);
    }

    @Test
    void shouldTakeWhatWasToldLastOfAsManyPushes() {
        ActivityMinute minute = ActivityFold.told(part(0, Map.of("thread_closed", 2L), 2), null);

        assertThat(row(ActivityFold.told(part(0, Map.of("thread_closed", 2L), 1), minute))
                        .getThreadsOpened())
                .isOne();
    }

    @Test
    void shouldTakePercentilesByNearestRank() {
        // given
        ActivityMinute minute = ActivityFold.told(
                part(
                        0,
                        Map.of(),
                        0,
                        LongStream.rangeClosed(1, 20).map(i -> 1000 * i).toArray()),
                null);

        // when / then
        assertThat(row(minute).getFirstResponse()).isEqualTo(new FirstResponse(20L, 10.0, 19.0));
        assertThat(row(ActivityFold.told(part(0, Map.of(), 0, 250), null)).getFirstResponse())
                .isEqualTo(new FirstResponse(1L, 0.25, 0.25));
        assertThat(row(ActivityFold.told(part(0, Map.of(), 0), null)).getFirstResponse())
                .isNull();
    }

    @Test
    void shouldKeepAMinuteForSevenDays() {
        // given
        ActivityMinute minute = ActivityFold.told(part(0, Map.of(), 0), null);
        Instant end = MINUTE.plus(Duration.ofDays(7));

        // when / then
        assertThat(VIEW.due(minute)).hasValue(end);
        assertThat(VIEW.aged(minute, end.minusMillis(1), false)).isEqualTo(minute);
        assertThat(VIEW.aged(minute, end, true)).as("just counted in").isEqualTo(minute);
        assertThat(VIEW.aged(minute, end, false)).isNull();
    }

    @Test
    void shouldTellThatAMinuteIsGoneBeforeItIsRemoved() {
        try (OnePartition<ActivityMinute, ActivityRow> partition = new OnePartition<>(VIEW)) {
            // given
            Instant end = MINUTE.plus(Duration.ofDays(7));
            partition.send(MINUTE.toString(), part(0, Map.of("thread_closed", 1L), 1));
            partition.look(MINUTE, Duration.ZERO);

            // when
            partition.look(end, Duration.ofMinutes(2));

            // then: what was told and what is kept are written apart
            assertThat(partition.told()).isEmpty();
            assertThat(partition.rows(end)).hasSize(1);

            // and: a crash may lose that it was told, and then it is told again
            partition.crash();
            partition.look(end, Duration.ofMinutes(3));
            partition.look(end, Duration.ofMinutes(4).plusSeconds(1));
            assertThat(partition.toldLast()).containsExactly(MINUTE.toString());
            partition.look(end, Duration.ofMinutes(4).plusSeconds(2));
            assertThat(partition.rows(end)).isEmpty();
        }
    }

    @Test
    void shouldTellAMinuteAgainThatIsCountedInBeforeItIsRemoved() {
        try (OnePartition<ActivityMinute, ActivityRow> partition = new OnePartition<>(VIEW)) {
            // given
            Instant end = MINUTE.plus(Duration.ofDays(7));
            ActivityPart part = part(0, Map.of("thread_closed", 1L), 1);
            partition.send(MINUTE.toString(), part);
            partition.look(MINUTE, Duration.ZERO);
            partition.look(end, Duration.ofMinutes(2));
            assertThat(partition.told()).isEmpty();

            // when
            partition.send(MINUTE.toString(), part);
            partition.look(end, Duration.ofMinutes(2).plusSeconds(1));

            // then
            assertThat(partition.told()).hasSize(1);
            assertThat(partition.rows(end)).hasSize(1);
        }
    }

    private static ActivityRow row(ActivityMinute minute) {
        return VIEW.row(MINUTE.toString(), minute, MINUTE).orElseThrow();
    }

    private static ActivityPart part(int partition, Map<String, Long> pushes, long opened, long... responsesMs) {
        return new ActivityPart(
                MINUTE,
                partition,
                pushes,
                opened,
                0L,
                0L,
                0L,
                LongStream.of(responsesMs).sorted().boxed().toList());
    }
}
