package org.chatbridge.streams;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.chatbridge.program.Obstacle;

/** Looks what is missing, and waits until nothing is; the obstacle says what is. */
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

    /** Looks on until the program is to stop, also while nothing is missing: what a look makes is made again where it is deleted. */
    void watch() throws InterruptedException {
        boolean goesOn = await();
        while (goesOn && !stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
            goesOn = await();
        }
    }
}
