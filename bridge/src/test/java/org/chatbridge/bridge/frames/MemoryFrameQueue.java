package org.chatbridge.bridge.frames;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A queue in memory, bounded in bytes: what is in it does not survive the process. */
public class MemoryFrameQueue implements FrameQueue {
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition more = lock.newCondition();

    /** Taken and not yet freed, oldest first. */
    private final Deque<Entry> taken = new ArrayDeque<>();

    private final Deque<Entry> waiting = new ArrayDeque<>();
    private final Set<Long> deliveredEarly = new HashSet<>();
    private long nextPosition;
    private long bytes;
    private boolean full;

    /** @param maxBytes of the frames together; one frame alone may be larger */
    public MemoryFrameQueue(long maxBytes) {
        if (maxBytes <= 0) {
            throw new IllegalArgumentException("a queue of " + maxBytes + " bytes");
        }
        this.maxBytes = maxBytes;
    }

    @Override
    public void put(Frame frame) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (bytes > 0 && bytes + frame.bytes().length > maxBytes) {
                full = true;
                room.await();
            }
            waiting.add(new Entry(nextPosition++, frame));
            bytes += frame.bytes().length;
            more.signal();
        } finally {
            full = false;
            lock.unlock();
        }
    }

    @Override
    public @Nullable Entry take(Duration timeout) throws InterruptedException {
        long nanosLeft = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty()) {
                if (nanosLeft <= 0) {
                    return null;
                }
                nanosLeft = more.awaitNanos(nanosLeft);
            }
            Entry entry = waiting.remove();
            taken.add(entry);
            return entry;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean delivered(long position) {
        lock.lock();
        try {
            boolean frees = false;
            deliveredEarly.add(position);
            Entry oldest = taken.peek();
            while (oldest != null && deliveredEarly.remove(oldest.position())) {
                taken.remove();
                bytes -= oldest.frame().bytes().length;
                oldest = taken.peek();
                frees = true;
            }
            room.signal();
            return frees;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void rewind() {
        lock.lock();
        try {
            while (!taken.isEmpty()) {
                Entry entry = taken.removeLast();
                if (deliveredEarly.remove(entry.position())) {
                    bytes -= entry.frame().bytes().length;
                } else {
                    waiting.addFirst(entry);
                }
            }
            more.signal();
            room.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long pending() {
        lock.lock();
        try {
            return taken.size() + (long) waiting.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isFull() {
        lock.lock();
        try {
            return full;
        } finally {
            lock.unlock();
        }
    }
}
