package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.chatbridge.program.Response;
import org.jspecify.annotations.Nullable;

/**
 * What several instances answered together.
 *
 * @param missing the partitions that nobody answered, with where they are
 * @param passing whether some of those may be answered in a moment
 * @param problem what the last who was asked for a missing partition said; null where nobody said anything
 */
record Gathered<A>(
        List<A> answers,
        SortedMap<Integer, Copies> missing,
        boolean passing,
        @Nullable Response problem) {

    private static final int MISDIRECTED = 421;

    static <A> Gathered<A> nothing() {
        return new Gathered<>(List.of(), new TreeMap<>(), false, null);
    }

    static <A> Gathered<A> answer(A answer) {
        return new Gathered<>(List.of(answer), new TreeMap<>(), false, null);
    }

    /** Nobody is left to be asked for a partition. */
    static <A> Gathered<A> missing(Copies copies) {
        return new Gathered<>(List.of(), new TreeMap<>(Map.of(copies.partition(), copies)), false, null);
    }

    /** Why what is missing is: by the first who was asked and said more than that another has it. */
    Gathered<A> because(Reply.Refused<A> refused) {
        if (missing.isEmpty()) {
            return this;
        }
        Response said = refused.problem();
        boolean tells = said != null && (problem == null || said.status() != MISDIRECTED);
        return new Gathered<>(answers, missing, passing || refused.passing(), tells ? said : problem);
    }

    /** What was answered, alone. */
    Gathered<A> withoutMissing() {
        return new Gathered<>(answers, new TreeMap<>(), false, null);
    }

    /** Both. */
    Gathered<A> and(Gathered<A> other) {
        List<A> both = new ArrayList<>(answers);
        both.addAll(other.answers());
        SortedMap<Integer, Copies> neither = new TreeMap<>(missing);
        neither.putAll(other.missing());
        return new Gathered<>(both, neither, passing || other.passing(), problem == null ? other.problem() : problem);
    }
}
