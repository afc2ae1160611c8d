package org.chatbridge.streams;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.Push;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.TopicNames;

/**
 * A topic of the bridge that a view reads.
 *
 * @param topic without the prefix
 * @param schema of its values
 */
record Source(String topic, Schema schema) {
    static Source of(Action action) {
        return new Source(action.topic(), action.schema());
    }

    static Source of(OwnRecord record) {
        return new Source(record.topic(), record.schema());
    }

    /** The whole name of the topic. */
    String in(TopicNames topics) {
        return topics.prefix() + topic;
    }

    /** The stamp, which every record of the bridge has. */
    static Push push(SpecificRecord record) {
        return (Push) record.get(record.getSchema().getField("push").pos());
    }
}
