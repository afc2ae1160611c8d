package org.chatbridge.streams;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a view as they are: what is kept, as far as it makes a row. */
final class PresentRows<S extends SpecificRecord, R extends SpecificRecord> implements StoreReader<SpecificRecord> {
    private final View<S, R> view;
    private final StoreReader<S> states;
    private final RowFilter filter;
    private final Instant now;

    /** @param filter of lists: what surely does not pass is left out, other rows may be among them that do not */
    PresentRows(View<S, R> view, StoreReader<S> states, RowFilter filter, Instant now) {
        this.view = view;
        this.states = states;
        this.filter = filter;
        this.now = now;
    }

    @Override
    public Found<SpecificRecord> get(int partition, String key) {
        if (!(states.get(partition, key) instanceof Found.Here<S> here)) {
            return new Found.Elsewhere<>();
        }
        S state = here.state();
        return new Found.Here<>(state == null ? null : row(key, state).orElse(null));
    }

    private Optional<R> row(String key, S state) {
        return view.row(key, state, now).map(row -> view.at(row, now, now));
    }

    @Override
    public Rows<SpecificRecord> from(Set<Integer> partitions, @Nullable String after) {
        Rows<S> all = filter.term()
                .map(term -> states.withTerm(term, partitions, after))
                .orElseGet(() -> states.from(partitions, after));
        return new Rows<>() {
            @Override
            public Set<Integer> partitions() {
                return all.partitions();
            }

            @Override
            public boolean hasNext() {
                return all.hasNext();
            }

            @Override
            public Kept<SpecificRecord> next() {
                Kept<S> state = all.next();
                S value = state.value();
                return new Kept<>(
                        state.key(),
                        value == null || !filter.kept().test(value)
                                ? null
                                : row(state.key(), value).orElse(null));
            }

            @Override
            public void close() {
                all.close();
            }
        };
    }
}
