package org.chatbridge.schema;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
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

    /** Of each thread, for values of any schema: it holds what it takes strings apart in. */
    private static final ThreadLocal<@Nullable BinaryDecoder> DECODERS = new ThreadLocal<>();

    private final SchemaRegistry registry;
    private final Schema schema;
    private final RecordForm<T> form;
    private final Map<Integer, Reading<T>> readingByWriterId = new ConcurrentHashMap<>();

    /** Of each thread, by topic. */
    private final ThreadLocal<Map<String, WireFormat.Writer<T>>> writers = ThreadLocal.withInitial(HashMap::new);

    private interface Reading<T> {
        T read(Decoder in) throws IOException;
    }

    /** @param schema the schema of the generated class */
    public AvroSerde(SchemaRegistry registry, Schema schema) {
        this.registry = registry;
        this.schema = schema;
        this.form = new RecordForm<>(schema);
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
        return writers.get()
                .computeIfAbsent(
                        topic,
                        name -> new WireFormat.Writer<>(
                                registry.register(TopicNames.subject(name), schema), form::write))
                .write(value);
    }

    @SuppressWarnings("NullAway") // as above
    private T read(String topic, byte @Nullable [] value) {
        if (value == null) {
            return null;
        }
        try {
            Reading<T> reading = readingByWriterId.computeIfAbsent(WireFormat.schemaId(value), this::reading);
            BinaryDecoder decoder = DecoderFactory.get()
                    .binaryDecoder(
                            value, WireFormat.HEADER_BYTES, value.length - WireFormat.HEADER_BYTES, DECODERS.get());
            DECODERS.set(decoder);
            return reading.read(decoder);
        } catch (WireFormat.NotWireFormatException | IOException e) {
            throw new SerializationException("a value on " + topic + " is not a " + schema.getFullName() + ": " + e, e);
        }
    }

    private Reading<T> reading(int writerId) {
        Schema writer = registry.byId(writerId);
        if (!isOfThisRecord(writer)) {
            writer = registry.byIdNow(writerId);
        }
        if (!isOfThisRecord(writer)) {
            String refusal = "the schema with id " + writerId + " is of " + writer.getFullName() + ", where values are "
                    + schema.getFullName();
            return in -> {
                throw new SerializationException(refusal); // and nobody asks for each of them
            };
        }
        if (writer.equals(schema)) {
            return form::read;
        }
        DatumReader<T> reader = new SpecificDatumReader<>(writer, schema, new PlainLists());
        return in -> reader.read(null, in);
    }

    /** Of another Avro would take what has the same name for the same. */
    private boolean isOfThisRecord(Schema writer) {
        return writer.getFullName().equals(schema.getFullName());
    }

    /**
     * Reads arrays into plain lists, as {@link RecordForm} does.
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
