package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What belongs to the names of members, found without making text of the name. */
final class NameTable<T> {
    private final Map<String, T> all;
    private final byte[][] names;
    private final Object[] values;
    private final int mask;

    NameTable(Map<String, T> all) {
        this.all = Map.copyOf(all);
        int size = Math.max(2, Integer.highestOneBit(all.size()) * 4);
        this.names = new byte[size][];
        this.values = new Object[size];
        this.mask = size - 1;
        all.forEach((name, value) -> {
            byte[] bytes = name.getBytes(UTF_8);
            int at = place(JsonText.hash(bytes, 0, bytes.length));
            while (values[at] != null) {
                at = (at + 1) & mask;
            }
            names[at] = bytes;
            values[at] = value;
        });
    }

    /** What belongs to the name that the cursor stands on; null where nothing does. */
    @SuppressWarnings("unchecked") // only put in by the constructor
    @Nullable
    T get(JsonInput in) {
        if (!in.isPlain()) {
            return all.get(in.text());
        }
        for (int at = place(in.nameHash()); values[at] != null; at = (at + 1) & mask) {
            if (in.isName(names[at])) {
                return (T) values[at];
            }
        }
        return null;
    }

    private int place(int hash) {
        return (hash ^ (hash >>> 15)) & mask;
    }
}
