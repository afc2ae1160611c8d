package org.chatbridge.streams;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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
    static final Comparator<String> KEY_ORDER = (one, other) ->
            Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

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

    @Override
    public boolean hasNext() {
        return !byNextKey.isEmpty();
    }

    @Override
    public Map.Entry<String, S> next() {
        KeyValueIterator<String, ValueAndTimestamp<S>> partition = byNextKey.poll();
        if (partition == null) {
            throw new NoSuchElementException();
        }
        try {
            var row = partition.next();
            if (partition.hasNext()) {
                byNextKey.add(partition);
            }
            return Map.entry(row.key, row.value.value());
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
