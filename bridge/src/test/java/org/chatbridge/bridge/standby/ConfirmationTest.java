package org.chatbridge.bridge.standby;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ConfirmationTest {
    private static final Duration SESSION = Duration.ofSeconds(10);

    private long nanos;
    private Instant wall = Instant.parse("2026-01-01T00:00:00Z");
    private final Confirmation confirmation = new Confirmation(() -> nanos, new Wall());

    @Test
    void shouldCountFromWhenTheGroupWasAsked() {
        Confirmation.Moment asked = confirmation.now();
        pass(Duration.ofSeconds(4));
        confirmation.at(asked);
        assertThat(confirmation.isWithin(SESSION)).isTrue();

        pass(Duration.ofSeconds(6));
        assertThat(confirmation.isWithin(SESSION)).isFalse();

        confirmation.at(confirmation.now());
        assertThat(confirmation.isWithin(SESSION)).isTrue();
    }

    /** Only one of the clocks goes on then. */
    @Test
    void shouldCountWhileTheMachineIsSuspended() {
        wall = wall.plus(SESSION);

        assertThat(confirmation.isWithin(SESSION)).isFalse();
    }

    @Test
    void shouldCountOnWhereTheClockWasSetBack() {
        wall = wall.minus(Duration.ofHours(1));
        assertThat(confirmation.isWithin(SESSION)).isTrue();

        pass(SESSION);
        assertThat(confirmation.isWithin(SESSION)).isFalse();
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        wall = wall.plus(time);
    }

    private final class Wall extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return wall;
        }
    }
}
