package org.chatbridge.bridge.journal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.chatbridge.bridge.frames.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What both ends of the journal share, a monitor: which segments there are, how far it was put, taken and freed. It touches
 * no file.
 */
final class Backlog {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final Condition freed = lock.newCondition();
    private final InFlight inFlight = new InFlight();

    /** Each is remembered, some 50 bytes, until all before it are delivered. */
    static final int MOST_IN_FLIGHT = 200_000;

    /** Oldest first; the last is appended to. */
    private final Deque<Segment> segments = new ArrayDeque<>();

    /** Of which no entry is needed any more, and whose files are still there. Oldest first. */
    private final Deque<Segment> dropped = new ArrayDeque<>();

    private long nextPosition;
    private long readPosition;
    private long pending;
    private long bytes;
    private long fileBytes;
    private long changes;
    private boolean full;
    private boolean closed;
    private @Nullable LastFrame lastFrame;

    /** What an earlier process left: the segments, how far they were freed, and what is pending in them. */
    void recovered(List<Segment> found, Recovery.Found state) {
        lock.lock();
        try {
            segments.addAll(found);
            found.forEach(segment -> fileBytes += segment.endOffset());
            nextPosition = state.nextPosition();
            readPosition = state.freedPosition();
            inFlight.startAt(readPosition);
            pending = state.pending();
            bytes = state.bytes();
            lastFrame = state.lastFrame();
        } finally {
            lock.unlock();
        }
    }

    // who puts

    long nextPosition() {
        return locked(() -> nextPosition);
    }

    /** Whether the files may grow by that much; one entry alone may always. */
    boolean hasRoom(long moreBytes, long maxBytes) {
        return locked(() -> fileBytes + moreBytes <= maxBytes || segments.isEmpty() ? 1 : 0) == 1;
    }

    /** A segment was begun. */
    void began(Segment segment) {
        lock.lock();
        try {
            segments.add(segment);
            fileBytes += segment.endOffset();
        } finally {
            lock.unlock();
        }
    }

