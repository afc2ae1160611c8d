package org.chatbridge.sandbox;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Makes something happen so and so often a second, or as often as it can. */
final class Pump {

    /** What a source returns when nothing more will come. */
    static final int DONE = -1;

    private static final long TICK_MS = 5;
    private static final long SLICE_NANOS = Duration.ofMillis(20).toNanos();

    private final ScheduledExecutorService scheduler;
    private final IntSupplier source;
    private final int rate;
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private volatile boolean paused;
    private double due;
    private long lastNanos;

    /**
     * Describes a pump.
     *
     * @param rate how many a second; 0: never; {@link SimulatorSettings#FULL_SPEED}: without waiting
     * @param source makes one thing happen and returns how many it counts for, or {@link #DONE}
     */
    Pump(ScheduledExecutorService scheduler, int rate, IntSupplier source) {
        this.scheduler = scheduler;
        this.rate = rate;
        this.source = source;
    }

    void start() {
        lastNanos = System.nanoTime();
        if (rate > 0) {
            next(0);
        }
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
    }

    boolean paused() {
        return paused;
    }

    /** Completes when the source is done, exceptionally when it failed. */
    CompletableFuture<@Nullable Void> ended() {
        return ended;
    }

    private void next(long delayMs) {
        if (!scheduler.isShutdown()) {
            var unused = scheduler.schedule(this::run, delayMs, TimeUnit.MILLISECONDS);
        }
    }

    private void run() {
        try {
            long now = System.nanoTime();
            boolean more = rate == SimulatorSettings.FULL_SPEED ? slice(now) : tick(now);
            if (more) {
                next(paused || rate != SimulatorSettings.FULL_SPEED ? TICK_MS : 0);
            } else {
                ended.complete(null);
            }
        } catch (RuntimeException e) {
            ended.completeExceptionally(e);
            System.getLogger(Pump.class.getName()).log(System.Logger.Level.ERROR, "the simulated world has stopped", e);
        }
    }

    private boolean slice(long now) {
        while (!paused && System.nanoTime() - now < SLICE_NANOS) {
            if (source.getAsInt() == DONE) {
                return false;
            }
        }
        return true;
    }

    private boolean tick(long now) {
        // what was missed for more than a second is not made up for
        due = paused ? 0 : Math.min(due + (now - lastNanos) * (double) rate / 1e9, rate);
        lastNanos = now;
        while (due >= 1 && !paused) {
            int count = source.getAsInt();
            if (count == DONE) {
                return false;
            }
            due -= count;
        }
        return true;
    }
}
