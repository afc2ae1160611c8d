package org.chatbridge.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.state.InChat;
import org.jspecify.annotations.Nullable;

/**
 * A view: topics, how they are folded into a store of the view's name, and which rows that makes.
 *
 * <p>All functions are pure.
 *
 * @param <S> what the store keeps under a key: enough to give the same row in whatever order the topics are read
 * @param <R> a row, as users see it over HTTP and on the view's topic
 */
interface View<S extends SpecificRecord, R extends SpecificRecord> {
    /** What its rows are on, as a topic. */
    ViewTopic topic();

    /** Also the name of the store. */
    default String name() {
        return topic().view();
    }

    /** The schema of what the store keeps. */
    Schema stateSchema();

    /** What it learns from each topic; all have the same number of partitions, and the same keys where those are the view's. */
    List<Fact<?, S>> facts();

    /** The key under which a fact is kept: that of its record, where a view does not have keys of its own. */
    default String key(String recordKey, SpecificRecord fact) {
        return recordKey;
    }

    /** Whether that is always so: a row is then in the partition of its key, else in any. */
    default boolean keysAreThoseOfRecords() {
        return true;
    }

    /** The key that is meant by a text in a path. */
    default String asked(String text) {
        return text;
    }

    /** How many rows a partition keeps: those with the highest keys. */
    default int mostRows() {
        return Integer.MAX_VALUE;
    }

    /**
     * The row of what is kept under a key, if that is one.
     *
     * @param at the moment of which it tells
     */
    Optional<R> row(String key, S state, Instant at);

    /**
     * A row as it is at a moment, where nothing was told since it was made.
     *
     * @param made the moment for which it was made
     */
    default R at(R row, Instant made, Instant moment) {
        return row;
    }

    /**
     * What is kept under a key, where these resyncs of its partition are complete: asked after every fact, and of all keys
     * after every resync.
     *
     * @return {@code state} itself, or an equal one, where they change nothing
     */
    default S resynced(S state, Resyncs resyncs) {
        return state;
    }

    /** When what is kept, or the row, will change by itself; empty where time changes nothing. */
    default Optional<Instant> due(S state) {
        return Optional.empty();
    }

    /**
     * What remains of what is kept, when it is due.
     *
     * @param touched whether a fact came within {@link #untouched}, by the clock: what is removed then could come back halfway, by
     *     a fact that is read late
     * @return null where nothing remains
     */
    default @Nullable S aged(S state, Instant now, boolean touched) {
        return state;
    }

    /** So long, by the clock, no fact must have come before what has ended is removed. */
    default Duration untouched() {
        return Duration.ofMinutes(1);
    }

    /** Whether it is kept what its rows were. */
    default boolean keepsHistory() {
        return false;
    }

    /** Whether its rows have terms, by which a list finds them. */
    default boolean hasTerms() {
        return false;
    }

    /** The terms of what is kept under a key; at least those of its row. */
    default Set<String> terms(S state) {
        return Set.of();
    }

    /** Whether a change surely left the terms as they are; asked with every change, so it must cost little. */
    default boolean sameTerms(S before, S after) {
        return false;
    }

    /** Whether it tells of people. */
    default boolean tellsOfPeople() {
        return false;
    }

    /**
     * Whether a fact surely changed nothing that {@link #people} tells; asked with every fact, so it must cost little.
     *
     * @param before what was kept under the key
     * @param after what the fact made of it
     */
    default boolean samePeople(S before, S after) {
        return true;
    }

    /**
     * Who was ever told of in the chat of this key, for the views of those people.
     *
     * @param kept false where the chat is no longer kept
     */
    default List<InChat> people(String key, S state, boolean kept) {
        return List.of();
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
