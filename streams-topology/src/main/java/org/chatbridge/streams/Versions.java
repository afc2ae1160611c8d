package org.chatbridge.streams;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/** Reads what rows were, from the versions that {@link History} keeps of one partition. */
final class Versions {
    private final ReadOnlyKeyValueStore<Bytes, Version> versions;
    private final Later later;

    /** As {@link View#at}. */
    @FunctionalInterface
    interface Later {
        SpecificRecord at(SpecificRecord row, Instant made, Instant moment);
    }

    Versions(ReadOnlyKeyValueStore<Bytes, Version> versions, Later later) {
        this.versions = versions;
        this.later = later;
    }

    /**
     * A version of a row.
     *
     * @param to when it ended; null where it still holds
     * @param row null where there was none
     */
    record Span(
            Instant from, @Nullable Instant to, @Nullable SpecificRecord row) {}

    /** What a row was at a moment; empty where there was none. */
    Optional<SpecificRecord> at(String key, Instant moment) {
        try (KeyValueIterator<Bytes, Version> before =
                versions.reverseRange(HistoryKeys.beforeAll(key), HistoryKeys.of(key, moment))) {
            if (!before.hasNext()) {
                return Optional.empty();
            }
            var version = before.next();
            SpecificRecord row = version.value.row();
            return row == null ? Optional.empty() : Optional.of(later.at(row, HistoryKeys.from(version.key), moment));
        }
    }

    /** The versions of a row that held at any time in between, the earliest first: at most so many. */
    List<Span> between(String key, Instant from, Instant to, int most) {
        List<Span> spans = new ArrayList<>();
        Bytes first = HistoryKeys.of(key, from);
        try (KeyValueIterator<Bytes, Version> before = versions.reverseRange(HistoryKeys.beforeAll(key), first)) {
            if (before.hasNext()) {
                first = before.next().key;
            }
        }
        try (KeyValueIterator<Bytes, Version> all = versions.range(first, HistoryKeys.afterAll(key))) {
            while (all.hasNext() && spans.size() < most) {
                var version = all.next();
                Instant begins = HistoryKeys.from(version.key);
                if (!begins.isBefore(to)) {
                    break;
                }
                Instant ends = all.hasNext() ? HistoryKeys.from(all.peekNextKey()) : null;
                spans.add(new Span(begins, ends, version.value.row()));
            }
        }
        return spans;
    }

    /**
     * All rows as they were at a moment, by key: from the first key after one, or from the first. Null where there was none under
     * a key: to find that out takes as long as to find a row.
     */
    KeyValueIterator<String, ValueAndTimestamp<SpecificRecord>> all(@Nullable String after, Instant moment) {
        return new KeyValueIterator<>() {
            private @Nullable String next = firstKey(after);

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public String peekNextKey() {
                if (next == null) {
                    throw new NoSuchElementException();
                }
                return next;
            }

            @Override
            @SuppressWarnings("NullAway") // see above
            public KeyValue<String, ValueAndTimestamp<SpecificRecord>> next() {
                String key = peekNextKey();
                next = firstKey(key);
                return KeyValue.pair(
                        key,
                        at(key, moment)
                                .map(row -> ValueAndTimestamp.make(row, moment.toEpochMilli()))
                                .orElse(null));
            }

            @Override
            public void close() {
                // Each look has closed its own.
            }
        };
    }

    @SuppressWarnings("NullAway") // a range without an end has null there
    private @Nullable String firstKey(@Nullable String after) {
        try (KeyValueIterator<Bytes, Version> rest =
                versions.range(after == null ? null : HistoryKeys.afterAll(after), null)) {
            return rest.hasNext() ? HistoryKeys.key(rest.peekNextKey()) : null;
        }
    }
}
