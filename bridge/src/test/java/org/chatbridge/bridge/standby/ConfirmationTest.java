package org.chatbridge.bridge.standby;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConfirmationTest {
    private static final Duration SESSION = Duration.ofSeconds(10);

    private long nanos;
    private long millis = 1_796_000_000_000L;
    private final Confirmation confirmation = new Confirmation(() -> nanos, () -> millis);

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
        millis += SESSION.toMillis();

        assertThat(confirmation.isWithin(SESSION)).isFalse();
    }

    @Test
    void shouldCountOnWhereTheClockWasSetBack() {
        millis -= Duration.ofHours(1).toMillis();
        assertThat(confirmation.isWithin(SESSION)).isTrue();

        pass(SESSION);
        assertThat(confirmation.isWithin(SESSION)).isFalse();
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        millis += time.toMillis();
    }
}
