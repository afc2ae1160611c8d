package org.chatbridge.streams;

import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Stands in for a store until Kafka Streams is there. */
final class LateReader<S> implements StoreReader<S> {
    private final Supplier<String> missing;
    private volatile @Nullable StoreReader<S> reader;

    /** @param missing what Kafka Streams waits for, a sentence */
    LateReader(Supplier<String> missing) {
        this.missing = missing;
    }

    void arrived(StoreReader<S> actual) {
        reader = actual;
    }

    @Override
    public Found<S> get(int partition, String key) {
        return reader().get(partition, key);
    }

    @Override
    public Rows<S> from(Set<Integer> partitions, @Nullable String after) {
        return reader().from(partitions, after);
    }

    @Override
    public Rows<S> withTerm(String term, Set<Integer> partitions, @Nullable String after) {
        return reader().withTerm(term, partitions, after);
    }

    private StoreReader<S> reader() {
        StoreReader<S> actual = reader;
        if (actual == null) {
            throw new UnavailableException(missing.get());
        }
        return actual;
    }
}
