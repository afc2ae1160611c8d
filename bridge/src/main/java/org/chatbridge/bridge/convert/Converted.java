package org.chatbridge.bridge.convert;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.chatbridge.avro.OtherPush;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.WireFormat;

/** What becomes of a frame. */
public sealed interface Converted {
    /** A record of some schema. */
    sealed interface Written extends Converted {
        /** The key of the Kafka record. */
        String key();

        /** The value in Confluent's wire format, but for the id of the schema: there are zeros in its place. */
        byte[] value();

        Schema schema();

        /** The value read again. */
        default GenericRecord record() {
            try {
                return new GenericDatumReader<GenericRecord>(schema())
                        .read(
                                null,
                                DecoderFactory.get()
                                        .binaryDecoder(
                                                value(),
                                                WireFormat.HEADER_BYTES,
                                                value().length - WireFormat.HEADER_BYTES,
                                                null));
            } catch (IOException e) {
                throw new UncheckedIOException("reading from memory", e);
            }
        }
    }

    /**
     * A push whose action has a type.
     *
     * @param value of the action's schema, {@code push} filled
     * @param drift how many values its schema has no place for; they are in {@code extra}
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Typed(Action action, String key, byte[] value, int drift) implements Written {
        @Override
        public Schema schema() {
            return action.schema();
        }
    }

    /**
     * A push whose action has none.
     *
     * @param key the action
     * @param value an {@code OtherPush}
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Other(String key, byte[] value) implements Written {
        @Override
        public Schema schema() {
            return OtherPush.getClassSchema();
        }
    }

    /**
     * A word of the bridge's own.
     *
     * @param value of the type's schema, {@code push} filled
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Own(OwnRecord type, String key, byte[] value) implements Written {
        @Override
        public Schema schema() {
            return type.schema();
        }
    }

    /**
     * A frame that is not a push.
     *
     * @param reason why not, a sentence
     * @param position where that was found, a byte offset in the frame
     */
    record DeadLetter(String reason, long position) implements Converted {}
}
