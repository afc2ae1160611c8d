package org.chatbridge.bridge.frames;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.chatbridge.program.Obstacle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the bridge's own words into the queue, on a thread of its own: who speaks never waits, also where the queue is full.
 * What it holds is bounded by the gaps there are and by what LiveChat told after the last login: what is learned anew takes the
 * place of what was learned before and still waits.
 */
public final class OwnWords implements Consumer<Frame>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnWords.class);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration REMINDER = Duration.ofMinutes(1);

    private final FrameQueue queue;
    private final BlockingQueue<Frame> waiting = new LinkedBlockingQueue<>();
    private final AtomicInteger unwritten = new AtomicInteger();
    private final Obstacle obstacle = new Obstacle(LOG, REMINDER, System::nanoTime, "");
    private final Thread thread = new Thread(this::run, "own-words");
    private volatile String learning = "";
    private volatile boolean closing;

    public OwnWords(FrameQueue queue) {
        this.queue = queue;
        thread.setDaemon(true);
    }

    /** Begins to put them; what was accepted before waits for it. */
    public void start() {
        thread.start();
    }

    @Override
    public void accept(Frame word) {
        if (word.kind() == Frame.Kind.SNAPSHOT && !word.connectionId().equals(learning)) {
            learning = word.connectionId();
            for (Frame before : waiting) {
                // It may just have been taken.
                if (before.kind() == Frame.Kind.SNAPSHOT && waiting.remove(before)) {
                    unwritten.decrementAndGet();
                }
            }
        }
        unwritten.incrementAndGet();
        waiting.add(word);
    }

    /** Whether all that was accepted is in the queue. */
    public boolean areWritten() {
        return unwritten.get() == 0;
    }

    /** Ends when all is in the queue, or after two seconds. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(LAST_WORDS.toMillis());
            thread.interrupt();
            thread.join(LAST_WORDS.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (unwritten.get() > 0) {
            LOG.warn("{} of the bridge's own records are not in the journal; the ledger has the gaps", unwritten.get());
        }
    }

    private void run() {
        try {
            while (!closing || !waiting.isEmpty()) {
                Frame word = waiting.poll(20, TimeUnit.MILLISECONDS);
                if (word != null) {
                    put(word);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("interrupted", e);
        }
    }

    /** One that the queue fails on is put again before the others: that all was told must not stand behind one that is missing. */
    private void put(Frame word) throws InterruptedException {
        boolean put = false;
        while (!put) {
            try {
                queue.put(word);
                put = true;
            } catch (RuntimeException | Error e) { // or no word would be put any more
                obstacle.is("one of the bridge's own records cannot be put into the journal: " + e + ". Trying again");
                TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            }
        }
        unwritten.decrementAndGet();
        obstacle.isGone();
    }
}
