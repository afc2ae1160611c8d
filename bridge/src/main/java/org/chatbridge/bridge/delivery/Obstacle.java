package org.chatbridge.bridge.delivery;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps something from working: logged when it comes, when it has lasted for a while, and when it is gone. */
final class Obstacle {
    private static final Logger LOG = LoggerFactory.getLogger(Obstacle.class);

    private final Duration reminder;
    private volatile String now = "";
    private boolean logged;
    private long loggedNanos;

    Obstacle(Duration reminder) {
        this.reminder = reminder;
    }

    /** What it is, a sentence; empty where there is none. By any thread. */
    String now() {
        return now;
    }

    /** There is one. */
    synchronized void is(String what) {
        boolean changed = !now.equals(what);
        now = what;
        if (changed || System.nanoTime() - loggedNanos >= reminder.toNanos()) {
            LOG.warn("{}", what);
            loggedNanos = System.nanoTime();
            logged = true;
        }
    }

    /** There is none any more. */
    synchronized void isGone() {
        if (logged) {
            LOG.info("over: {}", now);
        }
        now = "";
        logged = false;
    }
}
