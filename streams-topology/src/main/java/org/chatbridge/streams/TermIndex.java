package org.chatbridge.streams;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Which keys of a view's partition have which terms ({@link View#terms}), so that a list that is asked for by one need not look
 * at all of them. It is made anew when a task begins, and has no changelog.
 *
 * <p>An entry is there before the state that has the term, and goes after it: whoever reads the entries and then the states
 * misses none.
 *
 * @param <S> what the store keeps
 */
final class TermIndex<S extends SpecificRecord> {
    private static final byte[] NOTHING = {};
    private static final byte ABOVE_ALL_TEXT = (byte) 0xff;

    private final View<S, ?> view;
    private final KeyValueStore<Bytes, byte[]> entries;

    TermIndex(View<S, ?> view, KeyValueStore<Bytes, byte[]> entries) {
        this.view = view;
        this.entries = entries;
    }

    /** Read by other threads once it is made. */
    ReadOnlyKeyValueStore<Bytes, byte[]> entries() {
        return entries;
    }

    /** Makes it of all that the view keeps; what it had is of another time. */
    void start(ReadOnlyKeyValueStore<String, ValueAndTimestamp<S>> states) {
        try (KeyValueIterator<Bytes, byte[]> old = entries.all()) {
            old.forEachRemaining(entry -> entries.delete(entry.key));
        }
        try (KeyValueIterator<String, ValueAndTimestamp<S>> all = states.all()) {
            all.forEachRemaining(state -> add(state.key, view.terms(state.value.value())));
        }
    }

    /**
     * Goes along with a change of what is kept.
     *
     * @param before what was kept; null for nothing
     * @param after what will be; null for nothing
     * @param change changes it
     */
    void along(String key, @Nullable S before, @Nullable S after, Runnable change) {
        if (before != null && after != null && view.sameTerms(before, after)) {
            change.run();
            return;
        }
        Set<String> had = before == null ? Set.of() : view.terms(before);
        Set<String> has = after == null ? Set.of() : view.terms(after);
        add(key, without(has, had));
        change.run();
        without(had, has).forEach(term -> entries.delete(entry(term, key)));
    }

    private void add(String key, Collection<String> terms) {
        terms.forEach(term -> entries.put(entry(term, key), NOTHING));
    }

    private static List<String> without(Set<String> terms, Set<String> others) {
        List<String> rest = new ArrayList<>(terms);
        rest.removeAll(others);
        return rest;
    }

    /** The term's length, the term, the key: those of one term lie together, in the order of their keys. */
    private static Bytes entry(String term, String key) {
        return entry(term, key.getBytes(StandardCharsets.UTF_8));
    }

    private static Bytes entry(String term, byte[] key) {
        byte[] text = term.getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(Integer.BYTES + text.length + key.length)
                .putInt(text.length)
                .put(text)
                .put(key)
                .array());
    }

    /**
     * What is kept under the keys that have a term, ascending by key.
     *
     * @param after begins with this key, if it has the term; null begins with the first
     */
    static <S> KeyValueIterator<String, ValueAndTimestamp<S>> states(
            ReadOnlyKeyValueStore<Bytes, byte[]> entries,
            ReadOnlyKeyValueStore<String, ValueAndTimestamp<S>> states,
            String term,
            @Nullable String after) {
        int before = entry(term, "").get().length;
        return new Found<>(
                entries.range(entry(term, after == null ? "" : after), entry(term, new byte[] {ABOVE_ALL_TEXT})),
                states,
                before);
    }

    private static final class Found<S> implements KeyValueIterator<String, ValueAndTimestamp<S>> {
        private final KeyValueIterator<Bytes, byte[]> entries;
        private final ReadOnlyKeyValueStore<String, ValueAndTimestamp<S>> states;
        private final int beforeKey;
        private @Nullable KeyValue<String, ValueAndTimestamp<S>> next;

        /** @param beforeKey bytes of an entry before its key */
        Found(
                KeyValueIterator<Bytes, byte[]> entries,
                ReadOnlyKeyValueStore<String, ValueAndTimestamp<S>> states,
                int beforeKey) {
            this.entries = entries;
            this.states = states;
            this.beforeKey = beforeKey;
        }

        @Override
        public boolean hasNext() {
            while (next == null && entries.hasNext()) {
                byte[] entry = entries.next().key.get();
                String key = new String(Arrays.copyOfRange(entry, beforeKey, entry.length), StandardCharsets.UTF_8);
                ValueAndTimestamp<S> state = states.get(key);
                next = state == null ? null : KeyValue.pair(key, state); // gone since
            }
            return next != null;
        }

        private KeyValue<String, ValueAndTimestamp<S>> peek() {
            KeyValue<String, ValueAndTimestamp<S>> there = hasNext() ? next : null;
            if (there == null) {
                throw new NoSuchElementException();
            }
            return there;
        }

        @Override
        public String peekNextKey() {
            return peek().key;
        }

        @Override
        public KeyValue<String, ValueAndTimestamp<S>> next() {
            KeyValue<String, ValueAndTimestamp<S>> there = peek();
            next = null;
            return there;
        }

        @Override
        public void close() {
            entries.close();
        }
    }
}
