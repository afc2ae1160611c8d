package org.chatbridge.streams;

import java.util.Collection;
import java.util.List;
import org.chatbridge.program.HostPort;

/** Knows which instance keeps which part of a store. */
interface Locator {
    /** This instance, as its peers reach it. */
    HostPort self();

    /** Whether who refuses now may answer in a moment, as while partitions move. */
    default boolean mayChangeSoon() {
        return true;
    }

    /**
     * Where the partition of a key is.
     *
     * @throws StoreReader.UnavailableException where nobody knows now
     */
    Copies ofKey(String store, String key);

    /**
     * Where each partition of a store is, ascending.
     *
     * @param topics the sources of the store
     * @throws StoreReader.UnavailableException where nobody knows now
     */
    List<Copies> all(String store, Collection<String> topics);
}
