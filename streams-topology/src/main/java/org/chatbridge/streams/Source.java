package org.chatbridge.streams;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.OtherPush;
import org.chatbridge.avro.Push;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.TopicNames;
import org.chatbridge.streams.state.ActivityPart;
import org.chatbridge.streams.state.InChat;

/**
 * What a view reads.
 *
 * @param topic of the bridge's topics the name without the prefix, of those between views a name of its own
 * @param schema of its values
 * @param betweenViews whether a view tells it to others, by a topic of Kafka Streams
 */
record Source(String topic, Schema schema, boolean betweenViews) {
    /** Who is in which chat, by the id of the user. */
    static final Source PEOPLE = new Source("people", InChat.getClassSchema(), true);

    /** What each partition counted, by the minute. */
    static final Source ACTIVITY_PARTS = new Source("activity-parts", ActivityPart.getClassSchema(), true);

    /** Pushes without a type of their own. */
    static final Source OTHER_PUSHES = new Source(new TopicNames("").otherPushes(), OtherPush.getClassSchema(), false);

    static Source of(Action action) {
        return new Source(action.topic(), action.schema(), false);
    }

    static Source of(OwnRecord record) {
        return new Source(record.topic(), record.schema(), false);
    }

    /** The whole name of the topic. */
    String in(TopicNames topics, String applicationId) {
        return betweenViews ? applicationId + "-" + topic + "-repartition" : topics.prefix() + topic;
    }

    /** The stamp, which every record of the bridge has. */
    static Push push(SpecificRecord record) {
        return (Push) record.get(record.getSchema().getField("push").pos());
    }
}
