package org.chatbridge.streams;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Knows of which rows it was told, since this task began here, how they are. What a task tells and what it keeps are
 * written apart: after a crash, what is kept may be ahead of what was told. So the first fact of a row tells it, changed
 * or not.
 */
final class LastTold {
    private static final int MOST = 2_000;

    private final Map<String, Integer> rows = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > MOST;
        }
    };

    /** Whether it is known what was told last of the row. */
    boolean isKnown(String key) {
        return rows.containsKey(key);
    }

    /** Whether it is not known that this was told last of the row. From now on it is. */
    boolean isNews(String key, Object row) {
        int now = row.hashCode();
        Integer before = rows.put(key, now);
        return before == null || before != now;
    }

    void forget(String key) {
        rows.remove(key);
    }
}
