package org.chatbridge.streams;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * The stores of the views that this instance folds, as their tasks have them. Kafka Streams would look for one with every
 * read: it takes three locks of its tasks, and copies the set of them. What was read of them last is at hand itself. For use by
 * several threads.
 */
final class StoresAtHand {
    /** What was read last may take such a part of the heap. */
    private static final int PART_OF_HEAP = 16;

    private record Part(String store, int partition) {}

    private final ConcurrentMap<Part, ReadOnlyKeyValueStore<String, ?>> stores = new ConcurrentHashMap<>();
    private final ConcurrentMap<Part, ReadOnlyKeyValueStore<Bytes, byte[]>> terms = new ConcurrentHashMap<>();
    private final LastRead lastRead = new LastRead(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);

    /**
     * A task begins to fold here.
     *
     * @return as which it is read by others: to be told of each change
     */
    <S extends SpecificRecord> LastRead.OfStore<S> opened(
            String store, int partition, ReadOnlyKeyValueStore<String, ValueAndTimestamp<S>> opened) {
        LastRead.OfStore<S> read = lastRead.of(opened);
        stores.put(new Part(store, partition), read);
        return read;
    }

    /** The same of the terms of a view, once they are whole. */
    void openedTerms(String view, int partition, ReadOnlyKeyValueStore<Bytes, byte[]> opened) {
        terms.put(new Part(view, partition), opened);
    }

    /** A task folds here no longer; if another one has begun to meanwhile, that stays. */
    void closed(String store, int partition, ReadOnlyKeyValueStore<String, ?> closed) {
        stores.remove(new Part(store, partition), closed);
    }

    /** The same of the terms. */
    void closedTerms(String view, int partition, ReadOnlyKeyValueStore<Bytes, byte[]> closed) {
        terms.remove(new Part(view, partition), closed);
    }

    /** The terms of a view, if its partition is folded here and it has any. */
    Optional<ReadOnlyKeyValueStore<Bytes, byte[]>> terms(String view, int partition) {
        return Optional.ofNullable(terms.get(new Part(view, partition)));
    }

    /**
     * A store, if its partition is folded here.
     *
     * @param <V> what the store keeps, which is for its view to know
     */
    @SuppressWarnings("unchecked") // each store has one view
    <V> Optional<ReadOnlyKeyValueStore<String, V>> of(String store, int partition) {
        return Optional.ofNullable((ReadOnlyKeyValueStore<String, V>) stores.get(new Part(store, partition)));
    }
}
