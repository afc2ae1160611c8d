package org.chatbridge.streams;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Versions to and from bytes: those of the row, none where there was no row. */
final class VersionSerde implements Serde<Version> {
    private static final byte[] NO_ROW = {};

    private final Serde<SpecificRecord> rows;

    VersionSerde(Serde<SpecificRecord> rows) {
        this.rows = rows;
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka's interface passes null for a tombstone and expects it back
    public Serializer<Version> serializer() {
        return (topic, version) -> version == null
                ? null
                : version.row() == null ? NO_ROW : rows.serializer().serialize(topic, version.row());
    }

    @Override
    @SuppressWarnings("NullAway") // as above
    public Deserializer<Version> deserializer() {
        return (topic, bytes) -> bytes == null
                ? null
                : new Version(bytes.length == 0 ? null : rows.deserializer().deserialize(topic, bytes));
    }
}
