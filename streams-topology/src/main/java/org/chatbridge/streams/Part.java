package org.chatbridge.streams;

import java.util.List;
import java.util.Set;
import org.chatbridge.program.Json;
import org.jspecify.annotations.Nullable;

/**
 * What one instance has of a page.
 *
 * @param rows ascending by their keys
 * @param upTo the key that was looked at last, where it may have rows behind it; null where it has none behind these
 * @param partitions those that it is about
 */
record Part(List<Row> rows, @Nullable String upTo, Set<Integer> partitions, Position position, Freshness freshness) {
    Part {
        rows = List.copyOf(rows);
        partitions = Set.copyOf(partitions);
    }

    /**
     * A row.
     *
     * @param key under which it is kept
     * @param body writes the row, a JSON object
     */
    record Row(String key, Json.Body body) {}
}
