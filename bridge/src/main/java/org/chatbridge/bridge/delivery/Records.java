package org.chatbridge.bridge.delivery;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.chatbridge.avro.OtherPush;
import org.chatbridge.bridge.convert.Converted;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.TopicNames;
import org.chatbridge.schema.WireFormat;
import org.jspecify.annotations.Nullable;

/**
 * Makes the Kafka record of a frame: topic, key, value in the wire format, and the frame's {@code received_at} as its
 * timestamp. For one thread.
 */
final class Records {
    private final TopicNames topics;
    private final DeadLetters deadLetters;
    private final Map<String, WireFormat.Writer<GenericRecord>> writers = new TreeMap<>();

    /** @param schemaIds topic to the id of its values' schema, for all topics of {@link #schemas} */
    Records(TopicNames topics, Map<String, Integer> schemaIds) {
        this.topics = topics;
        this.deadLetters = new DeadLetters(topics);
        schemas(topics).forEach((topic, schema) -> {
            Integer id = schemaIds.get(topic);
            if (id == null) {
                throw new IllegalArgumentException("no schema id for " + topic);
            }
            writers.put(topic, new WireFormat.Writer<>(id, new GenericDatumWriter<GenericRecord>(schema)::write));
        });
    }

    /** Topic to the schema of its values, for every topic that has one. */
    static Map<String, Schema> schemas(TopicNames topics) {
        Map<String, Schema> schemas = new TreeMap<>();
        for (Action action : Action.values()) {
            schemas.put(topics.of(action), action.schema());
        }
        for (OwnRecord own : OwnRecord.values()) {
            schemas.put(topics.of(own), own.schema());
        }
        schemas.put(topics.otherPushes(), OtherPush.getClassSchema());
        return schemas;
    }

    /** The record of a frame. */
    ProducerRecord<byte[], byte[]> of(Frame frame, Converted converted) {
        if (converted instanceof Converted.Typed typed) {
            return avro(frame, topics.of(typed.action()), null, typed.key(), typed.record());
        }
        if (converted instanceof Converted.Other other) {
            return avro(frame, topics.otherPushes(), null, other.key(), other.record());
        }
        if (converted instanceof Converted.Own own) {
            return avro(frame, topics.of(own.type()), partition(own.record()), own.key(), own.record());
        }
        Converted.DeadLetter letter = (Converted.DeadLetter) converted;
        return deadLetters.of(frame, letter.reason(), letter.position());
    }

    private ProducerRecord<byte[], byte[]> avro(
            Frame frame, String topic, @Nullable Integer partition, String key, GenericRecord value) {
        WireFormat.Writer<GenericRecord> writer = writers.get(topic);
        if (writer == null) {
            throw new IllegalStateException("no writer for " + topic);
        }
        return new ProducerRecord<>(
                topic, partition, millis(frame), key.getBytes(StandardCharsets.UTF_8), writer.write(value));
    }

    /** Where one of the bridge's own records names it; else the key decides. */
    private static @Nullable Integer partition(GenericRecord own) {
        return own.hasField("partition") && own.get("partition") instanceof Long partition
                ? Integer.valueOf(partition.intValue())
                : null;
    }

    static long millis(Frame frame) {
        return TimeUnit.MICROSECONDS.toMillis(frame.receivedAtMicros());
    }
}
