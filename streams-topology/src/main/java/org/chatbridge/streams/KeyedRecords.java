package org.chatbridge.streams;

import io.micrometer.core.instrument.Counter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.chatbridge.avro.Snapshot;

/**
 * Passes on records that have a key: those without one, of whom nobody can say whom they are about, are counted and left out. It is
 * also looked whether they are in the partition of their key.
 */
final class KeyedRecords extends ContextualFixedKeyProcessor<String, SpecificRecord, SpecificRecord> {
    private final Counter withoutKey;
    private final MisplacedRecords misplaced;

    KeyedRecords(Counter withoutKey, MisplacedRecords misplaced) {
        this.withoutKey = withoutKey;
        this.misplaced = misplaced;
    }

    @Override
    public void process(FixedKeyRecord<String, SpecificRecord> record) {
        if (record.key() == null || record.key().isEmpty()) {
            withoutKey.increment();
            return;
        }
        if (!namesItsPartition(record.value())) {
            context().recordMetadata().ifPresent(at -> misplaced.look(record.key(), at));
        }
        context().forward(record);
    }

    /** The word that a resync is complete is in every partition, whatever its key. */
    private static boolean namesItsPartition(SpecificRecord record) {
        return record instanceof Snapshot snapshot && Resyncs.isWord(snapshot);
    }
}