    /** The entries of some frames, of that length together, stand whole at the end of a segment. */
    void appended(Segment segment, long length, List<Frame> frames) {
        lock.lock();
        try {
            segment.endsAt(segment.endOffset() + length);
            fileBytes += length;
            bytes += length;
            pending += frames.size();
            nextPosition += frames.size();
            for (int i = frames.size() - 1; i >= 0; i--) {
                if (frames.get(i).kind().isPush()) {
                    lastFrame = LastFrame.of(frames.get(i));
                    break;
                }
            }
            full = false;
            more.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Goes up with whatever may have made room. */
    long changes() {
        return locked(() -> changes);
    }

    /** Waits, full, until {@link #changes} is no longer that, at most so long. */
    void awaitChange(long seen, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            full = true;
            long left = nanos;
            while (changes == seen && left > 0) {
                refuseIfClosed();
                left = freed.awaitNanos(left);
            }
            refuseIfClosed();
        } finally {
            lock.unlock();
        }
    }

    void refuseIfClosed() throws InterruptedException {
        if (locked(() -> closed ? 1 : 0) == 1) {
            throw new InterruptedException("the journal is closed");
        }
    }

    /** Drops the segments whose entries are all freed, but for the last one; their space counts until {@link #deleted}. */
    void dropFreed() {
        lock.lock();
        try {
            while (segments.size() > 1) {
                Segment first = segments.remove();
                if (segments.element().firstPosition() > freedPosition()) {
                    segments.addFirst(first);
                    break;
                }
                dropped.add(first);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Drops all segments where nothing is pending, none otherwise; whether there was one. Their space counts until {@link #deleted}. */
    boolean dropAllIfIdle() {
        lock.lock();
        try {
            if (segments.isEmpty() || pending > 0 || readPosition < nextPosition) {
                return false;
            }
            dropped.addAll(segments);
            segments.clear();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The segments that were dropped and whose files are still there, oldest first. */
    List<Segment> dropped() {
        lock.lock();
        try {
            return List.copyOf(dropped);
        } finally {
            lock.unlock();
        }
    }

    /** The file of a segment that was dropped is no more. */
    void deleted(Segment segment) {
        lock.lock();
        try {
            dropped.remove(segment);
            fileBytes -= segment.endOffset();
            changes++;
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // who takes

    /** Waits until there is an entry to be read, at most so long; whether there is. */
    boolean awaitMore(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (readPosition >= nextPosition || isFarAhead()) {
                refuseIfClosed();
                if (left <= 0) {
                    return false;
                }
                left = more.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether so much that is delivered waits for one that is not, that no more is taken; what was rewound to always is. */
    private boolean isFarAhead() {
        return readPosition >= inFlight.endPosition() && inFlight.span() >= MOST_IN_FLIGHT;
    }

    long readPosition() {
        return locked(() -> readPosition);
    }

    /** The segment that holds the next entry to be read, as far as the names tell; null where there is none. */
    @Nullable
    Segment segmentToRead() {
        lock.lock();
        try {
            Segment found = segments.peek();
            for (Segment segment : segments) {
                if (segment.firstPosition() <= readPosition) {
                    found = segment;
                }
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A segment was read up to there: goes on with the one behind it, if that was the end.
     *
     * @param damagedBytes that were skipped just before
     */
    void readTo(Segment segment, long offset, long damagedBytes) {
        lock.lock();
        try {
            if (offset < segment.endOffset()) {
                return;
            }
            long next = nextPosition;
            for (Segment later : segments) {
                if (later.firstPosition() > segment.firstPosition()) {
                    next = later.firstPosition();
                    break;
                }
            }
            skipTo(next, damagedBytes);
        } finally {
            lock.unlock();
        }
    }

    /**
     * An entry was read: takes it, unless it was delivered already.
     *
     * @param damagedBytes that were skipped just before
     */
    boolean taken(InFlight.Taken entry, long damagedBytes) {
        lock.lock();
        try {
            if (entry.position() < readPosition) {
                return false;
            }
            skipTo(entry.position(), damagedBytes);
            readPosition = entry.position() + 1;
            return inFlight.add(entry);
        } finally {
            lock.unlock();
        }
    }

    /** Goes back to the oldest entry in flight; null where there is none. */
    InFlight.@Nullable Taken rewind() {
        lock.lock();
        try {
            InFlight.Taken oldest = inFlight.oldest();
            if (oldest != null) {
                readPosition = oldest.position();
            }
            return oldest;
        } finally {
            lock.unlock();
        }
    }

    /** Whether that frees any. */
    boolean delivered(long position) {
        lock.lock();
        try {
            boolean frees = inFlight.delivered(position, entry -> {
                pending--;
                bytes -= entry.bytes();
                changes++;
            });
            if (full) {
                freed.signalAll();
            }
            if (frees && readPosition < nextPosition) {
                more.signalAll();
            }
            return frees;
        } finally {
            lock.unlock();
        }
    }

    // anybody

    Checkpoint.State state() {
        lock.lock();
        try {
            return new Checkpoint.State(freedPosition(), lastFrame);
        } finally {
            lock.unlock();
        }
    }

    long pending() {
        return locked(() -> pending);
    }

    long bytes() {
        return locked(() -> bytes);
    }

    boolean isFull() {
        return locked(() -> full ? 1 : 0) == 1;
    }

    /** Ends every wait. */
    void close() {
        lock.lock();
        try {
            closed = true;
            more.signalAll();
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private long freedPosition() {
        InFlight.Taken oldest = inFlight.oldest();
        return oldest == null ? readPosition : oldest.position();
    }

    /** Entries that were counted as pending at the start and cannot be read now are pending no more. */
    private void skipTo(long position, long damagedBytes) {
        if (damagedBytes > 0) {
            pending -= Math.min(pending, Math.max(0, position - readPosition));
            bytes -= Math.min(bytes, damagedBytes);
        }
        readPosition = Math.max(readPosition, position);
    }

    private long locked(LongSupplier value) {
        lock.lock();
        try {
            return value.getAsLong();
        } finally {
            lock.unlock();
        }
    }
}
