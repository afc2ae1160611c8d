package org.chatbridge.streams;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Knows how far each view of this instance has read its topics: of each partition the offset of the last record that was
 * folded since the program began. For use by several threads.
 */
final class Positions {
    private final ConcurrentMap<String, ConcurrentMap<TopicPartition, Long>> byView = new ConcurrentHashMap<>();

    void folded(String view, RecordMetadata record) {
        byView.computeIfAbsent(view, any -> new ConcurrentHashMap<>())
                .put(new TopicPartition(record.topic(), record.partition()), record.offset());
    }

    /** Offsets of the last records folded, by partition; a view of what goes on changing. */
    Map<TopicPartition, Long> of(String view) {
        return byView.getOrDefault(view, new ConcurrentHashMap<>());
    }
}
