package org.chatbridge.streams.changes;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is told of rows, made once for many readers: of each row the last that was asked for, as many as fit into some memory.
 * By any thread.
 */
final class ToldRows {
    private static final int ENTRY_BYTES = 200;

    private final Layout layout;
    private final RowData data;
    private final long mostBytes;
    private final Map<RowKey, Told> rows = new LinkedHashMap<>(1024, 0.75f, true);
    private long bytes;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Told(int partition, long offset, byte[] data) {
        boolean isOf(LogRecord record) {
            return partition == record.partition() && offset == record.offset();
        }
    }

    /** @param mostBytes about how much memory it may take */
    ToldRows(Layout layout, RowData data, long mostBytes) {
        this.layout = layout;
        this.data = data;
        this.mostBytes = mostBytes;
    }

    /** As {@link RowData#of}. */
    byte @Nullable [] of(LogRecord record) {
        RowKey row = new RowKey(record.topic(), record.key());
        synchronized (rows) {
            Told told = rows.get(row);
            if (told != null && told.isOf(record)) {
                return told.data();
            }
        }
        byte[] made = data.of(layout, record);
        if (made != null) {
            synchronized (rows) {
                Told told = rows.get(row);
                if (told == null || told.partition() != record.partition() || told.offset() < record.offset()) {
                    put(row, new Told(record.partition(), record.offset(), made));
                }
            }
        }
        return made;
    }

    /** Rows have changed: those that were asked for are likely to be asked for again. */
    void changed(List<Change> changes) {
        synchronized (rows) {
            for (Change change : changes) {
                if (rows.containsKey(change.row())) {
                    int partition = change.place() - layout.first(change.row().topic());
                    put(change.row(), new Told(partition, change.offset(), change.data()));
                }
            }
        }
    }

    private void put(RowKey row, Told told) {
        Told before = rows.put(row, told);
        bytes += before == null ? row.key().length + ENTRY_BYTES : -before.data().length;
        bytes += told.data().length;
        for (Iterator<Map.Entry<RowKey, Told>> oldest = rows.entrySet().iterator();
                bytes > mostBytes;
                oldest.remove()) {
            Map.Entry<RowKey, Told> entry = oldest.next();
            bytes -=
                    entry.getKey().key().length + ENTRY_BYTES + entry.getValue().data().length;
        }
    }
}
