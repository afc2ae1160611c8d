package org.chatbridge.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;

/** Which brokers have all of each partition, those of Kafka's own topics too. */
final class Replicas {
    private final Admin admin;

    Replicas(Admin admin) {
        this.admin = admin;
    }

    /** Partitions that not all brokers have, each a sentence: one lags or is away, or none leads. */
    List<String> notOnAll(int brokers) throws InterruptedException, ExecutionException {
        return where(partition -> partition.leader() == null || partition.isr().size() != brokers);
    }

    /** Partitions that count on a broker yet, each a sentence. */
    List<String> countingOn(int broker) throws InterruptedException, ExecutionException {
        return where(partition ->
                partition.leader() == null || partition.isr().stream().anyMatch(node -> node.id() == broker));
    }

    private List<String> where(Predicate<TopicPartitionInfo> isSo) throws InterruptedException, ExecutionException {
        List<String> those = new ArrayList<>();
        for (TopicDescription topic : admin.describeTopics(admin.listTopics(new ListTopicsOptions().listInternal(true))
                        .names()
                        .get())
                .allTopicNames()
                .get()
                .values()) {
            topic.partitions().stream().filter(isSo).forEach(partition -> those.add(topic.name() + " " + partition));
        }
        return those;
    }
}
