package org.chatbridge.bridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.KafkaException;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.MemoryFrameQueue;
import org.chatbridge.program.Obstacle;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StallWatchTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Obstacle obstacle =
            new Obstacle(LoggerFactory.getLogger(StallWatchTest.class), Duration.ofMinutes(1), nanos::get, "");

    /** Kafka may take long to answer, or not to answer. */
    @Test
    void shouldSayThatARecordIsNotTakenBeforeItAsksKafkaWhy() throws Exception {
        // given
        MemoryFrameQueue queue = new MemoryFrameQueue(1 << 20);
        queue.put(new Frame("c1", 1, 0, null, Frame.Kind.TEXT, "{}".getBytes(StandardCharsets.UTF_8)));
        LinkedBlockingQueue<String> saidWhenAsked = new LinkedBlockingQueue<>();
        try (SchemaRegistry registry = new SchemaRegistry("http://127.0.0.1:1", Map.of())) {
            Preparation preparation = new Preparation(
                    "127.0.0.1:1",
                    new Topics(new TopicNames("t."), 3, (short) -1, Set.of()),
                    () -> {
                        saidWhenAsked.add(nanos.get() / 1_000_000_000 + " s: " + obstacle.now());
                        throw new KafkaException("away");
                    },
                    registry,
                    this::pass);

            // when
            try (StallWatch watch =
                    new StallWatch(queue, preparation, obstacle, hindrance -> {}, nanos::get, this::pass)) {
                watch.start();

                // then
                assertThat(saidWhenAsked.poll(10, TimeUnit.SECONDS))
                        .startsWith("10 s: Kafka has not acknowledged the oldest record for more than 10 s");
                String whyNot = saidWhenAsked.poll(10, TimeUnit.SECONDS);
                assertThat(whyNot).as("until the next time it is known why").contains("Kafka refuses: ", "away");
            }
        }
    }

    @Test
    void shouldWatchOnAfterAFailure() throws Exception {
        // given
        MemoryFrameQueue queue = new MemoryFrameQueue(1 << 20);
        queue.put(new Frame("c1", 1, 0, null, Frame.Kind.TEXT, "{}".getBytes(StandardCharsets.UTF_8)));
        LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
        try (SchemaRegistry registry = new SchemaRegistry("http://127.0.0.1:1", Map.of())) {
            Preparation preparation = new Preparation(
                    "127.0.0.1:1",
                    new Topics(new TopicNames("t."), 3, (short) -1, Set.of()),
                    () -> {
                        asked.add("asked");
                        throw new IllegalStateException("broken");
                    },
                    registry,
                    this::pass);

            // when
            try (StallWatch watch =
                    new StallWatch(queue, preparation, obstacle, hindrance -> {}, nanos::get, this::pass)) {
                watch.start();

                // then
                assertThat(asked.poll(10, TimeUnit.SECONDS)).isNotNull();
                assertThat(asked.poll(10, TimeUnit.SECONDS)).as("asked again").isNotNull();
            }
        }
    }

    private void pass(Duration time) throws InterruptedException {
        nanos.addAndGet(time.toNanos());
        // Or it would go round without a rest; an interrupt ends it.
        if (new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("nobody counts");
        }
    }
}
