package org.chatbridge.streams;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Knows of which rows it was told, since this task began here, how they are. What a task tells and what it keeps are
 * written apart: after a crash, what is kept may be ahead of what was told. So the first fact of a row tells it, changed
 * or not.
 */
final class LastTold {
    private static final int MOST = 5_000;

    private final Map<String, Integer> rows = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > MOST;
        }
    };

    /** Whether it is known what was told last of the row. */
    boolean isKnown(String key) {
        return rows.get(key) != null; // which keeps it among the latest, unlike containsKey
    }

    /**
     * Whether it is not known that this was told last of the row. From now on it is.
     *
     * @param hash of the row; two rows with the same one pass for equal here, so who asks must compare what it keeps too
     */
    boolean isNews(String key, int hash) {
        Integer before = rows.put(key, hash);
        return before == null || before != hash;
    }

    void forget(String key) {
        rows.remove(key);
    }

    /** A task begins. */
    void clear() {
        rows.clear();
    }
}
