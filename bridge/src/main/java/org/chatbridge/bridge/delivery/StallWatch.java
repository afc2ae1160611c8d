package org.chatbridge.bridge.delivery;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.InterruptException;
import org.chatbridge.bridge.frames.FrameQueue;
import org.chatbridge.program.Obstacle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that Kafka does not take the oldest record that waits: says so, and makes topics that were deleted. On the thread
 * {@code delivery-watch}, because the producer itself retries without end and without a word, and its caller may be
 * blocked for as long.
 */
final class StallWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StallWatch.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration REMINDER = Duration.ofMinutes(1);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final String NOT_TAKEN = "Kafka has not acknowledged the oldest record for more than "
            + LIMIT.toSeconds() + " s, and is asked why. Frames are kept meanwhile, trying again";

    private final FrameQueue queue;
    private final Preparation preparation;
    private final Obstacle obstacle;
    private final Consumer<String> hold;
    private final LongSupplier nanos;
    private final Pause pause;
    private final Obstacle failure;
    private final Thread thread = new Thread(this::run, "delivery-watch");
    private volatile long progressNanos;
    private String said = "";

    /**
     * @param obstacle where to say it; what others say there stays
     * @param hold told what to do, where a topic has another number of partitions
     */
    StallWatch(
            FrameQueue queue,
            Preparation preparation,
            Obstacle obstacle,
            Consumer<String> hold,
            LongSupplier nanos,
            Pause pause) {
        this.queue = queue;
        this.preparation = preparation;
        this.obstacle = obstacle;
        this.hold = hold;
        this.nanos = nanos;
        this.pause = pause;
        this.failure = new Obstacle(LOG, REMINDER, nanos, "");
        thread.setDaemon(true);
    }

    void start() {
        progressNanos = nanos.getAsLong();
        thread.start();
    }

    /** Kafka has taken the oldest record. By any thread. */
    void progressed() {
        progressNanos = nanos.getAsLong();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                pause.of(PERIOD);
                check();
                failure.isGone();
            } catch (InterruptedException | InterruptException e) {
                LOG.debug("ended", e);
                return;
            } catch (RuntimeException e) { // nobody would see that the watch has ended
                failure.is("the watch of the delivery failed, and goes on: " + e);
                LOG.debug("failed", e);
            }
        }
    }

    private void check() throws InterruptedException {
        if (queue.pending() == 0) {
            progressed();
            if (obstacle.now().equals(said)) {
                obstacle.isGone(); // what waited needed no record in the end
            }
            return;
        }
        long before = progressNanos;
        if (nanos.getAsLong() - before < LIMIT.toNanos()) {
            return;
        }
        if (obstacle.now().isEmpty()) {
            say(NOT_TAKEN, before); // Kafka may take long to answer, or not to answer
        }
        say(hindrance(), before);
        pause.of(PERIOD.multipliedBy(4));
    }

    private void say(String hindrance, long before) {
        boolean still = progressNanos == before && queue.pending() > 0;
        if (still && (obstacle.now().isEmpty() || obstacle.now().equals(said))) {
            said = hindrance;
            obstacle.is(said);
        }
    }

    private String hindrance() throws InterruptedException {
        try {
            String hindrance = preparation.makeTopics();
            return hindrance.isEmpty()
                    ? "Kafka answers, but has not acknowledged the oldest record for more than " + LIMIT.toSeconds()
                            + " s: has each partition a leader, and as many replicas in sync as it needs? Frames are"
                            + " kept meanwhile, trying again"
                    : hindrance;
        } catch (Topics.UnsuitableTopicException e) {
            String hindrance = e.inOneLine();
            if (e.hasOtherPartitions()) {
                hold.accept(hindrance);
            }
            return hindrance;
        }
    }
}
