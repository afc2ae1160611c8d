package org.chatbridge.quickstart;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/** How many records there are in each topic, asked of the broker. */
final class TopicCounts implements AutoCloseable {
    private final Admin admin;

    TopicCounts(String bootstrapServers) {
        this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    /** Topic to the number of its records, for those of the topics that exist and were never compacted. */
    SortedMap<String, Long> of(List<String> topics) throws InterruptedException, ExecutionException {
        List<String> existing = admin.listTopics().names().get().stream()
                .filter(topics::contains)
                .toList();
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (TopicDescription topic :
                admin.describeTopics(existing).allTopicNames().get().values()) {
            topic.partitions()
                    .forEach(partition ->
                            asked.put(new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest()));
        }
        SortedMap<String, Long> counts = new TreeMap<>();
        for (Map.Entry<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> end :
                admin.listOffsets(asked).all().get().entrySet()) {
            counts.merge(end.getKey().topic(), end.getValue().offset(), Long::sum);
        }
        return counts;
    }

    @Override
    public void close() {
        admin.close();
    }
}
