package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to the names of members, found without making text of the name. Objects of a kind have their members in the same order most
 * often, so the member that followed last time is looked for first. For one thread.
 */
final class NameTable<T> {
    private final Map<String, Entry<T>> all = new HashMap<>();
    private final @Nullable Entry<T>[] entries;
    private final int mask;
    private final Entry<T> start = new Entry<>("", null);
    private final Entry<T> unknown = new Entry<>("", null);

    /** A name, or a place that has none: the start of an object, a member that is not in the table. */
    static final class Entry<T> {
        private final byte[] name;
        private final byte[] member;
        private final @Nullable T value;

        /** What came after it the last time, where the table has it. */
        private @Nullable Entry<T> follower;

        private Entry(String name, @Nullable T value) {
            this.name = name.getBytes(UTF_8);
            this.member = ('"' + name + "\":").getBytes(UTF_8);
            this.value = value;
        }

        /** What belongs to the name; null where it is not in the table. */
        @Nullable
        T value() {
            return value;
        }
    }

    /** @throws IllegalArgumentException where a name cannot stand in JSON as it is */
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    NameTable(Map<String, T> values) {
        int size = Math.max(2, Integer.highestOneBit(values.size()) * 4);
        this.entries = new Entry[size];
        this.mask = size - 1;
        values.forEach((name, value) -> {
            if (name.chars().anyMatch(c -> c < ' ' || c == '"' || c == '\\')) {
                throw new IllegalArgumentException("not without escapes in JSON: " + name);
            }
            Entry<T> entry = new Entry<>(name, value);
            all.put(name, entry);
            int at = place(JsonText.hash(entry.name, 0, entry.name.length));
            while (entries[at] != null) {
                at = (at + 1) & mask;
            }
            entries[at] = entry;
        });
    }

    /** Where the members of an object begin, for {@link #next}. */
    Entry<T> start() {
        return start;
    }

    /**
     * Steps to the next member of the object that the cursor is in.
     *
     * @param before the member before it, or {@link #start}
     * @return the member, without a value where the table does not have it; null at the end of the object
     */
    @Nullable
    Entry<T> next(JsonInput in, Entry<T> before) {
        Entry<T> expected = before.follower;
        if (expected != null && in.nextNameIs(expected.member)) {
            return expected;
        }
        if (!in.nextName()) {
            return null;
        }
        Entry<T> found = find(in);
        if (found == null) {
            return unknown;
        }
        before.follower = found;
        return found;
    }

    /** What belongs to the name or string that the cursor stands on; null where nothing does. */
    @Nullable
    T get(JsonInput in) {
        Entry<T> found = find(in);
        return found == null ? null : found.value;
    }

    private @Nullable Entry<T> find(JsonInput in) {
        if (!in.isPlain()) {
            return all.get(in.text());
        }
        int at = place(in.nameHash());
        for (Entry<T> entry = entries[at]; entry != null; entry = entries[at]) {
            if (in.isName(entry.name)) {
                return entry;
            }
            at = (at + 1) & mask;
        }
        return null;
    }

    private int place(int hash) {
        return (hash ^ (hash >>> 15)) & mask;
    }
}
