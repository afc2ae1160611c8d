package org.chatbridge.streams;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.chatbridge.program.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the store of a view keeps on this instance.
 *
 * @param <S> what the store keeps
 */
interface StoreReader<S> {
    /** What became of the question for one key. */
    sealed interface Found<S> {
        /**
         * It is kept here, or would be.
         *
         * @param state null where there is nothing under the key
         */
        record Here<S>(@Nullable S state, ServedBy servedBy) implements Found<S> {}

        /** Another instance keeps it. */
        record Elsewhere<S>(HostPort host) implements Found<S> {}
    }

    /** All that is kept here, ascending by the bytes of the keys in UTF-8. To be closed. */
    interface Rows<S> extends Iterator<Map.Entry<String, S>>, AutoCloseable {
        ServedBy servedBy();

        /** Instances that keep parts which this one does not. */
        List<HostPort> otherHosts();

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
    Found<S> get(String key);

    /**
     * All that is kept here, from some key on.
     *
     * @param after begins with the first key after this one; null begins with the first
     * @throws UnavailableException where the store cannot be read now
     */
    Rows<S> from(@Nullable String after);
}
