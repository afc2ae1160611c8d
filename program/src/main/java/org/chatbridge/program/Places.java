package org.chatbridge.program;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A bound on what is done at a time. */
final class Places {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final int most;
    private final String of;
    private final AtomicInteger taken = new AtomicInteger();

    /** @param of what takes a place, in the plural, for messages */
    Places(int most, String of) {
        this.most = most;
        this.of = of;
    }

    /**
     * Takes one, to be given back.
     *
     * @throws HttpProblem 503 where there is none
     */
    void take() {
        if (taken.incrementAndGet() > most) {
            taken.decrementAndGet();
            throw HttpProblem.unavailable("no more than " + most + " " + of + " are answered at a time", RETRY_AFTER);
        }
    }

    void give() {
        taken.decrementAndGet();
    }

    int taken() {
        return taken.get();
    }
}
