package org.chatbridge.sandbox;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The frames that wait for one client: bounded, sent in order by a thread of their own.
 *
 * <p>A client that does not read makes the thread wait in the socket and the queue grow to its bound; nobody else waits,
 * but for those who chose to.
 */
final class Outbox {

    /** What is done on the writing thread. */
    interface Task {
        void run(Peer peer) throws IOException;
    }

    private record Entry(Task task, @Nullable CompletableFuture<@Nullable Void> done) {}

    private final Peer peer;
    private final int bound;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<Entry> queue = new ArrayDeque<>();
    private final Thread writer;
    private boolean closed;

    Outbox(Peer peer, int bound, String name) {
        this.peer = peer;
        this.bound = bound;
        this.writer = new Thread(this::write, name);
        this.writer.setDaemon(true);
    }

    void start() {
        writer.start();
    }

    /** Appends a task; false when the queue is full or closed. */
    boolean offer(Task task) {
        return add(new Entry(task, null), false);
    }

    /** Appends a task, waiting for room; false when the queue is closed. */
    boolean put(Task task) {
        return add(new Entry(task, null), true);
    }

    /** Appends a task, waiting for room; the future completes when the socket has taken it. */
    CompletableFuture<@Nullable Void> send(Task task) {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        if (!add(new Entry(task, done), true)) {
            done.completeExceptionally(new IOException("the connection is closed"));
        }
        return done;
    }

    boolean isOpen() {
        lock.lock();
        try {
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what waits. Does nothing when closed. */
    void close() {
        lock.lock();
        try {
            closed = true;
            for (Entry entry : queue) {
                if (entry.done != null) {
                    entry.done.completeExceptionally(new IOException("the connection is closed"));
                }
            }
            queue.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean add(Entry entry, boolean wait) {
        lock.lock();
        try {
            while (wait && !closed && queue.size() >= bound) {
                changed.awaitUninterruptibly();
            }
            if (closed || queue.size() >= bound) {
                return false;
            }
            queue.add(entry);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Entry next() {
        lock.lock();
        try {
            while (!closed && queue.isEmpty()) {
                changed.awaitUninterruptibly();
            }
            Entry entry = queue.poll();
            changed.signalAll();
            return entry;
        } finally {
            lock.unlock();
        }
    }

    private void write() {
        for (Entry entry = next(); entry != null; entry = next()) {
            try {
                entry.task.run(peer);
                if (entry.done != null) {
                    entry.done.complete(null);
                }
            } catch (IOException | RuntimeException e) {
                if (entry.done != null) {
                    entry.done.completeExceptionally(e);
                }
                close();
                peer.drop();
            }
        }
    }
}
