package org.chatbridge.streams;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.benchmarks.Records;
import org.chatbridge.schema.AvroSerde;
import org.jspecify.annotations.Nullable;

/** A view that the pushes of the simulated team were folded into: what it kept before each of the last of its records. */
final class FoldedView<S extends SpecificRecord> {
    private static final int PUSHES = 10_000;

    private final Records records = new Records();
    private final View<S, ?> view;
    private final AvroSerde<S> serde;
    private final Map<Class<?>, Fact<?, S>> facts;
    private final Map<String, S> states = new HashMap<>();
    private final List<Step<S>> steps = new ArrayList<>();

    /**
     * A record about to be folded.
     *
     * @param before what is kept under its key; null where nothing is
     * @param stored the same as a store has it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Step<S extends SpecificRecord>(
            Records.Written record,
            Fact<?, S> fact,
            @Nullable S before,
            byte @Nullable [] stored) {
        @Nullable
        S after() {
            return fact.after(record.record(), before);
        }

        SpecificRecord read() {
            return record.serde().deserializer().deserialize(record.topic(), record.value());
        }
    }

    FoldedView(View<S, ?> view) {
        this.view = view;
        this.serde = new AvroSerde<>(records.registry(), view.stateSchema());
        this.facts = view.facts().stream().collect(Collectors.toMap(Fact::type, Function.identity()));
    }

    static FoldedView<?> of(String name) {
        return Views.ALL.stream()
                .filter(view -> view.name().equals(name))
                .findFirst()
                .map(FoldedView::new)
                .orElseThrow();
    }

    /** The last so many of its records; where there are fewer, some of them again. */
    List<Step<S>> last(int count) {
        for (Records.Written record : records.of(PUSHES)) {
            Fact<?, S> fact = facts.get(record.record().getClass());
            if (fact != null) {
                S before = states.get(record.key());
                steps.add(new Step<>(record, fact, before, before == null ? null : store(before)));
                S after = steps.get(steps.size() - 1).after();
                if (after != null) {
                    states.put(record.key(), after);
                }
            }
        }
        return cycled(steps.subList(Math.max(0, steps.size() - count), steps.size()), count);
    }

    /** So many of its rows as they are after that. */
    List<SpecificRecord> rows(int count, Instant at) {
        List<SpecificRecord> rows = new ArrayList<>();
        states.forEach((key, state) -> {
            Optional<? extends SpecificRecord> row = view.row(key, state, at);
            row.ifPresent(rows::add);
        });
        return cycled(rows, count);
    }

    /** Reads the record and what is kept, folds, and writes what is kept then: what a push costs without the store itself. */
    byte @Nullable [] whole(Step<S> step) {
        byte[] stored = step.stored();
        S before = stored == null ? null : serde.deserializer().deserialize(view.name(), stored);
        S after = step.fact().after(step.read(), before);
        return after == null ? null : store(after);
    }

    private byte[] store(S state) {
        return serde.serializer().serialize(view.name(), state);
    }

    private static <T> List<T> cycled(List<T> some, int count) {
        List<T> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            all.add(some.get(i % some.size()));
        }
        return all;
    }
}
