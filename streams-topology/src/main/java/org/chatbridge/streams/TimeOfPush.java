package org.chatbridge.streams;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The time of a record, in milliseconds of 1970; of one that was written without any, as a program other than the bridge may, the
 * time of its push, which the bridge would have given it. Never negative: Kafka Streams would leave the record out. Made by Kafka
 * Streams.
 */
public final class TimeOfPush implements TimestampExtractor {
    /** Its own topics always have a time, and their values need have no push. */
    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        if (record.timestamp() >= 0) {
            return record.timestamp();
        }
        long at = record.value() instanceof SpecificRecord value
                        && value.getSchema().getField("push") != null
                ? Source.push(value).getReceivedAt().toEpochMilli()
                : partitionTime;
        return Math.max(0, at);
    }
}
