package org.chatbridge.schema;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Generated records to and from Confluent's wire format. Values written in another version of the schema are read into
 * this one; a null value stays null.
 *
 * <p>The serializer registers the schema under the topic's subject with its first value; both sides may be used by
 * several threads.
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {
    static {
        TrustedRecords.trust();
    }

    private final SchemaRegistry registry;
    private final Schema schema;
    private final Map<String, Integer> idsBySubject = new ConcurrentHashMap<>();
    private final Map<Integer, DatumReader<T>> readersByWriterId = new ConcurrentHashMap<>();

    /** @param schema the schema of the generated class */
    public AvroSerde(SchemaRegistry registry, Schema schema) {
        this.registry = registry;
        this.schema = schema;
    }

    @Override
    public Serializer<T> serializer() {
        return this::write;
    }

    @Override
    public Deserializer<T> deserializer() {
        return this::read;
    }

    @SuppressWarnings("NullAway") // Kafka's interface passes null for a tombstone and expects it back
    private byte[] write(String topic, @Nullable T value) {
        if (value == null) {
            return null;
        }
        int id = idsBySubject.computeIfAbsent(TopicNames.subject(topic), subject -> registry.register(subject, schema));
        return new WireFormat.Writer<T>(id, new SpecificDatumWriter<>(schema)).write(value);
    }

    @SuppressWarnings("NullAway") // as above
    private T read(String topic, byte @Nullable [] value) {
        if (value == null) {
            return null;
        }
        try {
            DatumReader<T> reader = readersByWriterId.computeIfAbsent(
                    WireFormat.schemaId(value),
                    id -> new SpecificDatumReader<>(registry.byId(id), schema, new PlainLists()));
            return reader.read(
                    null,
                    DecoderFactory.get()
                            .binaryDecoder(
                                    value, WireFormat.HEADER_BYTES, value.length - WireFormat.HEADER_BYTES, null));
        } catch (WireFormat.NotWireFormatException | IOException e) {
            throw new SerializationException("a value on " + topic + " is not a " + schema.getFullName() + ": " + e, e);
        }
    }

    /**
     * Reads arrays into plain lists: those of Avro compare their elements without the conversions of the records, and fail
     * where these have instants that may be null.
     */
    private static final class PlainLists extends SpecificData {
        PlainLists() {
            addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
        }

        @Override
        public Object newArray(Object old, int size, Schema schema) {
            return new ArrayList<>(size);
        }
    }
}
