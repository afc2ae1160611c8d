package org.chatbridge.bridge.convert;

import org.apache.avro.generic.GenericData;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;

/** What becomes of a frame. */
public sealed interface Converted {
    /**
     * A push whose action has a type.
     *
     * @param record a record of the action's schema, {@code push} filled
     * @param drift how many values its schema has no place for; they are in {@code extra}
     */
    record Typed(Action action, String key, GenericData.Record record, int drift) implements Converted {}

    /**
     * A push whose action has none.
     *
     * @param key the action
     * @param record an {@code OtherPush}
     */
    record Other(String key, GenericData.Record record) implements Converted {}

    /**
     * A word of the bridge's own.
     *
     * @param record a record of its schema, {@code push} filled
     */
    record Own(OwnRecord type, String key, GenericData.Record record) implements Converted {}

    /**
     * A frame that is not a push.
     *
     * @param reason why not, a sentence
     * @param position where that was found, a byte offset in the frame
     */
    record DeadLetter(String reason, long position) implements Converted {}
}
