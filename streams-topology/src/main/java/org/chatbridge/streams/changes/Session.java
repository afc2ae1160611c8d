package org.chatbridge.streams.changes;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.chatbridge.streams.changes.EventIds.Progress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reader until it is at the end of the changes, where the {@link Feed} takes it over: chunk by chunk, each made when the
 * one before has gone out.
 */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final long LOOK_AGAIN_MS = 50;
    private static final int LOOKS = 200;
    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.US_ASCII);

    private final Era era;
    private final Feed feed;
    private final Selection selection;
    private final Sink sink;
    private final ScheduledExecutorService workers;
    /** Whether the feed tells it all, heartbeats too. */
    volatile boolean live;

    private volatile boolean ended;

    /** Of the one step that runs, or of the feed. */
    private final Telling telling;

    private int looks;

    Session(Era era, Feed feed, Selection selection, Sink sink, ScheduledExecutorService workers) {
        this.era = era;
        this.feed = feed;
        this.selection = selection;
        this.sink = sink;
        this.workers = workers;
        this.telling = new Telling(era, selection);
    }

    /**
     * Begins to tell.
     *
     * @param from where the reader is; null where it knows nothing
     * @param reset whether it knows something that it has to forget
     */
    synchronized void begin(@Nullable Progress from, boolean reset) {
        era.sessions().add(this);
        sink.onClosed(this::closed);
        Chunk chunk = new Chunk().retry().event("freshness", era.freshness().apply(selection));
        if (reset) {
            reset(chunk);
        } else if (from != null) {
            telling.resume(from);
        }
        send(chunk, Telling.Next.MORE);
    }

    Selection selection() {
        return selection;
    }

    Telling telling() {
        return telling;
    }

    /** Sends bytes; false where the reader has gone. */
    boolean offer(byte[] chunk, int events) {
        if (ended || !sink.offer(chunk)) {
            return false;
        }
        era.metrics().sent(events);
        return true;
    }

    /** The feed cannot go on with it: from this vector on it goes by itself. */
    synchronized void goOn(long[] from) {
        live = false;
        telling.goOn(from);
        execute();
    }

    /** All that it knows is of no use: it begins anew. */
    synchronized void reset() {
        live = false;
        Chunk chunk = new Chunk();
        reset(chunk);
        send(chunk, Telling.Next.MORE);
    }

    /** Ends it; the reader comes back with what it has. */
    void close() {
        sink.close();
        closed(false);
    }

    private void closed(boolean cut) {
        if (cut) {
            era.metrics().cut();
        }
        ended = true;
        era.sessions().remove(this);
        // A step may be running: what it holds is given back after it.
        execute();
    }

    private synchronized void step() {
        if (ended) {
            telling.release();
            return;
        }
        Chunk chunk = new Chunk();
        try {
            Telling.Next next = telling.next(chunk);
            if (next == Telling.Next.LOOK_AGAIN && ++looks > LOOKS) {
                // It knows more than there is: Kafka has lost records.
                reset(chunk);
                next = Telling.Next.MORE;
            }
            send(chunk, next);
        } catch (SortedStore.ClosedException e) {
            sink.close();
        } catch (RuntimeException e) {
            LOG.warn("a reader of changes is sent away, it may come back: {}", e.toString());
            sink.close();
        }
    }

    private void send(Chunk chunk, Telling.Next next) {
        if (chunk.size() > 0 && !offer(chunk.bytes(), chunk.events())) {
            ended = true;
            telling.release();
            return;
        }
        switch (next) {
            case MORE -> sink.onDrained(this::execute);
            case LOOK_AGAIN -> schedule();
            case END -> feed.join(this);
        }
    }

    private void reset(Chunk chunk) {
        era.metrics().reset();
        chunk.event(era.idOfNothing(selection), "reset", NOTHING);
        telling.forget();
        looks = 0;
    }

    private void execute() {
        try {
            workers.execute(this::step);
        } catch (RejectedExecutionException e) {
            // The program ends; closing the store releases what this holds.
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // step() lets nothing out
    private void schedule() {
        try {
            workers.schedule(this::step, LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // As above.
        }
    }
}
