package org.chatbridge.bridge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeTry;
import org.jspecify.annotations.Nullable;

/** Whatever is sent, answered, held up or lost: a gap begins where it was last known that all was read. */
class SightTest {
    private static final int TICKS_A_SECOND = 4;
    private static final Duration TICK = Duration.ofSeconds(1).dividedBy(TICKS_A_SECOND);
    private static final int PING_TICKS = 15 * TICKS_A_SECOND;
    private static final int MOST_TICKS = 200 * TICKS_A_SECOND;
    private static final int MOST_TICKS_HELD_UP = 34 * TICKS_A_SECOND;
    private static final Duration LATE = Duration.ofSeconds(5);

    private static final long ORIGIN_NANOS = new ManualClock().nanos();

    private ManualClock clock = new ManualClock();
    private Sight sight = new Sight(clock, this::nanos);

    @BeforeTry
    void connect() {
        clock = new ManualClock();
        sight = new Sight(clock, this::nanos);
    }

    /** LiveChat is gone at some moment, behind a proxy that answers control frames at once and holds up what LiveChat said. */
    @Property(tries = 300)
    void shouldSeeAsFarAsLiveChatWasThereNearlyAndNoFurther(@ForAll long seed) {
        Random random = new Random(seed);
        int goneAtTick = 1 + random.nextInt(4 * PING_TICKS);
        int mostTicksHeldUp = random.nextInt(MOST_TICKS_HELD_UP);
        int ticksBetweenPushes = 1 + random.nextInt(PING_TICKS);
        boolean hasIds = random.nextBoolean();
        Instant gone = clock.instant().plus(TICK.multipliedBy(goneAtTick));
        Silence silence = new Silence(SupervisorSettings.recommended(
                URI.create("wss://x.example"),
                ApiVersion.V0_2,
                "test",
                3,
                CustomerMonitoring.HIGHEST_AVAILABLE,
                false));
        Deque<Word> underWay = new ArrayDeque<>();
        for (int tick = 0; tick < MOST_TICKS && silence.reason(sight, nanos()) == null; tick++) {
            silence.looks(nanos());
            Word last = underWay.peekLast();
            int arrives = Math.max(tick + random.nextInt(mostTicksHeldUp + 1), last == null ? 0 : last.arrivesAtTick());
            if (tick % PING_TICKS == 0) {
                sight.asks("bridge-" + tick, nanos());
            }
            if (tick < goneAtTick && tick % PING_TICKS == 0) {
                underWay.add(new Word(arrives, answer(hasIds ? "bridge-" + tick : null)));
            } else if (tick < goneAtTick && tick % ticksBetweenPushes == 0) {
                underWay.add(new Word(arrives, null));
            }
            sight.probes(nanos());
            sight.pong(nanos());
            for (Word word = underWay.peek(); word != null && word.arrivesAtTick() <= tick; word = underWay.peek()) {
                says(underWay.remove().answer());
            }
            clock.advance(TICK);
        }

        assertThat(underWay).isEmpty();
        assertThat(silence.reason(sight, nanos())).isNotNull();
        assertThat(sight.lostAt()).isBetween(gone.minus(TICK.multipliedBy(PING_TICKS)), gone);
    }

    /** What LiveChat said, and when it arrives; without an answer it is a push. */
    private record Word(int arrivesAtTick, @Nullable Reply answer) {}

    /** Against all that was sent and all that was read, from the beginning. */
    @Property(tries = 300)
    void shouldTakeEachAnswerForThePingThatItAnswers(@ForAll long seed) {
        Random random = new Random(seed);
        List<Sent> probes = new ArrayList<>();
        List<Sent> asked = new ArrayList<>();
        int proven = -1;
        int answered = -1;
        long saidNanos = nanos();
        for (int step = 0; step < 60; step++) {
            clock.advance(Duration.ofMillis(1 + random.nextInt(1_000) * (long) random.nextInt(8)));
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    sight.probes(nanos());
                    probes.add(new Sent(nanos(), clock.instant()));
                }
                case 2 -> {
                    sight.asks("bridge-" + asked.size(), nanos());
                    asked.add(new Sent(nanos(), clock.instant()));
                }
                case 3 -> {
                    int which = random.nextInt(probes.size() + 1);
                    boolean isProof = which < probes.size() && which > proven;
                    assertThat(sight.pong(
                                    which < probes.size() ? probes.get(which).nanos() : 0))
                            .isEqualTo(isProof);
                    proven = isProof ? which : proven;
                }
                case 4 -> {
                    boolean hasId = random.nextInt(3) > 0;
                    int which = hasId ? random.nextInt(asked.size() + 1) : answered + 1;
                    says(answer(hasId ? "bridge-" + which : null));
                    saidNanos = nanos();
                    answered = which < asked.size() ? Math.max(answered, which) : answered;
                }
                default -> {
                    says(null);
                    saidNanos = nanos();
                }
            }
            if (proven >= 0) {
                Sent proof = probes.get(proven);
                boolean isLate = answered >= 0
                        && answered + 1 < asked.size()
                        && proof.nanos() - Math.max(asked.get(answered + 1).nanos(), saidNanos) > LATE.toNanos();
                assertThat(sight.lostAt())
                        .isEqualTo(isLate ? asked.get(answered).at() : proof.at())
                        .isBeforeOrEqualTo(proof.at());
            }
        }
    }

    private record Sent(long nanos, Instant at) {}

    /** Or it would count as silent, in that moment. */
    @Example
    void shouldBeHeardAlsoInTheMomentInWhichTheQueueHasRoomAgain() {
        List<Long> silentNanos = new ArrayList<>();
        AtomicReference<@Nullable Sight> looked = new AtomicReference<>();
        Sight full = new Sight(clock, () -> {
            Sight other = looked.getAndSet(null); // which asks for the time, too
            if (other != null) {
                silentNanos.add(nanos() - other.lastHeardNanos());
            }
            return nanos();
        });
        full.waits(clock.instant());
        clock.advance(Duration.ofSeconds(40));
        looked.set(full);
        full.goesOn();

        assertThat(silentNanos).containsExactly(0L);
    }

    private void says(@Nullable Reply answer) {
        sight.said();
        if (answer != null) {
            sight.answered(answer);
        }
    }

    private static Reply answer(@Nullable String id) {
        return new Reply(id, id == null ? Requests.PING : "", true, MissingNode.getInstance());
    }

    private long nanos() {
        return clock.nanos() - ORIGIN_NANOS;
    }
}
