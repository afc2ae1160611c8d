package org.chatbridge.streams.changes;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The rows of a {@link Replica} as they were at one moment, and at which vector that was. */
final class ReplicaReading implements AutoCloseable {
    private final Layout layout;
    private final SortedStore.Reading reading;
    private final long[] position;

    /** @param reading closed with this */
    ReplicaReading(Layout layout, SortedStore.Reading reading) {
        this.layout = layout;
        this.reading = reading;
        this.position = position(
                layout,
                Objects.requireNonNull(
                        ReplicaState.of(reading.get(ReplicaKeys.STATE)), "a replica that was not opened"));
    }

    /** The vector up to which these rows are. */
    long[] position() {
        return position;
    }

    /**
     * The next rows of a view, in the order of their keys; none where there are no more.
     *
     * @param after the key of the last row before; null for the first
     */
    List<LogRecord> rows(int topic, byte @Nullable [] after, int atMostBytes) {
        String view = view(topic);
        byte[] all = ReplicaKeys.rows(view);
        List<LogRecord> rows = new ArrayList<>();
        int[] left = {atMostBytes};
        reading.scan(after == null ? all : ReplicaKeys.after(view, after), ReplicaKeys.end(all), (key, bytes) -> {
            StoredRow row = StoredRow.of(bytes);
            if (row.value() != null) {
                rows.add(new LogRecord(
                        topic, row.partition(), row.offset(), ReplicaKeys.keyOfRow(view, key), row.value()));
                left[0] -= bytes.length + key.length;
            }
            return left[0] > 0;
        });
        return rows;
    }

    /**
     * The next last records of rows on a partition, in the order of their offsets; none where there are no more.
     *
     * @param wanted whether one is, by the key of its row
     */
    List<LogRecord> changes(int topic, int partition, long from, Predicate<byte[]> wanted, int atMostBytes) {
        String view = view(topic);
        List<LogRecord> changes = new ArrayList<>();
        int[] left = {atMostBytes};
        byte[] end = ReplicaKeys.log(view, partition, position[layout.place(topic, partition)]);
        reading.scan(ReplicaKeys.log(view, partition, from), end, (log, key) -> {
            if (!wanted.test(key)) {
                return true;
            }
            byte[] bytes = Objects.requireNonNull(reading.get(ReplicaKeys.row(view, key)), "a row for each record");
            changes.add(new LogRecord(
                    topic,
                    partition,
                    ReplicaKeys.offsetOfLog(log),
                    key,
                    StoredRow.of(bytes).value()));
            left[0] -= bytes.length + key.length;
            return left[0] > 0;
        });
        return changes;
    }

    @Override
    public void close() {
        reading.close();
    }

    private String view(int topic) {
        return layout.topics().get(topic).view().view();
    }

    private static long[] position(Layout layout, ReplicaState state) {
        long[] position = new long[layout.size()];
        for (int topic = 0; topic < layout.topics().size(); topic++) {
            ReplicaState.Topic known = Objects.requireNonNull(
                    state.topics().get(layout.topics().get(topic).view().view()), "a view that was not opened");
            System.arraycopy(
                    known.next(),
                    0,
                    position,
                    layout.first(topic),
                    layout.topics().get(topic).partitions());
        }
        return position;
    }
}
