package org.chatbridge.quickstart;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.chatbridge.avro.OtherPush;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.SchemaRegistry;

/** The records of all topics that the views read to and from bytes, each as its topic has them. */
final class RecordsOfViews {
    private final Map<String, Serde<SpecificRecord>> byTopic = new HashMap<>();

    RecordsOfViews(SchemaRegistry registry) {
        for (Action action : Action.values()) {
            put(Machine.TOPICS.of(action), registry, action.schema());
        }
        for (OwnRecord own : OwnRecord.values()) {
            put(Machine.TOPICS.of(own), registry, own.schema());
        }
        put(Machine.TOPICS.otherPushes(), registry, OtherPush.getClassSchema());
    }

    private void put(String topic, SchemaRegistry registry, Schema schema) {
        byTopic.put(topic, new AvroSerde<>(registry, schema));
    }

    Serializer<SpecificRecord> serializer() {
        return (topic, value) -> of(topic).serializer().serialize(topic, value);
    }

    Deserializer<SpecificRecord> deserializer() {
        return (topic, value) -> of(topic).deserializer().deserialize(topic, value);
    }

    private Serde<SpecificRecord> of(String topic) {
        return Objects.requireNonNull(byTopic.get(topic), topic);
    }
}
