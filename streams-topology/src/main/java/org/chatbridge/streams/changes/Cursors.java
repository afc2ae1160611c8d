package org.chatbridge.streams.changes;

import java.util.function.LongPredicate;

/** Ascending numbers, added at one end and removed at the other; for one thread at a time. */
final class Cursors {
    private long[] cursors = new long[16];
    private int first;
    private int size;

    /** @param cursor above all that are here */
    void add(long cursor) {
        if (size == cursors.length) {
            long[] larger = new long[2 * size];
            for (int i = 0; i < size; i++) {
                larger[i] = at(i);
            }
            cursors = larger;
            first = 0;
        }
        cursors[slot(size++)] = cursor;
    }

    void removeFirst() {
        first = slot(1);
        size--;
    }

    /**
     * The first of which something is true that is true of all after it.
     *
     * @param none where it is true of none, or of none below this
     */
    long first(LongPredicate holds, long none) {
        int from = 0;
        int to = size;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (holds.test(at(middle))) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from == size ? none : Math.min(none, at(from));
    }

    private long at(int index) {
        return cursors[slot(index)];
    }

    private int slot(int index) {
        return (first + index) & (cursors.length - 1);
    }
}
