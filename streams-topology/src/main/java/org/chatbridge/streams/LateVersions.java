package org.chatbridge.streams;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Reads the stores of a view's history from Kafka Streams, as soon as that is there. */
final class LateVersions implements VersionStores {
    private final String store;
    private volatile @Nullable KafkaStreams streams;

    LateVersions(String store) {
        this.store = store;
    }

    void arrived(KafkaStreams actual) {
        streams = actual;
    }

    @Override
    public ReadOnlyKeyValueStore<Bytes, Version> of(int partition) {
        KafkaStreams actual = streams;
        if (actual == null) {
            throw new StoreReader.UnavailableException("Kafka Streams is starting");
        }
        return actual.store(
                StoreQueryParameters.fromNameAndType(store, QueryableStoreTypes.<Bytes, Version>keyValueStore())
                        .enableStaleStores()
                        .withPartition(partition));
    }
}
