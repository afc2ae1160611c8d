package org.chatbridge.streams;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Values of a store to and from bytes. One that is too large for the store's changelog is refused here, before it is in the store:
 * the record that would have made it is left out, where it would stop the view for good.
 */
final class StoredSerde<T> implements Serde<T> {
    /** The rest is for the key, and for what a row has beside the state that it is made of. */
    static final int LARGEST_BYTES = StreamsProperties.LARGEST_ROW_BYTES - (1 << 20);

    private final Serde<T> values;

    StoredSerde(Serde<T> values) {
        this.values = values;
    }

    @Override
    public Serializer<T> serializer() {
        Serializer<T> serializer = values.serializer();
        return (topic, value) -> {
            byte[] bytes = serializer.serialize(topic, value);
            if (bytes != null && bytes.length > LARGEST_BYTES) {
                throw new SerializationException(
                        topic + " takes no value of " + bytes.length + " bytes, only of " + LARGEST_BYTES);
            }
            return bytes;
        };
    }

    @Override
    public Deserializer<T> deserializer() {
        return values.deserializer();
    }
}
