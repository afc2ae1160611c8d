package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.chatbridge.schema.SchemaRegistryException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a store of Kafka Streams, all its partitions that are on this instance.
 *
 * <p>By {@link KafkaStreams#store}, not by {@link KafkaStreams#query}: in Kafka 4.3.1 the latter takes the lock of a
 * store's position before that of the store, the folding thread the other way round, and both wait for ever
 * (KAFKA-19629).
 */
final class StreamsStoreReader<S> implements StoreReader<S> {
    private final KafkaStreams streams;
    private final KeyLocator locator;
    private final String store;
    private final Collection<String> topics;

    /** @param topics the sources of the store */
    StreamsStoreReader(KafkaStreams streams, KeyLocator locator, String store, Collection<String> topics) {
        this.streams = streams;
        this.locator = locator;
        this.store = store;
        this.topics = topics;
    }

    @Override
    public Found<S> get(String key) {
        try {
            KeyLocator.Location location = locator.locate(store, key);
            if (location.here() == null) {
                return new Found.Elsewhere<>(location.active());
            }
            ValueAndTimestamp<S> value = partition(location.partition()).get(key);
            return new Found.Here<>(value == null ? null : value.value(), location.here());
        } catch (KafkaException | IllegalStateException | SchemaRegistryException e) {
            throw unavailable(e);
        }
    }

    @Override
    @SuppressWarnings("NullAway") // a range without an end has null there
    public Rows<S> from(@Nullable String after) {
        List<KeyValueIterator<String, ValueAndTimestamp<S>>> iterators = new ArrayList<>();
        try {
            KeyLocator.Parts parts = locator.parts(store, topics);
            for (int partition : parts.here().keySet()) {
                iterators.add(partition(partition).range(after, null));
            }
            ServedBy servedBy = parts.here().containsValue(ServedBy.STANDBY) ? ServedBy.STANDBY : ServedBy.ACTIVE;
            return new MergedRows<>(iterators, after, servedBy, parts.elsewhere());
        } catch (KafkaException | IllegalStateException | SchemaRegistryException e) {
            iterators.forEach(KeyValueIterator::close);
            throw unavailable(e);
        }
    }

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
