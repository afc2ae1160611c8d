package org.chatbridge.streams;

import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.chatbridge.schema.SchemaRegistryException;
import org.jspecify.annotations.Nullable;

/** The rows of several partitions in one order, that of their keys' bytes, which is each partition's own. */
final class MergedRows<S> implements StoreReader.Rows<S> {
    static final Comparator<String> KEY_ORDER = MergedRows::compareKeys;

    private final List<KeyValueIterator<String, ValueAndTimestamp<S>>> partitions;
    private final PriorityQueue<KeyValueIterator<String, ValueAndTimestamp<S>>> byNextKey =
            new PriorityQueue<>(Comparator.comparing(KeyValueIterator::peekNextKey, KEY_ORDER));
    private final Set<Integer> numbers;

    /**
     * @param after a key to leave out; null leaves out none
     * @param numbers those of the partitions
     */
    MergedRows(
            List<KeyValueIterator<String, ValueAndTimestamp<S>>> partitions,
            @Nullable String after,
            Set<Integer> numbers) {
        this.partitions = partitions;
        this.numbers = Set.copyOf(numbers);
        for (KeyValueIterator<String, ValueAndTimestamp<S>> partition : partitions) {
            if (partition.hasNext() && partition.peekNextKey().equals(after)) {
                partition.next();
            }
            if (partition.hasNext()) {
                byNextKey.add(partition);
            }
        }
    }

    /** As the bytes of UTF-8 are ordered, which is the order of code points; chars are only where none is a surrogate. */
    private static int compareKeys(String one, String other) {
        int common = Math.min(one.length(), other.length());
        for (int i = 0; i < common; i++) {
            char here = one.charAt(i);
            char there = other.charAt(i);
            if (here != there) {
                return Character.isSurrogate(here) == Character.isSurrogate(there)
                        ? here - there
                        : Character.isSurrogate(here) ? 1 : -1;
            }
        }
        return one.length() - other.length();
    }

    @Override
    public boolean hasNext() {
        return !byNextKey.isEmpty();
    }

    @Override
    public StoreReader.Kept<S> next() {
        KeyValueIterator<String, ValueAndTimestamp<S>> partition = byNextKey.poll();
        if (partition == null) {
            throw new NoSuchElementException();
        }
        try {
            var row = partition.next();
            if (partition.hasNext()) {
                byNextKey.add(partition);
            }
            return new StoreReader.Kept<>(row.key, row.value == null ? null : row.value.value());
        } catch (KafkaException | IllegalStateException | SchemaRegistryException e) {
            // Rows are decoded here, one by one, and stores may move to another instance meanwhile.
            throw new StoreReader.UnavailableException("the rows cannot be read now: " + e.getMessage());
        }
    }

    @Override
    public Set<Integer> partitions() {
        return numbers;
    }

    @Override
    public void close() {
        partitions.forEach(KeyValueIterator::close);
    }
}
