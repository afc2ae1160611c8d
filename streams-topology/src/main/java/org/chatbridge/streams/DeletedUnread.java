package org.chatbridge.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says and counts what Kafka deleted before the views had read it, as while they were stopped for longer than a topic keeps its
 * records. Of all partitions, whichever instance folds them, so that each instance says the same. For one thread.
 */
final class DeletedUnread {
    private static final Logger LOG = LoggerFactory.getLogger(DeletedUnread.class);

    private final MeterRegistry meters;
    private final Map<TopicPartition, Long> toldUpTo = new HashMap<>();

    /** @param topics that are read */
    DeletedUnread(MeterRegistry meters, Collection<String> topics) {
        this.meters = meters;
        topics.forEach(this::counter);
    }

    private Counter counter(String topic) {
        return Counter.builder(Names.RECORDS_DELETED)
                .description("Records that Kafka deleted before the views had read them")
                .tag("topic", topic)
                .register(meters);
    }

    /**
     * Compares where partitions begin with how far they were read; tells nothing twice.
     *
     * @param earliest offset of the first record that is there, or will be
     * @param committed offset of the next record that is to be read, of partitions that were read
     */
    void measured(Map<TopicPartition, Long> earliest, Map<TopicPartition, Long> committed) {
        committed.forEach((partition, next) -> {
            long begins = earliest.getOrDefault(partition, 0L);
            long deleted = begins - Math.max(next, toldUpTo.getOrDefault(partition, 0L));
            if (deleted > 0) {
                toldUpTo.put(partition, begins);
                counter(partition.topic()).increment((double) deleted);
                LOG.warn(
                        "{}: Kafka deleted {} records before the views had read them. What they said is missing from the views"
                                + " where no later push says it; what is open then is right again after the next login of the"
                                + " bridge. Keep the records of the bridge's topics (retention.ms) for longer than the views are"
                                + " ever stopped",
                        partition,
                        deleted);
            }
        });
    }
}
