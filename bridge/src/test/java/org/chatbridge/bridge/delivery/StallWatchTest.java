package org.chatbridge.bridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.KafkaException;
import org.chatbridge.bridge.Await;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.MemoryFrameQueue;
import org.chatbridge.program.Obstacle;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StallWatchTest {
    private final AtomicLong nanos = new AtomicLong();
    private final LinkedBlockingQueue<Long> renewals = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Long> stepsBack = new LinkedBlockingQueue<>();
    private final AtomicLong offsetMs = new AtomicLong();
    private volatile @Nullable StallWatch takesOthers;
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
            try (StallWatch watch = watch(queue, preparation::makeTopics)) {
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
                        throw new NoClassDefFoundError("broken"); // an error: who catches that catches the rest too
                    },
                    registry,
                    this::pass);

            // when
            try (StallWatch watch = watch(queue, preparation::makeTopics)) {
                watch.start();

                // then
                assertThat(asked.poll(10, TimeUnit.SECONDS)).isNotNull();
                assertThat(asked.poll(10, TimeUnit.SECONDS)).as("asked again").isNotNull();
            }
        }
    }

    /** What it read of its certificate from the disk may be out of date, for one. */
    @Test
    void shouldHaveTheProducerMadeAnewEveryFiveMinutesWhileKafkaAnswersAndTakesNothing() throws Exception {
        MemoryFrameQueue queue = new MemoryFrameQueue(1 << 20);
        queue.put(new Frame("c1", 1, 0, null, Frame.Kind.TEXT, "{}".getBytes(StandardCharsets.UTF_8)));

        try (StallWatch watch = watch(queue, () -> "")) {
            watch.start();

            long first = Objects.requireNonNull(renewals.poll(10, TimeUnit.SECONDS));
            assertThat(first).isBetween(300L, 310L);
            long second = Objects.requireNonNull(renewals.poll(10, TimeUnit.SECONDS));
            assertThat(second - first).isBetween(300L, 310L);
            assertThat(obstacle.now()).startsWith("Kafka answers, but has not acknowledged the oldest record");
        }
    }

    /** Such as where one partition has no leader. */
    @Test
    void shouldNotHaveTheProducerMadeAnewWhileKafkaTakesOtherRecords() throws Exception {
        MemoryFrameQueue queue = new MemoryFrameQueue(1 << 20);
        queue.put(new Frame("c1", 1, 0, null, Frame.Kind.TEXT, "{}".getBytes(StandardCharsets.UTF_8)));

        try (StallWatch watch = watch(queue, () -> "")) {
            takesOthers = watch;
            watch.start();

            Await.until("long", () -> nanos.get() > Duration.ofMinutes(15).toNanos());
            assertThat(renewals).isEmpty();
        }
    }

    @Test
    void shouldNotHaveTheProducerMadeAnewWhileKafkaDoesNotAnswer() throws Exception {
        MemoryFrameQueue queue = new MemoryFrameQueue(1 << 20);
        queue.put(new Frame("c1", 1, 0, null, Frame.Kind.TEXT, "{}".getBytes(StandardCharsets.UTF_8)));

        try (StallWatch watch = watch(queue, () -> "Kafka does not answer")) {
            watch.start();

            Await.until("long", () -> nanos.get() > Duration.ofMinutes(15).toNanos());
            assertThat(renewals).isEmpty();
        }
    }

    /** By which the producer measures how long a record lingers. */
    @Test
    void shouldHaveTheProducerMadeAnewWhereTheClockWasSetBack() throws Exception {
        try (StallWatch watch = watch(new MemoryFrameQueue(1 << 20), () -> "")) {
            watch.start();
            long start = nanos.get();
            Await.until("a while", () -> nanos.get() > start + 10_000_000_000L);
            offsetMs.addAndGet(-900);
            long little = nanos.get();
            Await.until("a while", () -> nanos.get() > little + 10_000_000_000L);
            offsetMs.addAndGet(Duration.ofDays(1).toMillis());
            long forward = nanos.get();
            Await.until("a while", () -> nanos.get() > forward + 10_000_000_000L);
            assertThat(stepsBack).as("a moment, and forward").isEmpty();

            offsetMs.addAndGet(-Duration.ofHours(2).toMillis());

            assertThat(stepsBack.poll(10, TimeUnit.SECONDS)).isNotNull();
            long after = nanos.get();
            Await.until("a while", () -> nanos.get() > after + 10_000_000_000L);
            assertThat(stepsBack).as("once").isEmpty();
        }
    }

    /** One that is hardly written to may be deleted; the views wait for it. */
    @Test
    void shouldLookForTopicsEveryTwoMinutesWhereNothingWaits() throws Exception {
        LinkedBlockingQueue<Long> looks = new LinkedBlockingQueue<>();
        try (StallWatch watch = watch(new MemoryFrameQueue(1 << 20), () -> {
            looks.add(nanos.get() / 1_000_000_000);
            if (looks.size() == 1) {
                throw new Topics.UnsuitableTopicException("it has 4", true);
            }
            return "";
        })) {
            watch.start();

            assertThat(looks.poll(10, TimeUnit.SECONDS)).isEqualTo(120);
            assertThat(looks.poll(10, TimeUnit.SECONDS)).isEqualTo(240);
            assertThat(obstacle.now()).isEmpty();
        }
    }

    private StallWatch watch(MemoryFrameQueue queue, StallWatch.Question question) {
        return new StallWatch(
                queue,
                question,
                obstacle,
                hindrance -> {},
                () -> renewals.add(nanos.get() / 1_000_000_000),
                () -> stepsBack.add(nanos.get() / 1_000_000_000),
                nanos::get,
                () -> nanos.get() / 1_000_000 + offsetMs.get(),
                this::pass);
    }

    private void pass(Duration time) throws InterruptedException {
        nanos.addAndGet(time.toNanos());
        StallWatch watch = takesOthers;
        if (watch != null) {
            watch.acknowledged();
        }
        // Or it would go round without a rest; an interrupt ends it.
        if (new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("nobody counts");
        }
    }
}
