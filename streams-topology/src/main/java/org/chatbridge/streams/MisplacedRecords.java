package org.chatbridge.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts records that are in another partition than Kafka's own producer chooses for their key, where what else is told of that key
 * is folded, and where it is looked for first. The first of a topic is logged, the others are only counted. By any thread.
 */
final class MisplacedRecords {
    private static final Logger LOG = LoggerFactory.getLogger(MisplacedRecords.class);

    private final MeterRegistry meters;
    private final Set<String> toldOf = ConcurrentHashMap.newKeySet();
    private volatile Map<String, Integer> partitions = Map.of();

    MisplacedRecords(MeterRegistry meters) {
        this.meters = meters;
    }

    /** How many partitions topics have: of one of which that is not known no record is misplaced. */
    void learned(Map<String, Integer> partitionsOfTopics) {
        partitions = Map.copyOf(partitionsOfTopics);
    }

    /** What counts those of a topic: it is there from the start, or nobody could see that it has grown. */
    Counter counter(String topic) {
        return Counter.builder(Names.RECORDS_MISPLACED)
                .description(
                        "Records that are in another partition than Kafka's own producer chooses for their key, by each view"
                                + " that reads them")
                .tag("topic", topic)
                .register(meters);
    }

    /** Looks where a record is. */
    void look(String key, RecordMetadata at) {
        Integer count = partitions.get(at.topic());
        if (count == null || KeyLocator.partition(key, count) == at.partition()) {
            return;
        }
        counter(at.topic()).increment();
        if (toldOf.add(at.topic())) {
            LOG.warn(
                    "{}-{} offset {}: by its key it belongs into partition {}; have its producer choose partitions as Kafka's own does"
                            + " (librdkafka: partitioner=murmur2_random); more of this topic are only counted, in the metric {}",
                    at.topic(),
                    at.partition(),
                    at.offset(),
                    KeyLocator.partition(key, count),
                    Names.RECORDS_MISPLACED);
        }
    }
}
