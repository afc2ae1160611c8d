package org.chatbridge.bridge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration CAP = Duration.ofSeconds(60);

    @Property
    void shouldNeverWaitLongerThanItsCeilingAndTheCap(@ForAll @IntRange(min = 1) int failures, @ForAll long seed) {
        Backoff backoff = new Backoff(FIRST, CAP, new Random(seed));

        assertThat(backoff.after(failures, Duration.ZERO)).isBetween(Duration.ZERO, backoff.ceilingAfter(failures));
        assertThat(backoff.ceilingAfter(failures)).isBetween(FIRST, CAP);
    }

    @Property
    void shouldWaitBesideWhatThePeerAsksForUpToTwoMinutes(
            @ForAll @IntRange(min = 1) int failures, @ForAll @IntRange(min = 0) int asked, @ForAll long seed) {
        Duration usual = new Backoff(FIRST, CAP, new Random(seed)).after(failures, Duration.ZERO);
        Duration wait = new Backoff(FIRST, CAP, new Random(seed)).after(failures, Duration.ofSeconds(asked));

        assertThat(wait.minus(usual)).isEqualTo(Duration.ofSeconds(Math.min(asked, 120)));
    }

    @Test
    void shouldDoubleTheCeiling() {
        Backoff backoff = new Backoff(FIRST, CAP, new Random());

        assertThat(backoff.ceilingAfter(1)).isEqualTo(FIRST);
        assertThat(backoff.ceilingAfter(4)).isEqualTo(Duration.ofSeconds(8));
        assertThat(backoff.ceilingAfter(7)).isEqualTo(CAP);
    }

    @Test
    void shouldSpreadTheWaits() {
        Backoff backoff = new Backoff(FIRST, CAP, new Random(7));

        assertThat(java.util.stream.Stream.generate(() -> backoff.after(10, Duration.ZERO))
                        .limit(1_000)
                        .filter(wait -> wait.compareTo(Duration.ofSeconds(30)) < 0)
                        .count())
                .as("about half of the waits are in the lower half")
                .isBetween(400L, 600L);
    }
}
