package org.chatbridge.streams;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Stands in for what knows where things are until Kafka Streams is there. */
final class LateLocator implements Supplier<Locator> {
    private final Supplier<String> missing;
    private volatile @Nullable Locator locator;

    /** @param missing what Kafka Streams waits for, a sentence */
    LateLocator(Supplier<String> missing) {
        this.missing = missing;
    }

    void arrived(Locator actual) {
        locator = actual;
    }

    /** @throws StoreReader.UnavailableException where it is not there */
    @Override
    public Locator get() {
        return Optional.ofNullable(locator).orElseThrow(() -> new StoreReader.UnavailableException(missing.get()));
    }
}
