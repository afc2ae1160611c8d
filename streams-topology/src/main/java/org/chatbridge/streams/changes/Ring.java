package org.chatbridge.streams.changes;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The last changes, as many as fit into some memory. Readers keep a cursor into it: the number of the next change, which
 * counts on for ever.
 */
final class Ring {
    private final Layout layout;
    private final long mostBytes;
    private final long[] start;
    private final long[] head;
    private final Cursors[] ofPlaces;
    private Change[] changes = new Change[1024];
    private long first;
    private long next;
    private long bytes;

    /**
     * What was read.
     *
     * @param next the cursor after it
     * @param head the vector after the last change that there is, where this goes so far
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Slice(List<Change> changes, long next, long @Nullable [] head) {}

    /** @param position after which it holds every change */
    Ring(Layout layout, long mostBytes, long[] position) {
        this.layout = layout;
        this.mostBytes = mostBytes;
        this.start = position.clone();
        this.head = position.clone();
        this.ofPlaces = Stream.generate(Cursors::new).limit(position.length).toArray(Cursors[]::new);
    }

    /**
     * Adds changes, and forgets the oldest where they do not fit.
     *
     * @param position the vector after them
     */
    synchronized void append(List<Change> more, long[] position) {
        for (Change change : more) {
            if (next - first == changes.length) {
                grow();
            }
            ofPlaces[change.place()].add(next);
            changes[slot(next++)] = change;
            bytes += change.bytes();
        }
        System.arraycopy(position, 0, head, 0, head.length);
        while (bytes > mostBytes && first < next) {
            int slot = slot(first++);
            Change oldest = changes[slot];
            start[oldest.place()] = oldest.offset() + 1;
            bytes -= oldest.bytes();
            ofPlaces[oldest.place()].removeFirst();
            forget(slot);
        }
    }

    /** The cursor of a reader that is at a vector; -1 where changes after it are no longer here. */
    synchronized long find(Selection selection, long[] position) {
        if (!selection.covers(layout, position, start)) {
            return -1;
        }
        long cursor = next;
        for (int topic : selection.topics()) {
            int end = layout.first(topic + 1);
            for (int place = layout.first(topic); place < end; place++) {
                long from = position[place];
                cursor = ofPlaces[place].first(at -> changes[slot(at)].offset() >= from, cursor);
            }
        }
        return cursor;
    }

    /** The changes from a cursor on, at least one where there is one; null where they are no longer here. */
    synchronized @Nullable Slice read(long cursor, int atMostBytes) {
        if (cursor < first) {
            return null;
        }
        List<Change> read = new ArrayList<>();
        long at = cursor;
        for (long size = 0; at < next && size < atMostBytes; at++) {
            Change change = changes[slot(at)];
            size += change.bytes();
            read.add(change);
        }
        return new Slice(read, at, at == next ? head.clone() : null);
    }

    /** The end: what comes after it is read from there. */
    synchronized Slice end() {
        return new Slice(List.of(), next, head.clone());
    }

    /** Whether a reader of these views, at a vector, has not been told. */
    static boolean isNews(Change change, Selection selection, long[] position) {
        return selection.contains(change.row().topic()) && change.offset() >= position[change.place()];
    }

    @SuppressWarnings("NullAway") // nobody reads it again
    private void forget(int slot) {
        changes[slot] = null;
    }

    private int slot(long cursor) {
        return (int) (cursor & (changes.length - 1));
    }

    private void grow() {
        Change[] larger = new Change[changes.length * 2];
        for (long i = first; i < next; i++) {
            larger[(int) (i & (larger.length - 1))] = changes[slot(i)];
        }
        changes = larger;
    }
}
