package org.chatbridge.streams;

import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the store of a view keeps on this instance, whether it folds it or follows.
 *
 * @param <S> what the store keeps
 */
interface StoreReader<S> {
    /** What became of the question for one key. */
    sealed interface Found<S> {
        /**
         * Its partition is kept here.
         *
         * @param state null where there is nothing under the key
         */
        record Here<S>(@Nullable S state) implements Found<S> {}

        /** Its partition is not kept here. */
        record Elsewhere<S>() implements Found<S> {}
    }

    /**
     * What is kept under a key.
     *
     * @param value null where it makes nothing of what is asked for: that the key was looked at is told too
     */
    record Kept<S>(String key, @Nullable S value) {}

    /** What is kept here of some partitions, ascending by the bytes of the keys in UTF-8. To be closed. */
    interface Rows<S> extends Iterator<Kept<S>>, AutoCloseable {
        /** Those of the partitions that are kept here. */
        Set<Integer> partitions();

        @Override
        void close();
    }

    /** Which copy of a row answered. */
    enum ServedBy {
        ACTIVE,
        STANDBY
    }

    /** The store cannot be read now; ask again soon. */
    final class UnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnavailableException(String message) {
            super(message);
        }
    }

    /**
     * What is kept under a key.
     *
     * @throws UnavailableException where the store cannot be read now
     */
    Found<S> get(int partition, String key);

    /**
     * All that is kept here of some partitions, from some key on.
     *
     * @param after begins with the first key after this one; null begins with the first
     * @throws UnavailableException where the stores cannot be read now
     */
    Rows<S> from(Set<Integer> partitions, @Nullable String after);

    /**
     * Of all that, at least what has a term; the rest is left out where it is known which those are.
     *
     * @throws UnavailableException where the stores cannot be read now
     */
    default Rows<S> withTerm(String term, Set<Integer> partitions, @Nullable String after) {
        return from(partitions, after);
    }
}
