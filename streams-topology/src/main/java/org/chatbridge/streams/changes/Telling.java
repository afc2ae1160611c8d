package org.chatbridge.streams.changes;

import java.util.List;
import org.chatbridge.program.Json;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.changes.EventIds.Progress;
import org.jspecify.annotations.Nullable;

/**
 * What one reader is told next, from what it knows; for one thread at a time.
 *
 * <pre>
 * SNAPSHOT  changes of the rows it knows, then all other rows, from one reading of the replica ─► live event
 * CHANGES   from the ring; where that has them no longer, from the replica                      ─► END
 * </pre>
 *
 * Always true: it knows the rows up to {@code upTo} as they are at {@code position}, and no other row.
 */
final class Telling {
    /** About how much is told at once. */
    static final int CHUNK_BYTES = 64 * 1024;

    /** Before all rows. */
    private static final RowKey NONE = new RowKey(-1, new byte[0]);

    private final Era era;
    private final Selection selection;
    private long[] position = {};
    /** Null where it knows all rows. */
    private @Nullable RowKey upTo = NONE;

    private @Nullable ReplicaReading reading;
    private long[] target = {};
    private int place;
    private long cursor = -1;

    /** What has to happen before it can be told more. */
    enum Next {
        MORE,
        /** The replica has to get as far as the reader is. */
        LOOK_AGAIN,
        /** A change has to come. */
        END
    }

    Telling(Era era, Selection selection) {
        this.era = era;
        this.selection = selection;
    }

    /** It knows nothing. */
    void forget() {
        release();
        upTo = NONE;
    }

    /** It knows this. */
    void resume(Progress from) {
        position = from.position().clone();
        upTo = from.upTo();
    }

    /** It knows all rows as they are at a vector. */
    void goOn(long[] from) {
        position = from.clone();
        cursor = -1;
    }

    /** How far it is; not a copy. */
    long[] position() {
        return position;
    }

    /** The next change in the ring; -1 where that is not known. */
    long cursor() {
        return cursor;
    }

    /** Adds the next events. */
    Next next(Chunk chunk) {
        Next next = Next.MORE;
        while (next == Next.MORE && chunk.size() < CHUNK_BYTES) {
            next = upTo == null ? changes(chunk) : snapshot(chunk);
        }
        return next;
    }

    private Next snapshot(Chunk chunk) {
        ReplicaReading now = reading;
        if (now == null) {
            now = era.replica().read(era.layout());
            if (NONE.equals(upTo)) {
                position = now.position().clone();
            } else if (!selection.covers(era.layout(), now.position(), position)) {
                now.close();
                return Next.LOOK_AGAIN;
            }
            read(now);
        }
        if (tellChanges(now, chunk) || tellRows(now, chunk)) {
            return Next.MORE;
        }
        upTo = null;
        cursor = -1;
        release();
        chunk.event(id(), "live", Json.bytes(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("views");
            for (ViewTopic view : selection.views(era.layout())) {
                json.writeString(view.view());
            }
            json.writeEndArray();
            json.writeEndObject();
        }));
        return Next.MORE;
    }

    private Next changes(Chunk chunk) {
        if (reading != null) {
            if (!tellChanges(reading, chunk)) {
                release();
            }
            return Next.MORE;
        }
        if (cursor < 0) {
            cursor = era.ring().find(selection, position);
        }
        Ring.Slice slice = cursor < 0 ? null : era.ring().read(cursor, CHUNK_BYTES);
        if (slice == null) {
            cursor = -1;
            era.metrics().resumedFromReplica();
            read(era.replica().read(era.layout()));
            return Next.MORE;
        }
        tell(slice, chunk);
        return slice.head() == null ? Next.MORE : Next.END;
    }

    /** Tells what it has not been told of this; where it goes to the end, the position is there. */
    void tell(Ring.Slice slice, Chunk chunk) {
        for (Change change : slice.changes()) {
            if (Ring.isNews(change, selection, position)) {
                position[change.place()] = change.offset() + 1;
                chunk.event(id(), "change", change.data());
            }
        }
        cursor = slice.next();
        if (slice.head() != null) {
            era.raise(selection, position, slice.head());
        }
    }

    /** Tells the next changes that a reading knows of, of rows that the reader knows; false where there are no more. */
    private boolean tellChanges(ReplicaReading from, Chunk chunk) {
        Layout layout = era.layout();
        for (int topic : selection.topics()) {
            for (; place < layout.first(topic + 1); place++) {
                if (place < layout.first(topic)) {
                    continue;
                }
                if (position[place] < target[place]) {
                    tellChanges(from, topic, chunk);
                    return true;
                }
            }
        }
        return false;
    }

    private void tellChanges(ReplicaReading from, int topic, Chunk chunk) {
        int partition = place - era.layout().first(topic);
        RowKey known = upTo;
        List<LogRecord> changes = from.changes(
                topic,
                partition,
                position[place],
                key -> known == null || new RowKey(topic, key).compareTo(known) <= 0,
                CHUNK_BYTES);
        for (LogRecord change : changes) {
            position[place] = change.offset() + 1;
            tell("change", change, chunk);
        }
        if (changes.isEmpty()) {
            position[place] = target[place];
        }
    }

    /** Tells the next rows that the reader does not know; false where it knows all. */
    private boolean tellRows(ReplicaReading from, Chunk chunk) {
        for (int topic : selection.topics()) {
            RowKey last = upTo;
            if (last != null && topic < last.topic()) {
                continue;
            }
            List<LogRecord> rows =
                    from.rows(topic, last != null && topic == last.topic() ? last.key() : null, CHUNK_BYTES);
            for (LogRecord row : rows) {
                upTo = new RowKey(topic, row.key());
                tell("row", row, chunk);
            }
            if (!rows.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private void tell(String type, LogRecord record, Chunk chunk) {
        byte[] data = era.rows().of(record);
        if (data != null) {
            chunk.event(id(), type, data);
        }
    }

    private byte[] id() {
        return era.id(selection, position, upTo);
    }

    private void read(ReplicaReading from) {
        reading = from;
        target = from.position();
        place = 0;
    }

    /** Gives back what it holds of the replica. */
    void release() {
        ReplicaReading held = reading;
        if (held != null) {
            held.close();
            reading = null;
        }
    }
}
