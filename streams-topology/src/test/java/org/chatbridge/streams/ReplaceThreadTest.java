package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.chatbridge.program.Obstacle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

class ReplaceThreadTest {
    private final AtomicLong nanos = new AtomicLong();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Deque<List<String>> missing = new ArrayDeque<>();
    private final Obstacle obstacle =
            new Obstacle(LoggerFactory.getLogger(ReplaceThreadTest.class), Duration.ofHours(1), nanos::get, "");
    private final ReplaceThread handler = new ReplaceThread(
            new SimpleMeterRegistry(), nanos::get, stopping, this::look, obstacle, Duration.ofMillis(1));

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

    /** Its stores can be read as long as it waits. */
    @ParameterizedTest
    @MethodSource("ofWhatIsMissing")
    void shouldWaitWhileSomethingIsMissing(Throwable death) {
        // given
        missing.addAll(List.of(List.of("a topic"), List.of("a topic")));

        // when: the third look stops the program
        StreamThreadExceptionResponse response = handler.handle(death);

        // then
        assertThat(missing).isEmpty();
        assertThat(obstacle.now()).isEqualTo("waiting: a topic");
        assertThat(response).isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
    }

    static List<Throwable> ofWhatIsMissing() {
        return List.of(
                new StreamsException(new SaslAuthenticationException("wrong password")),
                new StreamsException(new SslAuthenticationException("handshake", new IOException("expired"))),
                new StreamsException(new TopicAuthorizationException("livechat.gaps")),
                new MissingSourceTopicException("One or more source topics were missing"));
    }

    @Test
    void shouldReplaceAThreadWhenNothingIsMissingAnyMore() {
        missing.addAll(List.of(List.of("a topic"), List.of()));

        assertThat(handler.handle(new MissingSourceTopicException("one is missing")))
                .isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
        assertThat(obstacle.now()).isEmpty();
    }

    @Test
    void shouldWaitForTheSchemaOfWhatIsKept() {
        int[] reads = {0};
        Throwable death = new StreamsException(new StoredSerde.UnreadableException(
                new SerializationException("the schema with id 31 is of another"), () -> {
                    if (++reads[0] == 1) {
                        throw new SerializationException("the schema with id 31 is of another");
                    }
                    assertThat(obstacle.now()).contains("id 31", "give the schema registry back the schemas");
                }));

        assertThat(handler.handle(death)).isEqualTo(StreamThreadExceptionResponse.REPLACE_THREAD);
        assertThat(reads[0]).isEqualTo(2);
        assertThat(obstacle.now()).isEmpty();
    }

    private List<String> look() {
        List<String> found = missing.poll();
        if (found == null) {
            stopping.countDown();
            return List.of("a topic");
        }
        return found;
    }

    private Duration pause(long secondsLater) {
        nanos.addAndGet(Duration.ofSeconds(secondsLater).toNanos());
        return handler.nextPause();
    }
}
