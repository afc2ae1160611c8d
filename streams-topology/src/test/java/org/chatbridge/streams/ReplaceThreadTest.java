package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;

class ReplaceThreadTest {
    private final AtomicLong nanos = new AtomicLong();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final ReplaceThread handler = new ReplaceThread(new SimpleMeterRegistry(), nanos::get, stopping, List::of);

    @Test
    void shouldDoubleThePauseUpToHalfAMinute() {
        assertThat(new Duration[] {pause(1), pause(1), pause(2), pause(4), pause(8), pause(16), pause(30)})
                .extracting(Duration::toSeconds)
                .containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
    }

    @Test
    void shouldBeginAnewAfterAQuietTime() {
        pause(0);
        pause(1);
        assertThat(pause(600)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void shouldNotReplaceAnythingWhenTheProgramStops() {
        stopping.countDown();
        assertThat(handler.handle(new IllegalStateException("died")))
                .isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
    }

    private Duration pause(long secondsLater) {
        nanos.addAndGet(Duration.ofSeconds(secondsLater).toNanos());
        return handler.nextPause();
    }
}
