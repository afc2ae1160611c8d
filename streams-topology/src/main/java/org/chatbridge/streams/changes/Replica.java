package org.chatbridge.streams.changes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All rows of all views on this machine, and for each the offset of its last record: the topics as Kafka would compact them
 * at once. Rows and position change together. Written by one thread, read by any.
 *
 * <p>Rows that went are remembered for a while, so that the changes after a vector can be told from here; those from before
 * {@link #knowsSince()} may be incomplete.
 */
final class Replica implements AutoCloseable {
    static final long GONE_KEPT_MINUTES = 24 * 60;

    private static final long MS_PER_MINUTE = 60_000;
    private static final int PRUNED_AT_ONCE = 1_000;

    private final SortedStore store;
    private Layout layout = new Layout("", List.of());
    private long[] next = {};
    private long[] missing = {};
    private volatile long followedAt;
    private volatile long knowsSince;

    /** Asked before records are taken. */
    interface Listener {
        /** What is told of a change; null where the value cannot be read, of which nothing is told. */
        byte @Nullable [] render(Layout layout, LogRecord record);

        /**
         * Kafka has removed records before they were read: before this vector other instances may tell other changes.
         *
         * @param until 0 for each partition of which that is not so
         */
        void differs(long[] until);
    }

    Replica(SortedStore store) {
        this.store = store;
    }

    /**
     * Goes on where it was with these topics. A view whose topic was made anew, or whose records may be gone from Kafka before
     * they were taken, begins anew.
     *
     * @return whether one did
     */
    boolean open(Layout now, long[] beginnings, long[] ends, long minutes) {
        ReplicaState state = ReplicaState.of(store.get(ReplicaKeys.STATE));
        long keptMinutes = now.topics().stream()
                        .mapToLong(Layout.Topic::tombstonesKeptMs)
                        .min()
                        .orElse(0)
                / MS_PER_MINUTE;
        // Half of the time is for taking what was missed.
        boolean tooOld = state != null && minutes - state.followedAt() > keptMinutes / 2;
        long[] position = beginnings.clone();
        long[] holes = new long[now.size()];
        Arrays.fill(holes, -1);
        boolean anew = false;
        try (SortedStore.Batch batch = new SortedStore.Batch()) {
            for (int topic = 0; topic < now.topics().size(); topic++) {
                Layout.Topic wanted = now.topics().get(topic);
                int first = now.first(topic);
                ReplicaState.Topic known =
                        state == null ? null : state.topics().get(wanted.view().view());
                if (known == null || tooOld || !goesOn(known, wanted, first, beginnings, ends)) {
                    anew = true;
                    forget(wanted.view().view(), batch);
                } else {
                    System.arraycopy(known.next(), 0, position, first, wanted.partitions());
                    System.arraycopy(known.missing(), 0, holes, first, wanted.partitions());
                }
            }
            long since = state == null ? 0 : state.knowsSince();
            layout = now;
            next = position;
            missing = holes;
            knowsSince = anew ? Math.max(since, minutes - keptMinutes / 2) : since;
            followedAt = anew || state == null ? minutes : state.followedAt();
            batch.put(ReplicaKeys.STATE, state(next, missing).bytes());
            store.write(batch);
        }
        return anew;
    }

    /** What is read next. */
    long[] position() {
        return next.clone();
    }

    /** The minute since when it knows of every row that went. */
    long knowsSince() {
        return knowsSince;
    }

    /**
     * The places of which Kafka has removed records before they could be taken.
     *
     * @param records that are to be taken next
     * @param after the position after them
     */
    BitSet skipped(List<LogRecord> records, long[] after) {
        long[] position = next.clone();
        BitSet skipped = new BitSet();
        for (LogRecord record : records) {
            int place = layout.place(record.topic(), record.partition());
            skipped.set(place, skipped.get(place) || record.offset() > position[place]);
            position[place] = record.offset() + 1;
        }
        for (int place = 0; place < position.length; place++) {
            skipped.set(place, skipped.get(place) || after[place] > position[place]);
        }
        return skipped;
    }

    /** The minute in which it was last at the end of the topics: what it tells is not from before. */
    long followedAt() {
        return followedAt;
    }

    /**
     * Takes records.
     *
     * @param after the position after them
     * @param listener null where nobody is to be told
     * @return the changes that they make; a row that is told again as it was is none
     */
    List<Change> take(List<LogRecord> records, long[] after, long minutes, @Nullable Listener listener) {
        long[] position = next.clone();
        long[] holes = missing.clone();
        long[] differs = new long[position.length];
        List<Change> changes = new ArrayList<>();
        Map<RowKey, StoredRow> taken = new HashMap<>();
        try (SortedStore.Batch batch = new SortedStore.Batch()) {
            for (LogRecord record : records) {
                int place = layout.place(record.topic(), record.partition());
                advance(position, holes, place, record.offset());
                position[place] = record.offset() + 1;
                RowKey row = new RowKey(record.topic(), record.key());
                StoredRow before = taken.containsKey(row) ? taken.get(row) : stored(row);
                if (before != null && Arrays.equals(before.value(), record.value())) {
                    if (holes[place] <= before.offset()) {
                        continue;
                    }
                    // Under a missing offset the row may have been another for a while, and a reader elsewhere was told
                    // that. For who misses nothing this is no change.
                    differs[place] = record.offset() + 1;
                }
                byte[] data = listener == null ? null : listener.render(layout, record);
                if (data != null) {
                    changes.add(new Change(row, place, record.offset(), data));
                }
                StoredRow now = new StoredRow(record.partition(), record.offset(), minutes, record.value());
                put(row, before, now, batch);
                taken.put(row, now);
            }
            for (int place = 0; place < position.length; place++) {
                advance(position, holes, place, after[place]);
            }
            if (listener != null && Arrays.stream(differs).anyMatch(until -> until > 0)) {
                listener.differs(differs);
            }
            if (!records.isEmpty() || !Arrays.equals(position, next)) {
                batch.put(ReplicaKeys.STATE, state(position, holes).bytes());
                store.write(batch);
            }
        }
        next = position;
        missing = holes;
        return changes;
    }

    /** It is at the end of the topics now. */
    void followed(long minutes) {
        followedAt = minutes;
        try (SortedStore.Batch batch = new SortedStore.Batch()) {
            batch.put(ReplicaKeys.STATE, state(next, missing).bytes());
            store.write(batch);
        }
    }

    /**
     * Forgets some of the rows that went long before it was last at the end.
     *
     * @return whether there may be more
     */
    boolean forget() {
        long until = Math.max(0, followedAt - GONE_KEPT_MINUTES);
        try (SortedStore.Batch batch = new SortedStore.Batch()) {
            int[] left = {PRUNED_AT_ONCE};
            long[] pruned = {0};
            try (SortedStore.Reading reading = store.read()) {
                reading.scan(ReplicaKeys.gone(0), ReplicaKeys.gone(until), (gone, offset) -> {
                    prune(gone, reading, batch);
                    pruned[0] = ReplicaKeys.minutesOfGone(gone) + 1;
                    return --left[0] > 0;
                });
            }
            knowsSince = Math.max(knowsSince, pruned[0]);
            batch.put(ReplicaKeys.STATE, state(next, missing).bytes());
            store.write(batch);
            return left[0] <= 0;
        }
    }

    /** Whether a view has a row under a key. */
    boolean has(String view, byte[] key) {
        byte[] row = store.get(ReplicaKeys.row(view, key));
        return row != null && StoredRow.of(row).value() != null;
    }

    /** The rows as they are now. */
    ReplicaReading read(Layout as) {
        return new ReplicaReading(as, store.read());
    }

    @Override
    public void close() {
        store.close();
    }

    private static boolean goesOn(
            ReplicaState.Topic known, Layout.Topic wanted, int first, long[] beginnings, long[] ends) {
        if (!known.id().equals(wanted.id()) || known.next().length != wanted.partitions()) {
            return false;
        }
        for (int partition = 0; partition < wanted.partitions(); partition++) {
            long next = known.next()[partition];
            if (next < beginnings[first + partition] || next > ends[first + partition]) {
                return false;
            }
        }
        return true;
    }

    private static void forget(String view, SortedStore.Batch batch) {
        batch.delete(ReplicaKeys.rows(view), ReplicaKeys.end(ReplicaKeys.rows(view)));
        batch.delete(ReplicaKeys.log(view), ReplicaKeys.end(ReplicaKeys.log(view)));
    }

    private static void advance(long[] position, long[] holes, int place, long to) {
        if (to > position[place]) {
            holes[place] = to - 1;
            position[place] = to;
        }
    }

    private @Nullable StoredRow stored(RowKey row) {
        byte[] bytes = store.get(ReplicaKeys.row(view(row), row.key()));
        return bytes == null ? null : StoredRow.of(bytes);
    }

    private void put(RowKey row, @Nullable StoredRow before, StoredRow now, SortedStore.Batch batch) {
        String view = view(row);
        if (before != null) {
            batch.delete(ReplicaKeys.log(view, before.partition(), before.offset()));
        }
        batch.put(ReplicaKeys.row(view, row.key()), now.bytes());
        batch.put(ReplicaKeys.log(view, now.partition(), now.offset()), row.key());
        if (now.value() == null) {
            batch.put(ReplicaKeys.gone(now.minutes(), view, row.key()), new byte[0]);
        }
    }

    private static void prune(byte[] gone, SortedStore.Reading reading, SortedStore.Batch batch) {
        byte[] key = ReplicaKeys.rowOfGone(gone);
        byte[] bytes = reading.get(key);
        if (bytes != null) {
            StoredRow row = StoredRow.of(bytes);
            // Else it came back, or went once more later.
            if (row.value() == null && row.minutes() == ReplicaKeys.minutesOfGone(gone)) {
                batch.delete(key);
                batch.delete(ReplicaKeys.logOfRow(key, row.partition(), row.offset()));
            }
        }
        batch.delete(gone);
    }

    private String view(RowKey row) {
        return layout.topics().get(row.topic()).view().view();
    }

    private ReplicaState state(long[] position, long[] holes) {
        Map<String, ReplicaState.Topic> topics = new HashMap<>();
        for (int topic = 0; topic < layout.topics().size(); topic++) {
            int first = layout.first(topic);
            int end = layout.first(topic + 1);
            topics.put(
                    layout.topics().get(topic).view().view(),
                    new ReplicaState.Topic(
                            layout.topics().get(topic).id(),
                            Arrays.copyOfRange(position, first, end),
                            Arrays.copyOfRange(holes, first, end)));
        }
        return new ReplicaState(followedAt, knowsSince, topics);
    }
}
