package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class StartGateTest {
    @Test
    void shouldOpenWhenNothingIsMissingAnyMore() throws InterruptedException {
        // given
        Deque<List<String>> found = new ArrayDeque<>(List.of(List.of("Kafka"), List.of("a topic"), List.of()));
        StartGate gate = new StartGate(found::removeFirst, Duration.ofMillis(1), new CountDownLatch(1));
        assertThat(gate.missing()).isNotEmpty();

        // when / then
        assertThat(gate.await()).isTrue();
        assertThat(gate.missing()).isEmpty();
    }

    @Test
    void shouldGiveUpWhenTheProgramStops() throws InterruptedException {
        // given
        CountDownLatch stopping = new CountDownLatch(1);
        StartGate gate = new StartGate(
                () -> {
                    stopping.countDown();
                    return List.of("Kafka");
                },
                Duration.ofHours(1),
                stopping);

        // when / then
        assertThat(gate.await()).isFalse();
        assertThat(gate.missing()).containsExactly("Kafka");
    }
}
