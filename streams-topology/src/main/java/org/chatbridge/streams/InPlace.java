package org.chatbridge.streams;

import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/** Does what it is given in the thread that gives it, where that is done at most so many times at once; what is more waits for others. */
final class InPlace implements Executor {
    private final Semaphore places;
    private final Executor others;

    /**
     * @param most so many at once
     * @param others does the rest
     */
    InPlace(int most, Executor others) {
        this.places = new Semaphore(most);
        this.others = others;
    }

    @Override
    public void execute(Runnable task) {
        if (!places.tryAcquire()) {
            others.execute(task);
            return;
        }
        try {
            task.run();
        } finally {
            places.release();
        }
    }
}
