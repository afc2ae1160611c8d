package org.chatbridge.streams;

import java.util.Set;
import org.chatbridge.program.Response;
import org.jspecify.annotations.Nullable;

/**
 * What became of a question to one instance about some partitions.
 *
 * @param <A> an answer
 */
sealed interface Reply<A> {
    /**
     * It answered.
     *
     * @param partitions those that the answer is about: perhaps not all that were asked for
     */
    record Given<A>(A answer, Set<Integer> partitions) implements Reply<A> {}

    /**
     * It did not.
     *
     * @param passing whether it may answer in a moment, as while partitions move to another instance
     * @param problem what it said instead; null where it said nothing
     */
    record Refused<A>(boolean passing, @Nullable Response problem) implements Reply<A> {}
}
