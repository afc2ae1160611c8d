package org.chatbridge.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.chatbridge.program.Obstacle;
import org.chatbridge.schema.SchemaRegistryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a stream thread that died, at a bounded rate: the pause doubles from one second to half a minute, and begins
 * anew after a few quiet minutes. It never gives up: the cause is usually outside. Where Kafka does not let it in, does not allow
 * something, or lacks a topic, or where the registry lacks a schema of what is kept, the next one would die of that too, and what
 * this one has could not be read any more: it is replaced only when nothing is missing.
 */
final class ReplaceThread implements StreamsUncaughtExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ReplaceThread.class);
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration QUIET = Duration.ofMinutes(3);

    private final Counter replaced;
    private final LongSupplier nanoTime;
    private final CountDownLatch stopping;
    private final StartGate.Check prerequisites;
    private final Obstacle obstacle;
    private final Duration lookAgain;
    private Duration pause = SHORTEST;
    private long lastNanos;
    private boolean diedBefore;

    /**
     * @param stopping ends a pause at once
     * @param prerequisites asked what is missing where Kafka refused or lacked something
     * @param obstacle says what is missing while a thread waits for it
     * @param lookAgain pause between two looks
     */
    ReplaceThread(
            MeterRegistry meters,
            LongSupplier nanoTime,
            CountDownLatch stopping,
            StartGate.Check prerequisites,
            Obstacle obstacle,
            Duration lookAgain) {
        this.prerequisites = prerequisites;
        this.obstacle = obstacle;
        this.lookAgain = lookAgain;
        this.replaced = Counter.builder(Names.THREADS_REPLACED)
                .description("Stream threads that died and were replaced")
                .register(meters);
        this.nanoTime = nanoTime;
        this.stopping = stopping;
    }

    /** Called by the dying thread, which may wait here: it holds no lock, and its stores can be read until it is replaced. */
    @Override
    public StreamThreadExceptionResponse handle(Throwable exception) {
        Duration wait = nextPause();
        replaced.increment();
        Optional<StartGate.Check> missing = whatIsMissing(exception);
        tell(exception, missing.isPresent() ? "once nothing is missing" : "in " + wait.toSeconds() + " s");
        try {
            boolean isOpen = missing.isEmpty() || new StartGate(missing.get(), obstacle, lookAgain, stopping).await();
            if (!isOpen || stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    /** Of a death for which somebody else has to do something first; empty where trying again is all that can be done. */
    private Optional<StartGate.Check> whatIsMissing(Throwable exception) {
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof StoredSerde.UnreadableException unreadable) {
                return Optional.of(unreadable::missing);
            }
            if (cause instanceof AuthenticationException
                    || cause instanceof AuthorizationException
                    || cause instanceof MissingSourceTopicException) {
                return Optional.of(prerequisites);
            }
        }
        return Optional.empty();
    }

    private static void tell(Throwable exception, String when) {
        Throwable cause = exception;
        while (cause.getCause() != null && !(cause instanceof SchemaRegistryException)) {
            cause = cause.getCause();
        }
        if (cause instanceof SchemaRegistryException || cause instanceof KafkaException) {
            // What it was doing then explains nothing: the cause is outside.
            LOG.error("a stream thread died, the next one starts {}: {}", when, cause.toString());
        } else {
            LOG.error("a stream thread died, the next one starts {}", when, exception);
        }
    }

    synchronized Duration nextPause() {
        long now = nanoTime.getAsLong();
        boolean again = diedBefore && now - lastNanos < QUIET.toNanos();
        Duration doubled = pause.multipliedBy(2);
        pause = again ? (doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST) : SHORTEST;
        diedBefore = true;
        lastNanos = now;
        return pause;
    }
}
