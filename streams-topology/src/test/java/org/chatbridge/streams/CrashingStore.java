package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** A store in memory that loses some of what was written since the last commit when it crashes, for tests. */
final class CrashingStore<V extends SpecificRecord> implements KeyValueStore<String, V> {
    private record Write<V>(String key, @Nullable V value) {}

    private final String name;
    private final TreeMap<String, V> committed = new TreeMap<>();
    private final TreeMap<String, V> values = new TreeMap<>();
    private final List<Write<V>> writes = new ArrayList<>();

    CrashingStore(String name) {
        this.name = name;
    }

    void commit() {
        writes.forEach(write -> apply(committed, write));
        writes.clear();
    }

    /** What was written since the last commit is kept up to some point. */
    void crash(Random random) {
        List<Write<V>> kept = List.copyOf(writes.subList(0, random.nextInt(writes.size() + 1)));
        kept.forEach(write -> apply(committed, write));
        writes.clear();
        values.clear();
        values.putAll(committed);
    }

    private static <V> void apply(Map<String, V> values, Write<V> write) {
        if (write.value() == null) {
            values.remove(write.key());
        } else {
            values.put(write.key(), write.value());
        }
    }

    @Override
    public void put(String key, @Nullable V value) {
        write(
                key,
                value == null
                        ? null
                        : SpecificData.getForSchema(value.getSchema()).deepCopy(value.getSchema(), value));
    }

    private void write(String key, @Nullable V value) {
        Write<V> write = new Write<>(key, value);
        writes.add(write);
        apply(values, write);
    }

    @Override
    @SuppressWarnings("NullAway") // as in Kafka's interface
    public V get(String key) {
        return values.get(key);
    }

    @Override
    @SuppressWarnings("NullAway") // as in Kafka's interface
    public V delete(String key) {
        V before = values.get(key);
        write(key, null);
        return before;
    }

    @Override
    public V putIfAbsent(String key, V value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void putAll(List<KeyValue<String, V>> entries) {
        throw new UnsupportedOperationException();
    }

    @Override
    public KeyValueIterator<String, V> range(@Nullable String from, @Nullable String to) {
        TreeMap<String, V> found = new TreeMap<>(values);
        if (from != null) {
            found.headMap(from, false).clear();
        }
        if (to != null) {
            found.tailMap(to, false).clear();
        }
        return new Found<>(found);
    }

    @Override
    public KeyValueIterator<String, V> all() {
        return range(null, null);
    }

    @Override
    public long approximateNumEntries() {
        return values.size();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        // nothing to open
    }

    @Override
    public void close() {
        // nothing is open
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    private static final class Found<V> implements KeyValueIterator<String, V> {
        private final TreeMap<String, V> rest;
        private final Iterator<Map.Entry<String, V>> entries;

        Found(NavigableMap<String, V> found) {
            rest = new TreeMap<>(found);
            entries = found.entrySet().iterator();
        }

        @Override
        public boolean hasNext() {
            return entries.hasNext();
        }

        @Override
        public KeyValue<String, V> next() {
            Map.Entry<String, V> next = entries.next();
            rest.remove(next.getKey());
            return KeyValue.pair(next.getKey(), next.getValue());
        }

        @Override
        public String peekNextKey() {
            return rest.firstKey();
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
