package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.InvalidStateStorePartitionException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.chatbridge.schema.SchemaRegistryException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a store of Kafka Streams.
 *
 * <p>By {@link KafkaStreams#store}, not by {@link KafkaStreams#query}: in Kafka 4.3.1 the latter takes the lock of a
 * store's position before that of the store, the folding thread the other way round, and both wait for ever
 * (KAFKA-19629).
 */
final class StreamsStoreReader<S> implements StoreReader<S> {
    private final KafkaStreams streams;
    private final String store;
    private final StoresAtHand atHand;

    StreamsStoreReader(KafkaStreams streams, String store, StoresAtHand atHand) {
        this.streams = streams;
        this.store = store;
        this.atHand = atHand;
    }

    @Override
    public Found<S> get(int partition, String key) {
        try {
            ValueAndTimestamp<S> value = read(partition, store -> store.get(key));
            return new Found.Here<>(value == null ? null : value.value());
        } catch (InvalidStateStorePartitionException e) {
            return new Found.Elsewhere<>();
        } catch (KafkaException | IllegalStateException | SchemaRegistryException e) {
            throw unavailable(e);
        }
    }

    @Override
    public Rows<S> from(Set<Integer> partitions, @Nullable String after) {
        return rows(Optional.empty(), partitions, after);
    }

    @Override
    public Rows<S> withTerm(String term, Set<Integer> partitions, @Nullable String after) {
        return rows(Optional.of(term), partitions, after);
    }

    private Rows<S> rows(Optional<String> term, Set<Integer> partitions, @Nullable String after) {
        List<KeyValueIterator<String, ValueAndTimestamp<S>>> iterators = new ArrayList<>();
        Set<Integer> here = new TreeSet<>();
        try {
            for (int partition : partitions) {
                if (open(term, partition, after, iterators)) {
                    here.add(partition);
                }
            }
            return new MergedRows<>(iterators, after, here);
        } catch (KafkaException | IllegalStateException | SchemaRegistryException e) {
            iterators.forEach(KeyValueIterator::close);
            throw unavailable(e);
        }
    }

    @SuppressWarnings("NullAway") // a range without an end has null there
    private boolean open(
            Optional<String> term,
            int partition,
            @Nullable String after,
            List<KeyValueIterator<String, ValueAndTimestamp<S>>> iterators) {
        try {
            iterators.add(term.flatMap(wanted -> found(wanted, partition, after))
                    .orElseGet(() -> read(partition, store -> store.range(after, null))));
            return true;
        } catch (InvalidStateStorePartitionException e) {
            return false;
        }
    }

    /** Empty where the partition is not folded here, or no longer. */
    private Optional<KeyValueIterator<String, ValueAndTimestamp<S>>> found(
            String term, int partition, @Nullable String after) {
        Optional<ReadOnlyKeyValueStore<Bytes, byte[]>> terms = atHand.terms(store, partition);
        Optional<ReadOnlyKeyValueStore<String, ValueAndTimestamp<S>>> states = atHand.of(store, partition);
        if (terms.isEmpty() || states.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(TermIndex.states(terms.get(), states.get(), term, after));
        } catch (InvalidStateStoreException e) {
            return Optional.empty();
        }
    }

    @SuppressWarnings("NullAway") // nothing under a key is null
    private <A> A read(int partition, Function<ReadOnlyKeyValueStore<String, ValueAndTimestamp<S>>, A> reading) {
        Optional<ReadOnlyKeyValueStore<String, ValueAndTimestamp<S>>> known = atHand.of(store, partition);
        if (known.isPresent()) {
            try {
                return reading.apply(known.get());
            } catch (InvalidStateStoreException e) {
                // It was closed a moment ago; Kafka Streams may know of another copy.
                return reading.apply(partition(partition));
            }
        }
        return reading.apply(partition(partition));
    }

    /** Whether the partition is here is found out only where it is read. */
    private ReadOnlyKeyValueStore<String, ValueAndTimestamp<S>> partition(int partition) {
        return streams.store(
                StoreQueryParameters.fromNameAndType(store, QueryableStoreTypes.<String, S>timestampedKeyValueStore())
                        .enableStaleStores()
                        .withPartition(partition));
    }

    private UnavailableException unavailable(RuntimeException e) {
        return new UnavailableException("the store " + store + " cannot be read now: " + e.getMessage());
    }
}
