package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of several parts in one order, that of their keys' bytes. Pure.
 *
 * @param next the key after which the next page begins; null where there is none
 */
record MergedPage(List<Part.Row> rows, @Nullable String next) {
    private static final Comparator<String> ORDER = MergedRows.KEY_ORDER;

    /** @param limit most rows of the page */
    static MergedPage of(List<Part> parts, int limit) {
        List<Part.Row> rows = new ArrayList<>();
        String known = null;
        for (Part part : parts) {
            rows.addAll(part.rows());
            String last = part.upTo();
            if (last != null) {
                known = known == null || ORDER.compare(last, known) < 0 ? last : known;
            }
        }
        rows.sort(Comparator.comparing(Part.Row::key, ORDER));
        int end = rows.size();
        if (known != null) {
            // Behind it that part may have rows which are not here.
            while (end > 0 && ORDER.compare(rows.get(end - 1).key(), known) > 0) {
                end--;
            }
        }
        return end > limit
                ? new MergedPage(
                        List.copyOf(rows.subList(0, limit)), rows.get(limit - 1).key())
                : new MergedPage(List.copyOf(rows.subList(0, end)), known);
    }
}
