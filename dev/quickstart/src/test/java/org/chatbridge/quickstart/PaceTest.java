package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final Offset<Double> EXACTLY = within(1e-6);

    private final Pace pace = Pace.of(
            List.of(
                    new Pace.Sample(1_000, 0, 500_000),
                    new Pace.Sample(1_100, 100, 600_000),
                    new Pace.Sample(1_200, 400, 800_000),
                    new Pace.Sample(1_600, 1_000, 1_200_000)),
            1_000);

    @Test
    void shouldTakeItForEvenBetweenTwoLooks() {
        assertThat(pace.firstMs()).isEqualTo(1_001, EXACTLY);
        assertThat(pace.halfMs()).isEqualTo(1_200 + 400 / 6.0, EXACTLY);
        assertThat(pace.whole(600)).isEqualTo(1_000, EXACTLY);
        assertThat(pace.secondHalf()).isEqualTo(1_500, EXACTLY);
        assertThat(pace.cpuWhole()).isEqualTo(1_200, EXACTLY);
        assertThat(pace.cpuSecondHalf()).isEqualTo((1_200_000 - 800_000 - 400_000 / 6.0) / 500, EXACTLY);
    }

    @Test
    void shouldBeReadAsItWasWritten() {
        assertThat(Pace.isIn(pace.toString())).isTrue();
        assertThat(Pace.parse(pace + "\n").halfMs()).isEqualTo(pace.halfMs(), EXACTLY);
        assertThat(Pace.parse(pace.toString()).cpuSecondHalf()).isEqualTo(pace.cpuSecondHalf(), EXACTLY);
    }
}
