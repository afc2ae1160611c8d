package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.chatbridge.program.Obstacle;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StartGateTest {
    private final Obstacle obstacle =
            new Obstacle(LoggerFactory.getLogger(StartGateTest.class), Duration.ofHours(1), System::nanoTime, "start");

    @Test
    void shouldOpenWhenNothingIsMissingAnyMore() throws InterruptedException {
        // given
        Deque<List<String>> found = new ArrayDeque<>(List.of(List.of("Kafka"), List.of("a topic"), List.of()));
        StartGate gate = new StartGate(found::removeFirst, obstacle, Duration.ofMillis(1), new CountDownLatch(1));

        // when / then
        assertThat(gate.await()).isTrue();
        assertThat(obstacle.now()).isEmpty();
    }

    @Test
    void shouldGiveUpWhenTheProgramStops() throws InterruptedException {
        // given
        CountDownLatch stopping = new CountDownLatch(1);
        StartGate gate = new StartGate(
                () -> {
                    stopping.countDown();
                    return List.of("no Kafka", "no registry");
                },
                obstacle,
                Duration.ofHours(1),
                stopping);

        // when / then
        assertThat(gate.await()).isFalse();
        assertThat(obstacle.now()).isEqualTo("waiting: no Kafka; no registry");
    }

    @Test
    void shouldLookOnAfterNothingWasMissing() throws InterruptedException {
        // given
        CountDownLatch stopping = new CountDownLatch(1);
        Deque<List<String>> found = new ArrayDeque<>(List.of(List.of(), List.of(), List.of("a topic"), List.of()));
        StartGate gate = new StartGate(
                () -> {
                    if (found.size() == 1) {
                        stopping.countDown();
                    }
                    return found.removeFirst();
                },
                obstacle,
                Duration.ofMillis(1),
                stopping);

        // when
        gate.watch();

        // then
        assertThat(found).isEmpty();
        assertThat(obstacle.now()).isEmpty();
    }
}
