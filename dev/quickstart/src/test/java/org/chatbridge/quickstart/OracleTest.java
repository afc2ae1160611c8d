package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.chatbridge.quickstart.Arrived.Arrival;
import org.chatbridge.quickstart.Arrived.DeclaredGap;
import org.chatbridge.quickstart.SentLog.Mark;
import org.chatbridge.quickstart.SentLog.Sent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two connections of five frames each, and five frames between them that nobody heard: second 1 to 5, 6 to 10, 11 to 15. */
class OracleTest {
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    private final List<Sent> sent = new ArrayList<>();
    private final List<Arrival> records = new ArrayList<>();
    private final List<DeclaredGap> gaps = new ArrayList<>();

    OracleTest() {
        for (int i = 1; i <= 15; i++) {
            sent.add(new Sent(
                    i,
                    at(i),
                    "incoming_event",
                    i <= 5 ? List.of(new Mark(1, i)) : i <= 10 ? List.of() : List.of(new Mark(2, i - 10L))));
        }
        for (int i = 1; i <= 5; i++) {
            records.add(record("c1", i, new Mark(1, i), i));
        }
        for (int i = 1; i <= 5; i++) {
            records.add(record("c2", i, new Mark(2, i), 10 + i));
        }
        gaps.add(gap("c1", at(5), at(10), 5));
    }

    @Test
    void shouldFindNothingWrongWhereAllThatWasLostIsDeclared() {
        Verdict verdict = judge();

        assertThat(verdict.faults()).isEmpty();
        assertThat(verdict.isGood()).isTrue();
        assertThat(verdict.sent()).isEqualTo(15);
        assertThat(verdict.unheard()).isEqualTo(5);
        assertThat(verdict.received()).isEqualTo(10);
        assertThat(verdict.lostInsideGaps()).isEqualTo(5);
        assertThat(verdict.gaps()).containsEntry("closed", 1);
        assertThat(verdict.toText()).contains("gaps declared                      1  {closed=1}");
    }

    @Test
    void shouldCountDuplicatesAndForgiveThem() {
        records.add(records.get(2));

        assertThat(judge().duplicated()).isEqualTo(1);
        assertThat(judge().isGood()).isTrue();
    }

    @Test
    void shouldMissARecordInTheMidst() {
        records.remove(2);

        Verdict verdict = judge();

        assertThat(verdict.lostOutsideGaps()).isEqualTo(1);
        assertThat(verdict.holes()).isEqualTo(1);
        assertThat(verdict.faults())
                .containsExactlyInAnyOrder(
                        "lost outside every gap: push 3 incoming_event made at 2026-11-22T12:00:03Z, sent on [1-3]",
                        "a hole: after 2 comes Stamp[connectionId=c1, sequence=4]");
    }

    @Test
    void shouldSeeAGapThatOpensBehindTheFirstLoss() {
        records.remove(4);
        assertThat(judge().lostOutsideGaps()).as("it begins with that one").isZero();

        gaps.set(0, gap("c1", at(6), at(10), 4));
        assertThat(judge().lostOutsideGaps())
                .as("5 was made before, though the gap says that 4 was the last to come")
                .isEqualTo(1);

        gaps.set(0, gap("c1", at(8), at(10), 4));
        assertThat(judge().lostOutsideGaps()).as("5, 6 and 7").isEqualTo(3);
    }

    @Test
    void shouldSeeALossThatNoGapCovers() {
        gaps.clear();
        assertThat(judge().lostOutsideGaps()).isEqualTo(5);

        gaps.add(gap("c1", at(5), at(8), 5));
        assertThat(judge().lostOutsideGaps()).as("9 and 10 come after the gap").isEqualTo(2);
    }

    @Test
    void shouldSeeASwappedOrder() {
        Arrival third = records.get(2);
        records.set(2, records.get(3));
        records.set(3, third);

        assertThat(judge().outOfOrder()).isEqualTo(1);
        assertThat(judge().isGood()).isFalse();
    }

    @Test
    void shouldSeeWhatWasNumberedWrongly() {
        records.set(2, record("c1", 3, new Mark(1, 4), 3));
        records.set(3, record("c1", 4, new Mark(1, 3), 4));

        assertThat(judge().holes()).isEqualTo(2);
    }

    @Test
    void shouldSeeARecordOfNothingAndOneFrameWithTwoStamps() {
        records.set(2, record("c1", 3, null, 3));
        records.add(record("c3", 1, new Mark(2, 5), 16));

        assertThat(judge().faults())
                .anyMatch(fault -> fault.startsWith("a record of nothing that was sent: "))
                .anyMatch(fault -> fault.startsWith("one frame, two stamps: 2-5 is "));
    }

    @Test
    void shouldSeeAGapThatIsUntrue() {
        gaps.add(gap("c2", at(12), null, 2));

        assertThat(judge().untrueGaps()).isEqualTo(1);

        gaps.set(1, gap("c2", at(12), at(20), 5));
        records.replaceAll(record ->
                record.connectionId().equals("c1") ? record : record("c2", record.sequence(), record.mark(), 20));
        assertThat(judge().untrueGaps())
                .as("they were under way, and came late")
                .isZero();

        gaps.set(1, gap("c2", at(20), null, 5));
        assertThat(judge().faults()).as("still open").anyMatch(fault -> fault.startsWith("an untrue gap: "));
    }

    private Verdict judge() {
        return Oracle.judge(sent, new Arrived(records, gaps));
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }

    private static Arrival record(String connection, long sequence, @Nullable Mark mark, int second) {
        return new Arrival("livechat.incoming-event", 0, "chat", connection, sequence, at(second), mark);
    }

    private static DeclaredGap gap(String connection, Instant opened, @Nullable Instant closed, long last) {
        return new DeclaredGap(connection, opened, closed, "closed", last);
    }
}
