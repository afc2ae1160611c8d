package org.chatbridge.streams.changes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells new changes to all readers who know those before, by one thread: what readers of the same views are told is made
 * once, and several changes go out together.
 *
 * <p>A reader may be ahead of this instance, having come from another. Until that is over it gets chunks of its own.
 */
final class Feed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
    private static final Duration BEAT = Duration.ofSeconds(5);
    /** What comes within goes out together: a write to each of many readers costs more than what is written. */
    private static final long GATHER_MOST_MS = 100;

    private static final int READERS_PER_GATHER_MS = 2;

    private static final Duration AHEAD_AT_MOST = Duration.ofSeconds(30);
    private static final Duration END_WITHIN = Duration.ofSeconds(5);
    private static final int PASS_BYTES = 256 * 1024;

    private final Era era;
    private final LongSupplier nanos;
    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "changes-feed");

    // Of the thread.
    private final Map<Selection, List<Session>> groups = new HashMap<>();
    private final List<Ahead> ahead = new ArrayList<>();
    private long[] at;
    private long cursor;
    private long nextBeat;

    private record Ahead(Session session, long sinceNanos) {}

    Feed(Era era, LongSupplier nanos) {
        this.era = era;
        this.nanos = nanos;
        Ring.Slice end = era.ring().end();
        this.at = head(end);
        this.cursor = end.next();
        thread.setDaemon(true);
    }

    void start() {
        nextBeat = nanos.getAsLong() + BEAT.toNanos();
        thread.start();
    }

    /** There are new changes. */
    void wake() {
        if (woken.compareAndSet(false, true)) {
            inbox.add(() -> {});
        }
    }

    /** Takes over a reader who was at the end of the changes a moment ago. */
    void join(Session session) {
        inbox.add(() -> admit(session));
    }

    /** Ends the thread; the readers are not told. */
    @Override
    public void close() {
        stopping.countDown();
        wake();
        try {
            thread.join(END_WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (stopping.getCount() > 0) {
                Runnable task = inbox.poll(Math.max(0, nextBeat - nanos.getAsLong()), TimeUnit.NANOSECONDS);
                try {
                    turn(task);
                } catch (RuntimeException e) {
                    LOG.error("the readers of changes are sent away, they may come back", e);
                    List.copyOf(era.sessions()).forEach(Session::close);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void turn(@Nullable Runnable first) throws InterruptedException {
        for (Runnable task = first; task != null; task = inbox.poll()) {
            task.run();
        }
        woken.set(false);
        boolean told = deliver();
        if (nanos.getAsLong() - nextBeat >= 0) {
            beat();
            nextBeat = nanos.getAsLong() + BEAT.toNanos();
        }
        if (told) {
            long gatherMs = Math.min(GATHER_MOST_MS, era.sessions().size() / READERS_PER_GATHER_MS);
            stopping.await(gatherMs, TimeUnit.MILLISECONDS);
        }
    }

    private void admit(Session session) {
        deliver();
        Ring.Slice slice = era.ring().read(session.telling().cursor(), PASS_BYTES);
        if (slice == null || slice.head() == null) {
            session.goOn(session.telling().position());
            return;
        }
        session.live = true;
        if (tell(session, slice)) {
            ahead.add(new Ahead(session, nanos.getAsLong()));
            settle();
        }
    }

    /** Whether there was something to tell. */
    private boolean deliver() {
        boolean told = false;
        Ring.Slice slice;
        do {
            slice = era.ring().read(cursor, PASS_BYTES);
            if (slice == null) {
                fallBack();
                return told;
            }
            told |= !slice.changes().isEmpty();
            Ring.Slice now = slice;
            ahead.removeIf(reader -> !tell(reader.session(), now));
            tellGroups(now);
            cursor = slice.next();
        } while (slice.head() == null);
        at = slice.head();
        settle();
        return told;
    }

    private void tellGroups(Ring.Slice slice) {
        Map<Selection, Chunk> chunks = new HashMap<>();
        for (Change change : slice.changes()) {
            at[change.place()] = change.offset() + 1;
            for (Selection selection : groups.keySet()) {
                if (selection.contains(change.row().topic())) {
                    chunks.computeIfAbsent(selection, none -> new Chunk())
                            .event(era.id(selection, at, null), "change", change.data());
                }
            }
        }
        chunks.forEach(this::send);
    }

    private void send(Selection selection, Chunk chunk) {
        byte[] bytes = chunk.bytes();
        List<Session> readers = groups.getOrDefault(selection, List.of());
        readers.removeIf(reader -> !reader.offer(bytes, chunk.events()));
        if (readers.isEmpty()) {
            groups.remove(selection);
        }
    }

    private static boolean tell(Session session, Ring.Slice slice) {
        Chunk chunk = new Chunk();
        session.telling().tell(slice, chunk);
        return chunk.size() == 0 || session.offer(chunk.bytes(), chunk.events());
    }

    /** Those who are ahead no more join those of the same views. */
    private void settle() {
        for (Iterator<Ahead> all = ahead.iterator(); all.hasNext(); ) {
            Session session = all.next().session();
            era.raise(session.selection(), session.telling().position(), at);
            if (session.selection().covers(era.layout(), at, session.telling().position())) {
                all.remove();
                groups.computeIfAbsent(session.selection(), none -> new ArrayList<>())
                        .add(session);
            }
        }
    }

    /** More came than the ring holds before this thread had its turn: all go on by themselves. */
    private void fallBack() {
        List<List<Session>> behind = new ArrayList<>(groups.values());
        groups.clear();
        behind.forEach(group -> group.forEach(session -> session.goOn(at)));
        List<Ahead> alone = List.copyOf(ahead);
        ahead.clear();
        alone.forEach(reader -> reader.session().goOn(reader.session().telling().position()));
        Ring.Slice end = era.ring().end();
        at = head(end);
        cursor = end.next();
    }

    private void beat() {
        Map<Selection, byte[]> freshness = new HashMap<>();
        for (Selection selection : List.copyOf(groups.keySet())) {
            byte[] data = freshness.computeIfAbsent(selection, era.freshness());
            send(selection, new Chunk().event(era.id(selection, at, null), "freshness", data));
        }
        for (Session session : era.sessions()) {
            if (!session.live) {
                byte[] data = freshness.computeIfAbsent(session.selection(), era.freshness());
                session.offer(new Chunk().event("freshness", data).bytes(), 1);
            }
        }
        long now = nanos.getAsLong();
        List<Session> lost = new ArrayList<>();
        ahead.removeIf(reader -> {
            boolean tooLong = now - reader.sinceNanos() > AHEAD_AT_MOST.toNanos();
            if (tooLong) {
                lost.add(reader.session());
            } else {
                byte[] data = freshness.computeIfAbsent(reader.session().selection(), era.freshness());
                reader.session().offer(new Chunk().event("freshness", data).bytes(), 1);
            }
            return tooLong;
        });
        // They know more than there is: Kafka has lost records.
        lost.forEach(Session::reset);
    }

    private static long[] head(Ring.Slice end) {
        return Objects.requireNonNull(end.head());
    }
}
