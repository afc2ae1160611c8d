package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.query.StateQueryRequest;
import org.apache.kafka.streams.query.TimestampedKeyQuery;
import org.apache.kafka.streams.query.TimestampedRangeQuery;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.chatbridge.schema.SchemaRegistryException;
import org.jspecify.annotations.Nullable;

/** Reads a store of Kafka Streams, all its partitions that are on this instance. */
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
            Map<Integer, QueryResult<ValueAndTimestamp<S>>> results =
                    query(TimestampedKeyQuery.withKey(key), Set.of(location.partition()));
            ValueAndTimestamp<S> value = result(results, location.partition());
            return new Found.Here<>(value == null ? null : value.value(), location.here());
        } catch (KafkaException | IllegalStateException | SchemaRegistryException e) {
            throw unavailable(e);
        }
    }

    @Override
    public Rows<S> from(@Nullable String after) {
        List<KeyValueIterator<String, ValueAndTimestamp<S>>> iterators = new ArrayList<>();
        try {
            KeyLocator.Parts parts = locator.parts(store, topics);
            TimestampedRangeQuery<String, S> range =
                    after == null ? TimestampedRangeQuery.withNoBounds() : TimestampedRangeQuery.withLowerBound(after);
            Map<Integer, QueryResult<KeyValueIterator<String, ValueAndTimestamp<S>>>> results =
                    query(range.withAscendingKeys(), parts.here().keySet());
            for (int partition : parts.here().keySet()) {
                KeyValueIterator<String, ValueAndTimestamp<S>> iterator = result(results, partition);
                if (iterator != null) {
                    iterators.add(iterator);
                }
            }
            ServedBy servedBy = parts.here().containsValue(ServedBy.STANDBY) ? ServedBy.STANDBY : ServedBy.ACTIVE;
            return new MergedRows<>(iterators, after, servedBy, parts.elsewhere());
        } catch (KafkaException | IllegalStateException | SchemaRegistryException | UnavailableException e) {
            iterators.forEach(KeyValueIterator::close);
            throw unavailable(e);
        }
    }

    private <R> Map<Integer, QueryResult<R>> query(Query<R> query, Set<Integer> partitions) {
        return streams.query(StateQueryRequest.inStore(store).withQuery(query).withPartitions(partitions))
                .getPartitionResults();
    }

    private <R> @Nullable R result(Map<Integer, QueryResult<R>> results, int partition) {
        QueryResult<R> result = results.get(partition);
        if (result == null || result.isFailure()) {
            throw new UnavailableException("partition " + partition + " of " + store + " is not there yet"
                    + (result == null ? "" : ": " + result.getFailureReason()));
        }
        return result.getResult();
    }

    private UnavailableException unavailable(RuntimeException e) {
        return e instanceof UnavailableException already
                ? already
                : new UnavailableException("the store " + store + " cannot be read now: " + e.getMessage());
    }
}
