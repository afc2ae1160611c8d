package org.chatbridge.streams;

import java.util.Optional;
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
    public Found<S> get(String key) {
        return reader().get(key);
    }

    @Override
    public Rows<S> from(@Nullable String after) {
        return reader().from(after);
    }

    /** Why the rows cannot be read now, a sentence; empty where they can. */
    Optional<String> whyUnavailable() {
        try {
            from(null).close();
            return Optional.empty();
        } catch (UnavailableException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private StoreReader<S> reader() {
        StoreReader<S> actual = reader;
        if (actual == null) {
            throw new UnavailableException(missing.get());
        }
        return actual;
    }
}
