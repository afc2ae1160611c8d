package org.chatbridge.streams;

import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a view learns from one of its topics.
 *
 * @param <T> a record of the topic
 * @param <S> what the view keeps under a key
 */
record Fact<T extends SpecificRecord, S>(Source source, Class<T> type, Fold<T, S> fold) {
    /** Pure, and the same whatever else was folded before, after or twice. */
    @FunctionalInterface
    interface Fold<T, S> {
        /**
         * What is kept after a record.
         *
         * @param state null before the first
         * @return {@code state} itself where the record says nothing of the matter
         */
        @Nullable
        S after(T fact, @Nullable S state);
    }

    static <T extends SpecificRecord, S> Fact<T, S> of(Action action, Class<T> type, Fold<T, S> fold) {
        return new Fact<>(Source.of(action), type, fold);
    }

    static <T extends SpecificRecord, S> Fact<T, S> of(OwnRecord record, Class<T> type, Fold<T, S> fold) {
        return new Fact<>(Source.of(record), type, fold);
    }

    static <T extends SpecificRecord, S> Fact<T, S> of(Source source, Class<T> type, Fold<T, S> fold) {
        return new Fact<>(source, type, fold);
    }

    @Nullable
    S after(SpecificRecord fact, @Nullable S state) {
        return fold.after(type.cast(fact), state);
    }
}
