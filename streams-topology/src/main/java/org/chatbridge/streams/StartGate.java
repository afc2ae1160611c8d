package org.chatbridge.streams;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits until nothing is missing, and says what is: once when it goes missing, once when all is there. */
final class StartGate {
    private static final Logger LOG = LoggerFactory.getLogger(StartGate.class);

    /** Finds what is missing, each a sentence. */
    @FunctionalInterface
    interface Check {
        List<String> missing() throws InterruptedException;
    }

    private final Check check;
    private final Duration pause;
    private final CountDownLatch stopping;
    private volatile List<String> missing = List.of("Kafka and the schema registry have not been asked yet");

    /**
     * @param pause between two looks
     * @param stopping ends the waiting
     */
    StartGate(Check check, Duration pause, CountDownLatch stopping) {
        this.check = check;
        this.pause = pause;
        this.stopping = stopping;
    }

    /** True when all is there, false when the program is to stop. */
    boolean await() throws InterruptedException {
        List<String> told = List.of();
        while (stopping.getCount() > 0) {
            List<String> found = List.copyOf(check.missing());
            missing = found;
            if (found.isEmpty()) {
                LOG.info("Kafka, the schema registry and the topics are there");
                return true;
            }
            for (String sentence : found) {
                if (!told.contains(sentence)) {
                    LOG.warn("waiting: {}", sentence);
                }
            }
            told = found;
            if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        return false;
    }

    /** What was missing when last looked at; empty once all was there. */
    List<String> missing() {
        return missing;
    }
}
