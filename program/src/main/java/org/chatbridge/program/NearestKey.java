package org.chatbridge.program;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what the user probably meant. */
final class NearestKey {
    private NearestKey() {}

    /** The candidate that takes the fewest edits, where these are at most a third of the text. */
    static Optional<String> to(String text, Collection<String> candidates) {
        return candidates.stream()
                .filter(candidate -> distance(text, candidate) <= Math.max(2, text.length() / 3))
                .min(Comparator.<String>comparingInt(candidate -> distance(text, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Levenshtein's distance: characters to add, remove or replace. */
    static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
