package org.chatbridge.schema;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;

/**
 * Confluent's wire format: a zero byte, the id of the schema in four bytes, big-endian, and the value in Avro's binary
 * encoding.
 */
public final class WireFormat {
    /** Bytes before the Avro value. */
    public static final int HEADER_BYTES = 5;

    private static final byte MAGIC = 0;

    private WireFormat() {}

    /** Writes values of one schema; for one thread. */
    public static final class Writer<T> {
        private final byte[] header;
        private final DatumWriter<T> datumWriter;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        private final BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);

        /**
         * @param schemaId the id of the schema that the values are written in
         * @param datumWriter writes a value of that schema
         */
        public Writer(int schemaId, DatumWriter<T> datumWriter) {
            this.header = ByteBuffer.allocate(HEADER_BYTES)
                    .put(MAGIC)
                    .putInt(schemaId)
                    .array();
            this.datumWriter = datumWriter;
        }

        /** The value's bytes, header included. */
        public byte[] write(T value) {
            bytes.reset();
            bytes.write(header, 0, header.length);
            try {
                datumWriter.write(value, encoder);
                encoder.flush();
            } catch (IOException e) {
                throw new UncheckedIOException("writing to memory", e);
            }
            return bytes.toByteArray();
        }
    }

    /**
     * The id of the schema that a value was written in.
     *
     * @throws NotWireFormatException where the bytes are too few or do not begin with zero
     */
    public static int schemaId(byte[] value) {
        if (value.length < HEADER_BYTES || value[0] != MAGIC) {
            throw new NotWireFormatException("not in Confluent's wire format: " + value.length + " bytes"
                    + (value.length == 0 ? "" : ", the first is " + value[0] + " instead of 0"));
        }
        return ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
    }

    /** Bytes that do not begin as the wire format does. */
    public static final class NotWireFormatException extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotWireFormatException(String message) {
            super(message);
        }
    }
}
