package org.chatbridge.schema;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.Encoder;
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

    /** Writes the Avro value. */
    @FunctionalInterface
    public interface Content<T> {
        void write(T value, Encoder out) throws IOException;
    }

    /** Writes values of one schema; for one thread. */
    public static final class Writer<T> {
        private static final int FIRST_BYTES = 512;

        /** What a value larger than this took is not held for the next one. */
        private static final int HELD_BYTES = 1 << 20;

        private final byte[] header;
        private final Content<T> content;
        private ByteArrayOutputStream bytes = new ByteArrayOutputStream(FIRST_BYTES);
        private BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);

        /**
         * @param schemaId the id of the schema that the values are written in
         * @param content writes a value of that schema
         */
        public Writer(int schemaId, Content<T> content) {
            this.header = ByteBuffer.allocate(HEADER_BYTES)
                    .put(MAGIC)
                    .putInt(schemaId)
                    .array();
            this.content = content;
        }

        /** The value's bytes, header included. */
        public byte[] write(T value) {
            boolean whole = false;
            try {
                bytes.write(header, 0, header.length);
                content.write(value, encoder);
                encoder.flush();
                whole = true;
                return bytes.toByteArray();
            } catch (IOException e) {
                throw new UncheckedIOException("writing to memory", e);
            } finally {
                if (whole && bytes.size() <= HELD_BYTES) {
                    bytes.reset();
                } else {
                    // The encoder may hold a part of what could not be written.
                    bytes = new ByteArrayOutputStream(FIRST_BYTES);
                    encoder = EncoderFactory.get().binaryEncoder(bytes, null);
                }
            }
        }
    }

    /** Writes the first bytes of a value, where room was left for them. */
    public static void writeHeader(byte[] value, int schemaId) {
        ByteBuffer.wrap(value).put(MAGIC).putInt(schemaId);
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
