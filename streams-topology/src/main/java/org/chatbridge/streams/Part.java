package org.chatbridge.streams;

import java.util.List;
import java.util.Set;
import org.chatbridge.program.Json;

/**
 * What one instance has of a page.
 *
 * @param rows ascending by their keys
 * @param more whether it has rows behind these
 * @param partitions those that it is about
 */
record Part(List<Row> rows, boolean more, Set<Integer> partitions, Position position, Freshness freshness) {
    Part {
        rows = List.copyOf(rows);
        partitions = Set.copyOf(partitions);
        if (more && rows.isEmpty()) {
            throw new IllegalArgumentException("no rows, and rows behind them");
        }
    }

    /**
     * A row.
     *
     * @param key under which it is kept
     * @param body writes the row, a JSON object
     */
    record Row(String key, Json.Body body) {}
}
