package org.chatbridge.streams;

import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * What was read by key last, decoded: to look it up in RocksDB and to decode it costs as much as the rest of what is done for an
 * answer. Bounded by what it takes of the heap, for all stores together. For use by several threads.
 *
 * <p>Nobody is told what was before a change once {@link OfStore#changed} has returned. A value is kept only if the place that was taken
 * for it, before the store was read, is still there: a change takes it away.
 */
final class LastRead {
    private final ConcurrentMap<Id, Read> reads = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong opened = new AtomicLong();
    private final long mostBytes;

    /** Where one thread at a time looks for what can go; guarded by the lock. */
    private final ReentrantLock making = new ReentrantLock();

    private Iterator<Map.Entry<Id, Read>> hand = Collections.emptyIterator();

    /** @param mostBytes of the heap, an estimate */
    LastRead(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** A store as a task has it opened: another one each time. */
    <S extends SpecificRecord> OfStore<S> of(ReadOnlyKeyValueStore<String, ValueAndTimestamp<S>> store) {
        return new OfStore<>(store);
    }

    /** What all that is kept takes of the heap. */
    long bytes() {
        return bytes.get();
    }

    /** Of a store as it was opened for the so manieth time: what is left of one that is closed holds nothing of its task. */
    private record Id(long opened, String key) {}

    /** A value, or the place of one that is being read. Each is equal to itself alone. */
    private static final class Read {
        private final @Nullable ValueAndTimestamp<?> value;
        private final long bytes;
        /** Asked for since somebody looked whether it can go. */
        private boolean again;

        Read(@Nullable ValueAndTimestamp<?> value, long bytes) {
            this.value = value;
            this.bytes = bytes;
        }
    }

    /** Reads one store: by key what is at hand, all else from the store. */
    final class OfStore<S extends SpecificRecord> implements ReadOnlyKeyValueStore<String, ValueAndTimestamp<S>> {
        private final long opened = LastRead.this.opened.incrementAndGet();
        private final ReadOnlyKeyValueStore<String, ValueAndTimestamp<S>> store;

        private OfStore(ReadOnlyKeyValueStore<String, ValueAndTimestamp<S>> store) {
            this.store = store;
        }

        /** To be called by whoever writes to the store, each time it has. */
        void changed(String key) {
            Read before = reads.remove(new Id(opened, key));
            if (before != null) {
                bytes.addAndGet(-before.bytes);
            }
        }

        @Override
        @SuppressWarnings({"unchecked", "NullAway"
        }) // of one store there are its values; none is null, as in Kafka's interface
        public ValueAndTimestamp<S> get(String key) {
            Id id = new Id(opened, key);
            Read known = reads.get(id);
            if (known != null && known.value != null) {
                if (!known.again) {
                    known.again = true;
                }
                return (ValueAndTimestamp<S>) known.value;
            }
            Read place = new Read(null, 0);
            if (known != null || reads.putIfAbsent(id, place) != null) {
                return store.get(key); // another thread is about to keep it
            }
            try {
                ValueAndTimestamp<S> value = store.get(key);
                if (value != null) {
                    keep(id, place, new Read(value, weight(key) + weight(value.value())));
                }
                return value;
            } finally {
                reads.remove(id, place);
            }
        }

        @Override
        public KeyValueIterator<String, ValueAndTimestamp<S>> range(@Nullable String from, @Nullable String to) {
            return store.range(from, to);
        }

        @Override
        public KeyValueIterator<String, ValueAndTimestamp<S>> all() {
            return store.all();
        }

        @Override
        public long approximateNumEntries() {
            return store.approximateNumEntries();
        }
    }

    private void keep(Id id, Read place, Read read) {
        // One that would drive all others out is not worth it.
        if (read.bytes <= mostBytes / 16 && reads.replace(id, place, read) && bytes.addAndGet(read.bytes) > mostBytes) {
            makeRoom();
        }
    }

    /** What was not asked for again goes first. */
    private void makeRoom() {
        if (!making.tryLock()) {
            return; // somebody is at it
        }
        try {
            long enough = mostBytes - mostBytes / 16;
            // Twice round at the most: what others ask for meanwhile stays for now.
            for (int looks = 2 * reads.size(); bytes.get() > enough && looks > 0; looks--) {
                if (!hand.hasNext()) {
                    hand = reads.entrySet().iterator();
                }
                if (hand.hasNext()) {
                    makeRoom(hand.next());
                }
            }
        } finally {
            making.unlock();
        }
    }

    private void makeRoom(Map.Entry<Id, Read> one) {
        Read read = one.getValue();
        if (read.again) {
            read.again = false;
        } else if (read.value != null && reads.remove(one.getKey(), read)) {
            bytes.addAndGet(-read.bytes);
        }
    }

    /** About what it takes of the heap. */
    static long weight(@Nullable Object value) {
        if (value == null) {
            return 0;
        }
        if (value instanceof String text) {
            return 48L + text.length();
        }
        if (value instanceof SpecificRecord record) {
            int fields = record.getSchema().getFields().size();
            long bytes = 16 + 4L * fields;
            for (int i = 0; i < fields; i++) {
                bytes += weight(record.get(i));
            }
            return bytes;
        }
        if (value instanceof List<?> list) {
            long bytes = 40 + 4L * list.size();
            for (Object element : list) {
                bytes += weight(element);
            }
            return bytes;
        }
        if (value instanceof Map<?, ?> map) {
            long bytes = 64;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                bytes += 48 + weight(entry.getKey()) + weight(entry.getValue());
            }
            return bytes;
        }
        return value instanceof Boolean ? 0 : value instanceof Instant ? 24 : 16;
    }
}
