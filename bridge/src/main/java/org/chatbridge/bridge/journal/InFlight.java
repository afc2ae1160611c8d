package org.chatbridge.bridge.journal;

import org.jspecify.annotations.Nullable;

/**
 * The entries that were taken and are not freed, by their position. Freeing is in order: an entry that was delivered early
 * waits for those before it. Not thread-safe.
 */
final class InFlight {
    private static final int SMALLEST = 1024;

    private @Nullable Taken[] ring = new @Nullable Taken[SMALLEST];
    private long firstPosition;
    private long endPosition;

    /** An entry and where it stands. */
    static final class Taken {
        private final long position;
        private final Segment segment;
        private final long offset;
        private final long bytes;
        private boolean delivered;

        Taken(long position, Segment segment, long offset, long bytes) {
            this.position = position;
            this.segment = segment;
            this.offset = offset;
            this.bytes = bytes;
        }

        long position() {
            return position;
        }

        Segment segment() {
            return segment;
        }

        long offset() {
            return offset;
        }

        long bytes() {
            return bytes;
        }
    }

    /** Hears of what is freed, in order. */
    @FunctionalInterface
    interface Freed {
        void freed(Taken entry);
    }

    /** Nothing is in flight, and that position comes next. */
    void startAt(long position) {
        firstPosition = position;
        endPosition = position;
    }

    /** Adds an entry; positions that are left out will never come. False where it is known already and delivered. */
    boolean add(Taken taken) {
        if (taken.position < endPosition) {
            Taken known = taken.position < firstPosition ? null : ring[index(taken.position)];
            return known != null && !known.delivered;
        }
        if (firstPosition == endPosition) {
            startAt(taken.position);
        }
        while (taken.position - firstPosition >= ring.length) {
            grow();
        }
        for (; endPosition < taken.position; endPosition++) {
            ring[index(endPosition)] = null;
        }
        ring[index(endPosition++)] = taken;
        return true;
    }

    /** An entry was delivered; what can be freed now is told. One that is not in flight is ignored. Whether any is freed. */
    boolean delivered(long position, Freed listener) {
        Taken entry = position < firstPosition || position >= endPosition ? null : ring[index(position)];
        if (entry == null) {
            return false;
        }
        boolean frees = false;
        entry.delivered = true;
        while (firstPosition < endPosition) {
            Taken first = ring[index(firstPosition)];
            if (first != null && !first.delivered) {
                break;
            }
            ring[index(firstPosition++)] = null;
            if (first != null) {
                listener.freed(first);
                frees = true;
            }
        }
        return frees;
    }

    /** The oldest entry that is not delivered; null where none is in flight. */
    @Nullable
    Taken oldest() {
        return firstPosition == endPosition ? null : ring[index(firstPosition)];
    }

    /** Behind the newest. */
    long endPosition() {
        return endPosition;
    }

    /** How many positions there are from the oldest to the newest. */
    long span() {
        return endPosition - firstPosition;
    }

    private int index(long position) {
        return (int) (position & (ring.length - 1));
    }

    private void grow() {
        @Nullable Taken[] old = ring;
        ring = new @Nullable Taken[old.length * 2];
        for (long position = firstPosition; position < endPosition; position++) {
            ring[index(position)] = old[(int) (position & (old.length - 1))];
        }
    }
}
