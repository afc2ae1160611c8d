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

/** Folds properties (PROTOCOL 2.15, 3.8): pushes are partial, so of each property the last that was told counts, be it that it is gone. */
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
        List<PropertyFact> facts = new ArrayList<>();
        if (told != null) {
            told.forEach((namespace, names) -> names.forEach(
                    (name, value) -> facts.add(new PropertyFact(threadId, namespace, name, value, at, false))));
        }
        return merged(known, facts);
    }

    /**
     * The properties after some were deleted.
     *
     * @param threadId as above
     * @param deleted namespace to names; null where none are
     */
    static List<PropertyFact> without(
            List<PropertyFact> known,
            @Nullable String threadId,
            @Nullable Map<String, List<String>> deleted,
            Stamp at) {
        List<PropertyFact> facts = new ArrayList<>();
        if (deleted != null) {
            deleted.forEach((namespace, names) ->
                    names.forEach(name -> facts.add(new PropertyFact(threadId, namespace, name, "", at, true))));
        }
        return merged(known, facts);
    }

    private static List<PropertyFact> merged(List<PropertyFact> known, List<PropertyFact> told) {
        if (told.isEmpty()) {
            return known;
        }
        TreeMap<Key, PropertyFact> byKey = new TreeMap<>(ORDER);
        known.forEach(fact -> byKey.put(key(fact), fact));
        told.forEach(fact -> byKey.merge(key(fact), fact, PropertyFold::later));
        return new ArrayList<>(byKey.values());
    }

    private static PropertyFact later(PropertyFact one, PropertyFact other) {
        return Stamps.isAfter(one.getAt(), other.getAt()) ? one : other;
    }

    private static Key key(PropertyFact fact) {
        return new Key(fact.getThreadId() == null ? "" : fact.getThreadId(), fact.getNamespace(), fact.getName());
    }

    /** Namespace to name to JSON text, of those that count. */
    static Map<String, Map<String, String>> row(List<PropertyFact> facts, Predicate<PropertyFact> counts) {
        Map<String, Map<String, PropertyFact>> last = new TreeMap<>();
        facts.stream().filter(counts).forEach(fact -> last.computeIfAbsent(
                        fact.getNamespace(), namespace -> new TreeMap<>())
                .merge(fact.getName(), fact, PropertyFold::later));
        Map<String, Map<String, String>> row = new TreeMap<>();
        last.forEach((namespace, names) -> {
            Map<String, String> values = new TreeMap<>();
            names.forEach((name, fact) -> {
                if (!fact.getDeleted()) {
                    values.put(name, fact.getValue());
                }
            });
            if (!values.isEmpty()) {
                row.put(namespace, values);
            }
        });
        return row;
    }
}
