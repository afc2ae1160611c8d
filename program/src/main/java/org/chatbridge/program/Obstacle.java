package org.chatbridge.program;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * What keeps something from working: logged when it comes or changes, again when it has lasted for a while, and when it is
 * gone. By any thread.
 */
public final class Obstacle {
    private final Logger log;
    private final Duration reminder;
    private final LongSupplier nanos;
    private volatile String now;
    private boolean logged;
    private long loggedNanos;

    /**
     * @param reminder after how long an obstacle that lasts is logged again
     * @param nanos a clock that never goes back, in nanoseconds
     * @param atFirst what stands in the way before anything was tried, not logged; empty where nothing does
     */
    public Obstacle(Logger log, Duration reminder, LongSupplier nanos, String atFirst) {
        this.log = log;
        this.reminder = reminder;
        this.nanos = nanos;
        this.now = atFirst;
    }

    /** What it is, a sentence; empty where there is none. */
    public String now() {
        return now;
    }

    /** There is one. */
    public synchronized void is(String what) {
        boolean changed = !now.equals(what);
        now = what;
        if (changed || !logged || nanos.getAsLong() - loggedNanos >= reminder.toNanos()) {
            log.warn("{}", what);
            loggedNanos = nanos.getAsLong();
            logged = true;
        }
    }

    /** There is none any more. Costs next to nothing where there was none. */
    public void isGone() {
        if (!now.isEmpty()) {
            forget();
        }
    }

    private synchronized void forget() {
        if (logged) {
            log.info("over: {}", now);
        }
        now = "";
        logged = false;
    }
}
