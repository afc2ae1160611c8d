package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Test
    void shouldTellPercentilesOfAllThatWereAdded() {
        Latencies odd = new Latencies();
        Latencies even = new Latencies();
        for (int ms = 100; ms >= 1; ms--) {
            (ms % 2 == 0 ? even : odd).add(ms * 1_000_000L);
        }

        Latencies all = Latencies.of(List.of(odd, even));

        assertThat(all.count()).isEqualTo(100);
        assertThat(all.ms(50)).isEqualTo(50);
        assertThat(all.ms(99)).isEqualTo(99);
        assertThat(all.ms(100)).isEqualTo(100);
        assertThat(new Latencies().ms(50)).isZero();
    }
}
