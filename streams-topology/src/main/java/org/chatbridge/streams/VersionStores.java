package org.chatbridge.streams;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** The stores of {@link History} of one view, by partition. */
@FunctionalInterface
interface VersionStores {
    /**
     * The versions of a partition.
     *
     * @return null where the partition is not kept here
     * @throws StoreReader.UnavailableException where it cannot be read now
     */
    @Nullable
    ReadOnlyKeyValueStore<Bytes, Version> of(int partition);

    /** Those of a view that keeps no history. */
    static VersionStores none() {
        return partition -> null;
    }
}
