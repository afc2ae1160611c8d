package org.chatbridge.streams;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Stands in for a store until Kafka Streams is there. */
final class LateReader<S> implements StoreReader<S> {
    private final Supplier<List<String>> missing;
    private volatile @Nullable StoreReader<S> reader;

    /** @param missing what Kafka Streams waits for, each a sentence */
    LateReader(Supplier<List<String>> missing) {
        this.missing = missing;
    }

    void arrived(StoreReader<S> actual) {
        reader = actual;
    }

    @Override
    public Found<S> get(String key) {
        return reader().get(key);
    }

    @Override
    public Rows<S> from(@Nullable String after) {
        return reader().from(after);
    }

    private StoreReader<S> reader() {
        StoreReader<S> actual = reader;
        if (actual == null) {
            List<String> reasons = missing.get();
            throw new UnavailableException(
                    reasons.isEmpty() ? "Kafka Streams is starting" : String.join("; ", reasons));
        }
        return actual;
    }
}
