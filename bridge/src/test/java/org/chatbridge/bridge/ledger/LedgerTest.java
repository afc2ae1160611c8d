package org.chatbridge.bridge.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.journal.LastFrame;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    private static final Instant START = Instant.parse("2026-11-22T09:00:00Z");

    private final FakeMemory memory = new FakeMemory();
    private final List<Frame> words = new ArrayList<>();
    private Instant now = START;
    private boolean written = true;
    private Ledger ledger = ledger();

    @Test
    void shouldKnowOfNoGapBeforeTheFirstLogin() {
        ledger.open(null);
        after(10);
        ledger.sees("c1", now);

        assertThat(words).isEmpty();
        assertThat(ledger.openGap()).isNull();
        after(10);
        assertThat(ledger.coverage(Duration.ofHours(1))).isGreaterThan(0.4);
    }

    @Test
    void shouldCountTheTimeBeforeTheFirstLoginWhereThatFails() throws Exception {
        ledger.open(null);
        after(20);
        ledger.lost("c1", now, Cause.CLOSED, "login timed out after 20 s", 0, null);
        after(1);
        ledger.lost("c2", now, Cause.CLOSED, "refused", 0, null);
        assertThat(words).hasSize(1);
        assertThat(last().path("connection_id").asText()).isEqualTo("c1");
        assertThat(last().path("opened_at").asText()).isEqualTo("2026-11-22T09:00:00Z");

        ledger.sees("c3", now);
        assertThat(last().path("connection_id").asText()).isEqualTo("c1");
        assertThat(last().path("closed_at").asText()).isEqualTo("2026-11-22T09:00:21Z");
    }

    @Test
    void shouldNotCountAStopBeforeTheFirstLogin() {
        ledger.open(null);
        ledger.lost("c1", now, Cause.SHUTDOWN, "asked to stop", 0, null);

        assertThat(words).isEmpty();
    }

    @Test
    void shouldFindACrashAtTheNextStart() throws Exception {
        ledger.open(null);
        ledger.sees("c1", now);
        after(5);
        ledger.hears("c1", now, false, 7, now);
        after(60);
        ledger = ledger();
        ledger.open(new LastFrame("c1", 9, Frame.micros(START.plusSeconds(8))));

        JsonNode gap = last();
        assertThat(gap.path("connection_id").asText()).isEqualTo("c1");
        assertThat(gap.path("cause").asText()).isEqualTo("crash");
        assertThat(gap.path("opened_at").asText()).isEqualTo("2026-11-22T09:00:08Z");
        assertThat(gap.path("last_sequence").asLong()).isEqualTo(9);

        after(1);
        ledger.sees("c2", now);
        assertThat(last().path("closed_at").asText()).isEqualTo("2026-11-22T09:01:06Z");
        assertThat(last().path("opened_at").asText()).isEqualTo("2026-11-22T09:00:08Z");
    }

    @Test
    void shouldFindACrashBeforeTheFirstPush() throws Exception {
        ledger.open(null);
        ledger.sees("c1", now);
        after(30);
        ledger.hears("c1", now, false, 0, null);
        ledger = ledger();
        ledger.open(null);

        assertThat(last().path("opened_at").asText()).isEqualTo("2026-11-22T09:00:30Z");
        assertThat(last().path("last_push_at").isNull()).isTrue();
    }

    @Test
    void shouldFindACrashInAJournalThatHasNoLedgerYet() throws Exception {
        ledger.open(new LastFrame("c0", 3, Frame.micros(START.minusSeconds(100))));

        assertThat(last().path("opened_at").asText()).isEqualTo("2026-11-22T08:58:20Z");
    }

    @Test
    void shouldGoOnWithAGapThatWasOpenWhenTheProcessEnded() throws Exception {
        ledger.open(null);
        ledger.sees("c1", now);
        after(5);
        ledger.lost("c1", now, Cause.SHUTDOWN, "asked to stop", 4, now);
        after(100);
        ledger = ledger();
        ledger.open(new LastFrame("c1", 4, Frame.micros(START.plusSeconds(5))));
        ledger.sees("c2", now);

        assertThat(last().path("cause").asText()).isEqualTo("shutdown");
        assertThat(last().path("opened_at").asText()).isEqualTo("2026-11-22T09:00:05Z");
        assertThat(last().path("closed_at").asText()).isEqualTo("2026-11-22T09:01:45Z");
        assertThat(words).extracting(Frame::connectionId).containsOnly("c1");
    }

    @Test
    void shouldKnowThePushThatWasOnItsWayIntoAFullJournalWhenTheBridgeWasStopped() throws Exception {
        ledger.open(null);
        ledger.sees("c1", now);
        after(5);
        ledger.lost("c1", now, Cause.JOURNAL_FULL, "asked to stop", 5, now);
        ledger = ledger();
        ledger.open(new LastFrame("c1", 8, Frame.micros(now)));

        assertThat(last().path("last_sequence").asLong()).isEqualTo(8);
        assertThat(last().path("opened_at").asText()).isEqualTo("2026-11-22T09:00:05Z");
    }

    @Test
    void shouldTellInstantsThatARecordCanHold() throws Exception {
        ledger.open(null);
        ledger.sees("c1", now);
        after(1);
        now = now.plusNanos(123_456_789);
        ledger.lost("c1", now, Cause.CLOSED, "", 0, null);

        assertThat(last().path("opened_at").asText()).isEqualTo("2026-11-22T09:00:01.123456Z");
    }

    @Test
    void shouldOpenOneGapForManyFailedAttempts() {
        ledger.open(null);
        ledger.sees("c1", now);
        ledger.lost("c1", now, Cause.CLOSED, "1006", 0, null);
        ledger.lost("c1", now, Cause.CLOSED, "refused", 0, null);
        after(9);
        ledger.lost("c1", now, Cause.SHUTDOWN, "", 0, null);

        assertThat(words).hasSize(1);
        assertThat(Objects.requireNonNull(ledger.openGap()).cause()).isEqualTo(Cause.CLOSED);
    }

    @Test
    void shouldTellWhenNobodyTriesToConnectAnyMore() throws Exception {
        ledger.open(null);
        ledger.gaveUp();
        ledger.sees("c1", now);
        ledger.lost("c1", now, Cause.CLOSED, "1006", 0, null);
        assertThat(last().path("retrying").asBoolean()).isTrue();
        ledger.gaveUp();
        ledger.gaveUp();
        assertThat(words).hasSize(2);
        assertThat(last().path("retrying").asBoolean()).isFalse();

        ledger = ledger();
        ledger.open(null);
        assertThat(last().path("retrying").asBoolean()).isTrue();
    }

    @Test
    void shouldTellTheShareOfTheTimeThatItSaw() {
        ledger.open(null);
        ledger.sees("c1", now);
        after(1800);
        ledger.lost("c1", now, Cause.SILENCE, "", 0, null);
        after(600);
        assertThat(ledger.coverage(Duration.ofHours(1))).isCloseTo(0.75, within(1e-9));
        ledger.sees("c2", now);
        after(600);
        assertThat(ledger.coverage(Duration.ofHours(1))).isCloseTo(0.8, within(1e-9));
        after(3600);
        assertThat(ledger.coverage(Duration.ofHours(1))).isEqualTo(1);
        assertThat(ledger.coverage(Duration.ofDays(1))).isCloseTo(1 - 600.0 / 6600, within(1e-9));
        after(2 * 86_400);
        assertThat(ledger.coverage(Duration.ofDays(1))).isEqualTo(1);
    }

    @Test
    void shouldSaveAsSoonAsItCanWhatItCouldNot() throws Exception {
        ledger.open(null);
        ledger.sees("c1", now);
        memory.refuses = true;
        ledger.lost("c1", now, Cause.CLOSED, "", 0, null);
        after(1);
        ledger.sees("c2", now);
        memory.refuses = false;
        ledger.hears("c2", now, false, 1, now);

        ledger = ledger();
        ledger.open(null);
        assertThat(last().path("connection_id").asText()).isEqualTo("c2");
    }

    @Test
    void shouldBeginTheGapOfACrashWhereAllWasLastProvenToBeRead() throws Exception {
        ledger.open(null);
        ledger.sees("c1", now);
        after(10);
        Instant since = now;
        after(50);
        ledger.hears("c1", since, true, 7, now);
        ledger = ledger();
        ledger.open(new LastFrame("c1", 7, Frame.micros(now)));

        assertThat(last().path("opened_at").asText()).isEqualTo("2026-11-22T09:00:10Z");
    }

    @Test
    void shouldSaveAlsoWhereTheClockWasSetBack() throws Exception {
        ledger.open(null);
        ledger.sees("c1", now);
        after(-3600);
        ledger.hears("c1", now, true, 7, now);
        ledger = ledger();
        ledger.open(null);

        assertThat(last().path("last_sequence").asLong()).isEqualTo(7);
    }

    @Test
    void shouldBeginAGapWhenSightWasLostWhereTheClockWasSetBackSinceTheLogin() throws Exception {
        ledger.open(null);
        ledger.sees("c1", now);
        after(-3600);
        after(60);
        ledger.lost("c1", now.minusSeconds(5), Cause.SILENCE, "", 7, null);
        assertThat(last().path("opened_at").asText()).isEqualTo("2026-11-22T08:00:55Z");

        after(120);
        ledger.sees("c2", now);
        assertThat(last().path("closed_at").asText()).isEqualTo("2026-11-22T08:03:00Z");
    }

    @Test
    void shouldBeginNoGapInTheFutureWhereTheClockWasSetBackSinceLiveChatWasSeen() throws Exception {
        ledger.open(null);
        ledger.sees("c1", now);
        after(60);
        Instant seen = now;
        after(-3600);
        ledger.lost("c1", seen, Cause.SILENCE, "", 7, seen);

        assertThat(last().path("opened_at").asText()).isEqualTo("2026-11-22T08:01:00Z");
    }

    @Test
    void shouldBeginTheGapOfACrashWhenSightWasLostWhereTheClockWasSetBackSinceTheLogin() throws Exception {
        ledger.open(null);
        ledger.sees("c1", now);
        after(-3600);
        after(60);
        ledger.hears("c1", now, true, 7, now);
        after(10);
        ledger = ledger();
        ledger.open(null);

        assertThat(last().path("opened_at").asText()).isEqualTo("2026-11-22T08:01:00Z");
    }

    @Test
    void shouldTellAgainOfTheLastGapAtTheNextStart() throws Exception {
        ledger.open(null);
        ledger.sees("c1", now);
        ledger.lost("c1", now, Cause.CLOSED, "", 0, null);
        ledger.sees("c2", now);
        words.clear();
        ledger = ledger();
        ledger.open(null);

        assertThat(words).extracting(Frame::connectionId).containsExactly("c1", "c2");
    }

    @Test
    void shouldTellAgainOfAllGapsThatTheJournalHadNoRoomFor() throws Exception {
        ledger.open(null);
        ledger.sees("c1", now);
        ledger.lost("c1", now, Cause.CLOSED, "", 0, null);
        ledger.sees("c2", now);
        written = false;
        for (int i = 2; i < 5; i++) {
            after(60);
            ledger.lost("c" + i, now, Cause.JOURNAL_FULL, "", 0, null);
            ledger.sees("c" + (i + 1), now);
        }
        words.clear();
        ledger = ledger();
        ledger.open(null);
        assertThat(words).extracting(Frame::connectionId).containsExactly("c1", "c2", "c3", "c4", "c5");
        assertThat(words.subList(0, 4))
                .allSatisfy(word -> assertThat(new String(word.bytes(), UTF_8)).doesNotContain("\"closed_at\":null"));

        written = true;
        ledger.sees("c6", now);
        words.clear();
        ledger = ledger();
        ledger.open(null);
        assertThat(words).extracting(Frame::connectionId).as("those are told").containsExactly("c5", "c6");
    }

    @Test
    void shouldBeginAnewWhereItsMemoryIsDamaged() {
        memory.remembered = new byte[] {'{'};
        ledger.open(null);
        ledger.sees("c1", now);

        assertThat(words).isEmpty();
    }

    @Test
    void shouldReadFromAFileAllThatItWrote(@TempDir Path directory) throws Exception {
        Resynced learned = new Resynced(START, 3, 2, 1, List.of("chat:x"));
        Gap gap = new Gap("c", START, START, Cause.JOURNAL_FULL, "why", false, 7, START, "d", START, learned);
        LedgerState state = new LedgerState(
                START,
                new LedgerState.Seeing("d", START, START, true, 8, null),
                gap,
                List.of(new LedgerState.Stretch(START, START.plusSeconds(1))),
                List.of(gap, gap));
        LedgerFile file = new LedgerFile(directory);
        assertThat(file.recall()).isEmpty();
        file.remember(LedgerJson.write(state));
        file.remember(LedgerJson.write(state));

        assertThat(LedgerJson.read(file.recall().orElseThrow())).isEqualTo(state);
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }

    private Ledger ledger() {
        return new Ledger(memory, words::add, () -> written, () -> 0, () -> 0, new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(@Nullable ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        });
    }

    private void after(int seconds) {
        now = now.plusSeconds(seconds);
    }

    private JsonNode last() throws Exception {
        return JsonMapper.builder()
                .build()
                .readTree(words.get(words.size() - 1).bytes())
                .path("payload");
    }
}
