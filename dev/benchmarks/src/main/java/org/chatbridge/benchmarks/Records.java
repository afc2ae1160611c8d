package org.chatbridge.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.bridge.convert.Converted;
import org.chatbridge.bridge.convert.FrameConverter;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.chatbridge.schema.WireFormat;

/** The pushes of the simulated team as records of their topics, with a registry in this process. */
public final class Records {
    private final SchemaRegistry registry = new SchemaRegistry("mock://benchmarks", Map.of());
    private final Map<Schema, AvroSerde<SpecificRecord>> serdes = new HashMap<>();

    /**
     * A record on its topic.
     *
     * @param value in the wire format
     * @param record the same, read
     * @param serde of its topic
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Written(
            String topic, String key, byte[] value, SpecificRecord record, AvroSerde<SpecificRecord> serde) {}

    /** So many, in the order in which they happen; the same each time. */
    public List<Written> of(int count) {
        FrameConverter converter = new FrameConverter("0.2");
        List<Written> records = new ArrayList<>(count);
        for (Frame frame : Mix.stamped(Mix.TEAM.frames(count))) {
            if (converter.convert(frame) instanceof Converted.Typed typed) {
                records.add(written(typed));
            }
        }
        return records;
    }

    /** Where their schemas are. */
    public SchemaRegistry registry() {
        return registry;
    }

    private Written written(Converted.Typed typed) {
        String topic = typed.action().topic();
        WireFormat.writeHeader(typed.value(), registry.register(TopicNames.subject(topic), typed.schema()));
        AvroSerde<SpecificRecord> serde =
                serdes.computeIfAbsent(typed.schema(), schema -> new AvroSerde<>(registry, schema));
        return new Written(
                topic, typed.key(), typed.value(), serde.deserializer().deserialize(topic, typed.value()), serde);
    }
}
