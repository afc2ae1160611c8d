package org.chatbridge.streams;

import java.util.List;
import java.util.function.IntSupplier;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.errors.StreamsException;
import org.chatbridge.schema.SchemaRegistryException;

/**
 * Values of a store to and from bytes. One that is too large for the topics of its view is refused here, before it is in the store:
 * the record that would have made it is left out, where it would stop the view for good. One that cannot be read is no record's
 * fault.
 */
final class StoredSerde<T> implements Serde<T> {
    private final Serde<T> values;
    private final IntSupplier mostBytes;

    /** @param mostBytes that a value may have now */
    StoredSerde(Serde<T> values, IntSupplier mostBytes) {
        this.values = values;
        this.mostBytes = mostBytes;
    }

    @Override
    public Serializer<T> serializer() {
        Serializer<T> serializer = values.serializer();
        return (topic, value) -> {
            byte[] bytes = serializer.serialize(topic, value);
            if (bytes != null && bytes.length > mostBytes.getAsInt()) {
                throw new SerializationException(
                        topic + " takes no value of " + bytes.length + " bytes, only of " + mostBytes.getAsInt());
            }
            return bytes;
        };
    }

    /** @return throws {@link UnreadableException}; where the registry does not answer what it throws itself */
    @Override
    public Deserializer<T> deserializer() {
        Deserializer<T> deserializer = values.deserializer();
        return (topic, bytes) -> {
            try {
                return deserializer.deserialize(topic, bytes);
            } catch (SerializationException | SchemaRegistryException e) {
                if (e instanceof SchemaRegistryException failure && !failure.isUnknownSchema()) {
                    throw e;
                }
                throw new UnreadableException(e, () -> deserializer.deserialize(topic, bytes));
            }
        };
    }

    /** What a view keeps cannot be read, as where the registry has not its schema any more, or another under its id. */
    static final class UnreadableException extends StreamsException {
        private static final long serialVersionUID = 1;

        private final transient Runnable readAgain;

        UnreadableException(RuntimeException cause, Runnable readAgain) {
            super(
                    "what the views keep cannot be read: " + cause.getMessage()
                            + "; give the schema registry back the schemas that it had, under their ids, and start the views"
                            + " anew, or start them with another application.id: they then lack what was written before",
                    cause);
            this.readAgain = readAgain;
        }

        /** The message, where it still cannot be read. */
        List<String> missing() {
            try {
                readAgain.run();
                return List.of();
            } catch (SerializationException | SchemaRegistryException e) {
                return List.of(String.valueOf(getMessage()));
            }
        }
    }
}
