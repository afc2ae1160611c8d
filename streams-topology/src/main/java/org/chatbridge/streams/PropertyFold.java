package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.chatbridge.streams.state.PropertyFact;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

/** Folds properties (PROTOCOL 3.8): pushes are partial, so of each property the last value counts. None is ever deleted. */
final class PropertyFold {
    private record Key(String threadId, String namespace, String name) {}

    private static final Comparator<Key> ORDER =
            Comparator.comparing(Key::threadId).thenComparing(Key::namespace).thenComparing(Key::name);

    private PropertyFold() {}

    /**
     * The properties after some more.
     *
     * @param threadId null for those of a chat, and of a thread that the push does not name
     * @param told namespace to name to JSON text; null where none are told
     */
    static List<PropertyFact> merged(
            List<PropertyFact> known,
            @Nullable String threadId,
            @Nullable Map<String, Map<String, String>> told,
            Stamp at) {
        if (told == null || told.isEmpty()) {
            return known;
        }
        TreeMap<Key, PropertyFact> byKey = new TreeMap<>(ORDER);
        known.forEach(fact -> byKey.put(key(fact), fact));
        told.forEach((namespace, names) -> names.forEach((name, value) -> {
            PropertyFact fact = new PropertyFact(threadId, namespace, name, value, at);
            byKey.merge(key(fact), fact, (one, other) -> Stamps.isAfter(one.getAt(), other.getAt()) ? one : other);
        }));
        return new ArrayList<>(byKey.values());
    }

    private static Key key(PropertyFact fact) {
        return new Key(fact.getThreadId() == null ? "" : fact.getThreadId(), fact.getNamespace(), fact.getName());
    }

    /** Namespace to name to JSON text, of those that count. */
    static Map<String, Map<String, String>> row(List<PropertyFact> facts, Predicate<PropertyFact> counts) {
        Map<String, Map<String, PropertyFact>> last = new TreeMap<>();
        facts.stream().filter(counts).forEach(fact -> last.computeIfAbsent(
                        fact.getNamespace(), namespace -> new TreeMap<>())
                .merge(fact.getName(), fact, (one, other) -> Stamps.isAfter(one.getAt(), other.getAt()) ? one : other));
        Map<String, Map<String, String>> row = new TreeMap<>();
        last.forEach((namespace, names) -> {
            Map<String, String> values = new TreeMap<>();
            names.forEach((name, fact) -> values.put(name, fact.getValue()));
            row.put(namespace, values);
        });
        return row;
    }
}
