package org.chatbridge.bridge.delivery;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.avro.Schema;
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
 * timestamp. For one thread, but for {@link #use}.
 */
final class Records {
    private final DeadLetters deadLetters;
    private final int partitions;
    private final Map<Action, Target> actions = new EnumMap<>(Action.class);
    private final Map<OwnRecord, Target> own = new EnumMap<>(OwnRecord.class);
    private final Target others;

    /** Where the values of one schema go. */
    private static final class Target {
        private final String topic;
        private volatile int schemaId;

        Target(String topic, int schemaId) {
            this.topic = topic;
            this.schemaId = schemaId;
        }
    }

    /**
     * @param partitions of each topic
     * @param schemaIds topic to the id of its values' schema, for all topics of {@link #schemas}
     */
    Records(TopicNames topics, int partitions, Map<String, Integer> schemaIds) {
        this.deadLetters = new DeadLetters(topics);
        this.partitions = partitions;
        for (Action action : Action.values()) {
            actions.put(action, target(topics.of(action), schemaIds));
        }
        for (OwnRecord type : OwnRecord.values()) {
            own.put(type, target(topics.of(type), schemaIds));
        }
        others = target(topics.otherPushes(), schemaIds);
    }

    private static Target target(String topic, Map<String, Integer> schemaIds) {
        Integer id = schemaIds.get(topic);
        if (id == null) {
            throw new IllegalArgumentException("no schema id for " + topic);
        }
        return new Target(topic, id);
    }

    /** Values of a topic have that id from now on. By any thread. */
    void use(String topic, int schemaId) {
        Stream.of(actions.values().stream(), own.values().stream(), Stream.of(others))
                .flatMap(Function.identity())
                .filter(target -> target.topic.equals(topic))
                .forEach(target -> target.schemaId = schemaId);
    }

    /** The topic of dead letters. */
    String deadLetters() {
        return deadLetters.topics().deadLetters();
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
            return avro(frame, actions.get(typed.action()), null, typed);
        }
        if (converted instanceof Converted.Other other) {
            return avro(frame, others, null, other);
        }
        if (converted instanceof Converted.Own word) {
            Integer partition = partition(word.record());
            if (partition != null && partition >= partitions) { // the producer would wait for it without end
                return deadLetters.of(
                        frame,
                        "a word for partition " + partition + " of "
                                + target(word).topic + ", of which there are "
                                + partitions
                                + ": it was kept since topics.partitions was larger, and the next login makes it anew",
                        0);
            }
            return avro(frame, target(word), partition, word);
        }
        Converted.DeadLetter letter = (Converted.DeadLetter) converted;
        return deadLetters.of(frame, letter.reason(), letter.position());
    }

    private Target target(Converted.Own word) {
        return Objects.requireNonNull(own.get(word.type()), "there is one for each type");
    }

    private static ProducerRecord<byte[], byte[]> avro(
            Frame frame, @Nullable Target target, @Nullable Integer partition, Converted.Written written) {
        Objects.requireNonNull(target, "there is one for each type");
        WireFormat.writeHeader(written.value(), target.schemaId);
        return new ProducerRecord<>(
                target.topic,
                partition,
                millis(frame),
                written.key().getBytes(StandardCharsets.UTF_8),
                written.value());
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
