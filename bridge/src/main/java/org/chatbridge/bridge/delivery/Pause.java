package org.chatbridge.bridge.delivery;

import java.time.Duration;

/** Lets time pass before something is tried again. */
@FunctionalInterface
public interface Pause {
    /** Returns after that time. */
    void of(Duration time) throws InterruptedException;
}
