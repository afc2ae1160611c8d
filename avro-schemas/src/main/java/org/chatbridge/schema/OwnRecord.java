package org.chatbridge.schema;

import org.apache.avro.Schema;
import org.chatbridge.avro.Gap;
import org.chatbridge.avro.Snapshot;

/** What the bridge writes beside the pushes: records that it makes itself. */
public enum OwnRecord {
    /** What a resync learned of a chat or an agent. */
    SNAPSHOT(Snapshot.getClassSchema(), "snapshots", "resync"),
    /** A stretch of time in which the bridge could not see LiveChat. */
    GAP(Gap.getClassSchema(), "gaps", "bridge");

    static {
        TrustedRecords.trust();
    }

    private final Schema schema;
    private final String topic;
    private final String origin;
    private final RecordKey key;

    OwnRecord(Schema schema, String topic, String origin) {
        this.schema = schema;
        this.topic = topic;
        this.origin = origin;
        this.key = RecordKey.of(schema);
    }

    /** The schema of the record, with all the records it is made of. */
    public Schema schema() {
        return schema;
    }

    /** The topic without its prefix, such as {@code gaps}. */
    public String topic() {
        return topic;
    }

    /** {@code push.origin} of these records. */
    public String origin() {
        return origin;
    }

    /** Where the key of the Kafka record comes from. */
    public RecordKey key() {
        return key;
    }
}
