package org.chatbridge.streams;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.InvalidStateStorePartitionException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.chatbridge.schema.SchemaRegistryException;
import org.jspecify.annotations.Nullable;

/** Reads what the rows of a view were, from the partitions that are kept here. */
final class PastRows {
    private final VersionStores stores;
    private final Versions.Later later;

    PastRows(VersionStores stores, Versions.Later later) {
        this.stores = stores;
        this.later = later;
    }

    /** The rows as they were at a moment. */
    StoreReader<SpecificRecord> at(Instant moment) {
        return new StoreReader<>() {
            @Override
            public Found<SpecificRecord> get(int partition, String key) {
                return read(partition, versions -> versions.at(key, moment))
                        .<Found<SpecificRecord>>map(row -> new Found.Here<>(row.orElse(null)))
                        .orElseGet(Found.Elsewhere::new);
            }

            @Override
            public Rows<SpecificRecord> from(Set<Integer> partitions, @Nullable String after) {
                List<KeyValueIterator<String, ValueAndTimestamp<SpecificRecord>>> rows = new ArrayList<>();
                Set<Integer> here = new TreeSet<>();
                for (int partition : partitions) {
                    read(partition, versions -> versions.all(after, moment)).ifPresent(all -> {
                        rows.add(all);
                        here.add(partition);
                    });
                }
                return new MergedRows<>(rows, null, here);
            }
        };
    }

    /**
     * The versions of a row that held at any time in between, the earliest first.
     *
     * @return empty where the partition is not kept here
     */
    Optional<List<Versions.Span>> between(int partition, String key, Instant from, Instant to, int most) {
        return read(partition, versions -> versions.between(key, from, to, most));
    }

    private <T> Optional<T> read(int partition, Function<Versions, T> question) {
        try {
            ReadOnlyKeyValueStore<Bytes, Version> store = stores.of(partition);
            return store == null ? Optional.empty() : Optional.of(question.apply(new Versions(store, later)));
        } catch (InvalidStateStorePartitionException e) {
            // Whether the partition is here is found out only where it is read.
            return Optional.empty();
        } catch (KafkaException | IllegalStateException | SchemaRegistryException e) {
            throw new StoreReader.UnavailableException("what was cannot be read now: " + e.getMessage());
        }
    }
}
