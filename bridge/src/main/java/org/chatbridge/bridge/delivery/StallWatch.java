package org.chatbridge.bridge.delivery;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.chatbridge.bridge.frames.FrameQueue;
import org.chatbridge.program.Obstacle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that Kafka does not take the oldest record that waits: says so, makes topics that were deleted (now and then also where
 * no record waits for one), and has a producer made anew of which Kafka takes nothing at all, or whose clock was set back. On the thread {@code delivery-watch}, because
 * the producer itself retries without end and without a word, and its caller may be blocked for as long.
 */
final class StallWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StallWatch.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration REMINDER = Duration.ofMinutes(1);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final String NOT_TAKEN = "Kafka has not acknowledged the oldest record for more than "
            + LIMIT.toSeconds() + " s, and is asked why. Frames are kept meanwhile, trying again";

    private static final String ANSWERS = "Kafka answers, but has not acknowledged the oldest record for more than "
            + LIMIT.toSeconds()
            + " s: has each partition a leader, and as many replicas in sync as it needs? Frames are kept meanwhile,"
            + " trying again";

    /** After which the producer counts as one that cannot go on: its certificate may have been renewed on disk since it read it. */
    private static final Duration RENEW_AFTER = Duration.ofMinutes(5);

    /** How soon a topic that nothing is written to is made again after it was deleted: without it the views stand still. */
    private static final Duration TOPICS_EVERY = Duration.ofMinutes(2);

    private static final Duration RARE_REMINDER = Duration.ofHours(1);

    /** So much later than it would be the producer may do what it has put off. */
    private static final Duration LONGEST_STEP_BACK = Duration.ofSeconds(5);

    private final FrameQueue queue;
    private final Question question;
    private final Obstacle obstacle;
    private final Consumer<String> hold;
    private final Runnable renew;
    private final Runnable setBack;
    private final LongSupplier nanos;
    private final LongSupplier millis;
    private final Pause pause;
    private final Obstacle failure;
    private final Obstacle unmade;
    private final Thread thread = new Thread(this::run, "delivery-watch");
    private volatile long progressNanos;
    private volatile long acknowledgedNanos;
    private long renewedNanos;
    private long madeNanos;
    private long lookedNanos;
    private long lookedMillis;
    private String said = "";

    /** Asks Kafka why it takes nothing. */
    @FunctionalInterface
    interface Question {
        /**
         * Makes the topics that are missing.
         *
         * @return what is in the way, a sentence; empty where Kafka answers and nothing is
         */
        String makeTopics() throws Topics.UnsuitableTopicException, InterruptedException;
    }

    /** The producer is given up that has delivered nothing for long. */
    static final class StalledException extends KafkaException {
        private static final long serialVersionUID = 1;

        StalledException() {
            super("nothing is acknowledged");
        }
    }

    /**
     * @param obstacle where to say it; what others say there stays
     * @param hold told what to do, where a topic has another number of partitions
     * @param renew called where Kafka answers but has taken nothing for long
     * @param setBack called where the clock was set back
     * @param nanos of a clock that nobody sets
     * @param millis of the clock that the producer measures with
     */
    StallWatch(
            FrameQueue queue,
            Question question,
            Obstacle obstacle,
            Consumer<String> hold,
            Runnable renew,
            Runnable setBack,
            LongSupplier nanos,
            LongSupplier millis,
            Pause pause) {
        this.queue = queue;
        this.question = question;
        this.obstacle = obstacle;
        this.hold = hold;
        this.renew = renew;
        this.setBack = setBack;
        this.nanos = nanos;
        this.millis = millis;
        this.pause = pause;
        this.failure = new Obstacle(LOG, REMINDER, nanos, "");
        this.unmade = new Obstacle(LOG, RARE_REMINDER, nanos, "");
        thread.setDaemon(true);
    }

    void start() {
        progressNanos = nanos.getAsLong();
        acknowledgedNanos = progressNanos;
        renewedNanos = progressNanos;
        madeNanos = progressNanos;
        lookedNanos = progressNanos;
        lookedMillis = millis.getAsLong();
        thread.start();
    }

    /** Kafka has taken the oldest record. By any thread. */
    void progressed() {
        progressNanos = nanos.getAsLong();
    }

    /** Kafka has taken a record, of whichever partition. By any thread. */
    void acknowledged() {
        acknowledgedNanos = nanos.getAsLong();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                pause.of(PERIOD);
                lookAtClock();
                lookForTopics();
                check();
                failure.isGone();
            } catch (InterruptedException | InterruptException e) {
                LOG.debug("ended", e);
                return;
            } catch (RuntimeException | Error e) { // nobody would see that the watch has ended
                failure.is("the watch of the delivery failed, and goes on: " + e);
                LOG.debug("failed", e);
            }
        }
    }

    private void lookAtClock() {
        long nowNanos = nanos.getAsLong();
        long nowMillis = millis.getAsLong();
        long missingMs = TimeUnit.NANOSECONDS.toMillis(nowNanos - lookedNanos) - (nowMillis - lookedMillis);
        lookedNanos = nowNanos;
        lookedMillis = nowMillis;
        if (missingMs > LONGEST_STEP_BACK.toMillis()) {
            setBack.run();
        }
    }

    /** What is wrong with one that is there says who writes to it. */
    private void lookForTopics() throws InterruptedException {
        long now = nanos.getAsLong();
        if (now - madeNanos < TOPICS_EVERY.toNanos()) {
            return;
        }
        madeNanos = now;
        try {
            String hindrance = question.makeTopics();
            if (hindrance.isEmpty()) {
                unmade.isGone();
            } else if (obstacle.now().isEmpty()) {
                unmade.is(hindrance);
            }
        } catch (Topics.UnsuitableTopicException e) {
            LOG.debug("left as it is", e);
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
        String hindrance = hindrance();
        say(hindrance, before);
        if (hindrance.equals(ANSWERS) && stalls(before)) {
            renewNowAndThen(before);
        }
        pause.of(PERIOD.multipliedBy(4));
    }

    /** Not while other partitions get their records: their producer is let in, and they are to go on. */
    private void renewNowAndThen(long before) {
        long now = nanos.getAsLong();
        long since = Math.max(Math.max(before, acknowledgedNanos), renewedNanos);
        if (now - since >= RENEW_AFTER.toNanos()) {
            renewedNanos = now;
            renew.run();
        }
    }

    /** Whether Kafka has still not taken what it had not taken then. */
    private boolean stalls(long before) {
        return progressNanos == before && queue.pending() > 0;
    }

    private void say(String hindrance, long before) {
        if (stalls(before) && (obstacle.now().isEmpty() || obstacle.now().equals(said))) {
            said = hindrance;
            obstacle.is(said);
        }
    }

    private String hindrance() throws InterruptedException {
        try {
            String hindrance = question.makeTopics();
            return hindrance.isEmpty() ? ANSWERS : hindrance;
        } catch (Topics.UnsuitableTopicException e) {
            String hindrance = e.inOneLine();
            if (e.hasOtherPartitions()) {
                hold.accept(hindrance);
            }
            return hindrance;
        }
    }
}
