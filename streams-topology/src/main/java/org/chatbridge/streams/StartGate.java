package org.chatbridge.streams;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.chatbridge.program.Obstacle;

/** Waits until nothing is missing; the obstacle says what is. */
final class StartGate {
    /** Finds what is missing, each a sentence. */
    @FunctionalInterface
    interface Check {
        List<String> missing() throws InterruptedException;
    }

    private final Check check;
    private final Obstacle obstacle;
    private final Duration pause;
    private final CountDownLatch stopping;

    /**
     * @param pause between two looks
     * @param stopping ends the waiting
     */
    StartGate(Check check, Obstacle obstacle, Duration pause, CountDownLatch stopping) {
        this.check = check;
        this.obstacle = obstacle;
        this.pause = pause;
        this.stopping = stopping;
    }

    /** True when all is there, false when the program is to stop. */
    boolean await() throws InterruptedException {
        while (stopping.getCount() > 0) {
            List<String> missing = check.missing();
            if (missing.isEmpty()) {
                obstacle.isGone();
                return true;
            }
            obstacle.is("waiting: " + String.join("; ", missing));
            if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        return false;
    }
}
