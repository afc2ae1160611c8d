package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.chatbridge.program.Obstacle;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LagMeterTest {
    @Test
    void shouldMeasureAgainWhateverAMeasurementEndsWith() throws Exception {
        // given: Kafka Streams, asked while its tasks move
        CountDownLatch askedAgain = new CountDownLatch(1);
        AtomicBoolean asked = new AtomicBoolean();
        Obstacle kafkaAway =
                new Obstacle(LoggerFactory.getLogger(LagMeterTest.class), Duration.ofMinutes(1), System::nanoTime, "");
        try (LagMeter meter = new LagMeter(
                Map.of(),
                "views",
                Map.of(),
                () -> {
                    if (!asked.getAndSet(true)) {
                        throw new ConcurrentModificationException("tasks move");
                    }
                    askedAgain.countDown();
                    return false;
                },
                Map::of,
                new Positions(),
                new CopyProgress(),
                Duration.ofSeconds(10),
                new DeletedUnread(new SimpleMeterRegistry(), List.of()),
                System::nanoTime,
                kafkaAway)) {
            // when
            meter.start();

            // then
            assertThat(askedAgain.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void shouldSayThatItIsCutOffOnceASessionIsOver() {
        // given
        AtomicLong nanos = new AtomicLong(-5);
        Duration session = Duration.ofSeconds(10);
        try (LagMeter meter = new LagMeter(
                Map.of(),
                "views",
                Map.of(),
                () -> true,
                Map::of,
                new Positions(),
                new CopyProgress(),
                session,
                new DeletedUnread(new SimpleMeterRegistry(), List.of()),
                nanos::get,
                new Obstacle(LoggerFactory.getLogger(LagMeterTest.class), session, System::nanoTime, ""))) {
            // when
            nanos.addAndGet(session.toNanos());
            assertThat(meter.isCutOff()).isFalse();
            nanos.incrementAndGet();

            // then
            assertThat(meter.isCutOff()).isTrue();
        }
    }
}
