package org.chatbridge.streams;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The values of a store that were used last, as working copies: what is read again and again need not be decoded each time.
 * A change is in the store once it is put, not before. For one thread.
 *
 * @param <S> a value as the store keeps it
 * @param <T> its working copy
 */
final class Recent<S, T> {
    private final KeyValueStore<String, S> store;
    private final BiFunction<String, @Nullable S, T> copy;
    private final Function<T, S> value;
    private final Map<String, T> copies;

    /**
     * @param most so many are at hand
     * @param copy makes a working copy of a key and its value; of null the one of a key that the store does not have
     * @param value makes a value of a working copy, which may change afterwards
     */
    Recent(KeyValueStore<String, S> store, int most, BiFunction<String, @Nullable S, T> copy, Function<T, S> value) {
        this.store = store;
        this.copy = copy;
        this.value = value;
        this.copies = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > most;
            }
        };
    }

    T get(String key) {
        T known = copies.get(key);
        if (known == null) {
            known = copy.apply(key, store.get(key));
            copies.put(key, known);
        }
        return known;
    }

    /** Where the store fails, it is read again the next time. */
    void put(String key, T changed) {
        copies.remove(key);
        store.put(key, value.apply(changed));
        copies.put(key, changed);
    }

    void remove(String key) {
        copies.remove(key);
        store.delete(key);
    }
}
