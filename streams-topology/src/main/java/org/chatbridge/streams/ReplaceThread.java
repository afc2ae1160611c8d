package org.chatbridge.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.chatbridge.schema.SchemaRegistryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a stream thread that died, at a bounded rate: the pause doubles from one second to half a minute, and begins
 * anew after a few quiet minutes. It never gives up: the cause is usually outside.
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
    private Duration pause = SHORTEST;
    private long lastNanos;
    private boolean diedBefore;

    /**
     * @param stopping ends a pause at once
     * @param prerequisites asked what is missing where Kafka did not allow something
     */
    ReplaceThread(MeterRegistry meters, LongSupplier nanoTime, CountDownLatch stopping, StartGate.Check prerequisites) {
        this.prerequisites = prerequisites;
        this.replaced = Counter.builder(Names.THREADS_REPLACED)
                .description("Stream threads that died and were replaced")
                .register(meters);
        this.nanoTime = nanoTime;
        this.stopping = stopping;
    }

    /** Called by the dying thread, which may wait here: it holds no lock. */
    @Override
    public StreamThreadExceptionResponse handle(Throwable exception) {
        Duration wait = nextPause();
        replaced.increment();
        try {
            tell(exception, wait);
            if (stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private void tell(Throwable exception, Duration wait) throws InterruptedException {
        Throwable cause = exception;
        while (cause.getCause() != null && !(cause instanceof SchemaRegistryException)) {
            cause = cause.getCause();
        }
        if (cause instanceof AuthorizationException) {
            List<String> missing = prerequisites.missing();
            LOG.error(
                    "a stream thread died, the next one starts in {} s: {}",
                    wait.toSeconds(),
                    missing.isEmpty() ? cause.toString() : String.join("; ", missing));
        } else if (cause instanceof SchemaRegistryException || cause instanceof KafkaException) {
            // What it was doing then explains nothing: the cause is outside.
            LOG.error("a stream thread died, the next one starts in {} s: {}", wait.toSeconds(), cause.toString());
        } else {
            LOG.error("a stream thread died, the next one starts in {} s", wait.toSeconds(), exception);
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
