package org.chatbridge.streams;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.schema.OwnRecord;

/**
 * A view: topics, and how they are folded into a store of the view's name.
 *
 * @param <S> what the store keeps
 */
interface View<S extends SpecificRecord> {
    /** Also the name of the store. */
    String name();

    /** The schema of what the store keeps. */
    Schema stateSchema();

    /** What it learns from each topic; all have the same keys and number of partitions. */
    List<Fact<?, S>> facts();

    /**
     * What is kept under a key, where these resyncs of its partition are complete: asked after every fact, and of all keys
     * after every resync.
     *
     * @return {@code state} itself, or an equal one, where they change nothing
     */
    default S resynced(S state, Resyncs resyncs) {
        return state;
    }

    /** Whether resyncs mean anything to it. */
    default boolean heedsResyncs() {
        return sources().contains(Source.of(OwnRecord.SNAPSHOT));
    }

    /** The topics. */
    default List<Source> sources() {
        return facts().stream().map(Fact::source).toList();
    }
}
