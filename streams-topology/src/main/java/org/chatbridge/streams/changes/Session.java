package org.chatbridge.streams.changes;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.chatbridge.program.Json;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.changes.EventIds.Progress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reader until it is at the end of the changes, where the {@link Feed} takes it over: chunk by chunk, each made when the
 * one before has gone out.
 *
 * <pre>
 * SNAPSHOT  changes of the rows it knows, then all other rows, from one reading of the replica ─► live event
 * CHANGES   from the ring; where that has them no longer, from the replica                      ─► Feed
 * </pre>
 *
 * Always true of its progress: it knows the rows up to {@code upTo} as they are at {@code position}, and no other row.
 */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final long LOOK_AGAIN_MS = 50;
    private static final int LOOKS = 200;
    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.US_ASCII);
    /** Before all rows. */
    private static final RowKey NONE = new RowKey(-1, new byte[0]);

    private final Era era;
    private final Feed feed;
    private final Selection selection;
    private final Sink sink;
    private final ScheduledExecutorService workers;
    /** Whether the feed tells it all, heartbeats too. */
    volatile boolean live;

    private volatile boolean ended;

    // Of the one step that runs, or of the feed.
    private long[] position = {};
    /** Null where it knows all rows. */
    private @Nullable RowKey upTo;

    private @Nullable ReplicaReading reading;
    private long[] target = {};
    private int place;
    private long cursor = -1;
    private int looks;

    private enum Next {
        MORE,
        LOOK_AGAIN,
        FEED
    }

    Session(Era era, Feed feed, Selection selection, Sink sink, ScheduledExecutorService workers) {
        this.era = era;
        this.feed = feed;
        this.selection = selection;
        this.sink = sink;
        this.workers = workers;
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
        } else if (from == null) {
            forget();
        } else {
            position = from.position().clone();
            upTo = from.upTo();
        }
        send(chunk, Next.MORE);
    }

    Selection selection() {
        return selection;
    }

    /** Where the feed has it. */
    long[] position() {
        return position;
    }

    long cursor() {
        return cursor;
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
        position = from.clone();
        cursor = -1;
        execute();
    }

    /** All that it knows is of no use: it begins anew. */
    synchronized void reset() {
        live = false;
        Chunk chunk = new Chunk();
        reset(chunk);
        send(chunk, Next.MORE);
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
        // Not in this thread, which may be that of a step: it would wait for itself no time, but for others long.
        execute();
    }

    private synchronized void step() {
        if (ended) {
            release();
            return;
        }
        Chunk chunk = new Chunk();
        try {
            Next next = Next.MORE;
            while (next == Next.MORE && chunk.size() < CHUNK_BYTES) {
                next = upTo == null ? changes(chunk) : snapshot(chunk);
            }
            if (next == Next.LOOK_AGAIN && ++looks > LOOKS) {
                // It knows more than there is: Kafka has lost records.
                reset(chunk);
                next = Next.MORE;
            }
            send(chunk, next);
        } catch (SortedStore.ClosedException e) {
            sink.close();
        } catch (RuntimeException e) {
            LOG.warn("a reader of changes is sent away, it may come back: {}", e.toString());
            sink.close();
        }
    }

    private void send(Chunk chunk, Next next) {
        if (chunk.size() > 0 && !offer(chunk.bytes(), chunk.events())) {
            ended = true;
            release();
            return;
        }
        switch (next) {
            case MORE -> sink.onDrained(this::execute);
            case LOOK_AGAIN -> schedule();
            case FEED -> feed.join(this);
        }
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
        return slice.head() == null ? Next.MORE : Next.FEED;
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
        List<LogRecord> changes = from.changes(topic, partition, position[place], CHUNK_BYTES);
        for (LogRecord change : changes) {
            position[place] = change.offset() + 1;
            if (upTo == null || new RowKey(topic, change.key()).compareTo(upTo) <= 0) {
                tell("change", change, chunk);
            }
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
        byte[] data = era.data().of(era.layout(), record);
        if (data != null) {
            chunk.event(id(), type, data);
        }
    }

    private String id() {
        return era.ids().of(selection, new Progress(position, upTo, era.minutes()));
    }

    private void reset(Chunk chunk) {
        era.metrics().reset();
        chunk.event("reset", NOTHING);
        forget();
    }

    private void forget() {
        release();
        upTo = NONE;
        looks = 0;
    }

    private void read(ReplicaReading from) {
        reading = from;
        target = from.position();
        place = 0;
    }

    private void release() {
        ReplicaReading held = reading;
        if (held != null) {
            held.close();
            reading = null;
        }
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
