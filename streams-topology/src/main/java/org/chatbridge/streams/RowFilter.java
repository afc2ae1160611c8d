package org.chatbridge.streams;

import java.util.Optional;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;

/**
 * Which rows of a list are asked for.
 *
 * @param kept false only where what is kept under a key surely makes no such row: most of a list is passed over by it, at half
 *     of what it costs to make the rows
 * @param row whether it is one
 * @param term one that all those have, by which they may be found; empty where none is known
 */
record RowFilter(Predicate<SpecificRecord> kept, Predicate<SpecificRecord> row, Optional<String> term) {
    static final RowFilter ALL = ofRows(row -> true);

    static RowFilter ofRows(Predicate<SpecificRecord> row) {
        return new RowFilter(state -> true, row, Optional.empty());
    }

    RowFilter and(RowFilter other) {
        return new RowFilter(kept.and(other.kept), row.and(other.row), term.or(other::term));
    }
}
