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
            if (part.more()) {
                String last = part.rows().get(part.rows().size() - 1).key();
                known = known == null || ORDER.compare(last, known) < 0 ? last : known;
            }
        }
        rows.sort(Comparator.comparing(Part.Row::key, ORDER));
        int end = Math.min(limit, rows.size());
        boolean more = rows.size() > limit || known != null;
        if (known != null) {
            // Behind it that part may have rows which are not here.
            while (end > 0 && ORDER.compare(rows.get(end - 1).key(), known) > 0) {
                end--;
            }
        }
        return new MergedPage(
                List.copyOf(rows.subList(0, end)),
                more && end > 0 ? rows.get(end - 1).key() : null);
    }
}
