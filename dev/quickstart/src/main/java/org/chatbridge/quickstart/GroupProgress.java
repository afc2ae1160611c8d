package org.chatbridge.quickstart;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Watches a consumer group get through topics, by what it has committed: what is not, would be done again. */
final class GroupProgress {
    private static final long EVERY_MS = 100;

    private final Admin admin;
    private final String group;

    GroupProgress(Admin admin, String group) {
        this.admin = admin;
        this.group = group;
    }

    /**
     * Waits until all that is in the topics is done, and all that came of it in the group's own repartition topics.
     *
     * @param cpuMicros of the process that works
     * @param goesOn false where waiting has become useless
     */
    Pace await(Collection<String> topics, DoubleSupplier cpuMicros, BooleanSupplier goesOn)
            throws InterruptedException, ExecutionException {
        Map<TopicPartition, Long> ends = ends(topics);
        long all = ends.values().stream().mapToLong(Long::longValue).sum();
        List<Pace.Sample> samples = new ArrayList<>();
        while (true) {
            if (!goesOn.getAsBoolean()) {
                throw new IllegalStateException(
                        group + " has not got through: " + samples.get(samples.size() - 1) + " of " + all);
            }
            Map<TopicPartition, OffsetAndMetadata> committed = committed();
            long done = ends.keySet().stream()
                    .mapToLong(partition -> offset(committed, partition))
                    .sum();
            Pace.Sample sample = new Pace.Sample(System.currentTimeMillis(), done, cpuMicros.getAsDouble());
            if (done == all && hasAll(committed)) {
                // What came of it is a part of the work.
                samples.removeIf(one -> one.records() == all);
                samples.add(sample);
                return Pace.of(samples, all);
            }
            samples.add(sample);
            TimeUnit.MILLISECONDS.sleep(EVERY_MS);
        }
    }

    private boolean hasAll(Map<TopicPartition, OffsetAndMetadata> committed)
            throws InterruptedException, ExecutionException {
        List<String> own = admin.listTopics().names().get().stream()
                .filter(topic -> topic.startsWith(group) && topic.endsWith("-repartition"))
                .toList();
        return ends(own).entrySet().stream().allMatch(end -> offset(committed, end.getKey()) >= end.getValue());
    }

    private static long offset(Map<TopicPartition, OffsetAndMetadata> committed, TopicPartition partition) {
        OffsetAndMetadata next = committed.get(partition);
        return next == null ? 0 : next.offset();
    }

    private Map<TopicPartition, OffsetAndMetadata> committed() throws InterruptedException, ExecutionException {
        return admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata(group)
                .get();
    }

    private Map<TopicPartition, Long> ends(Collection<String> topics) throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (TopicDescription topic :
                admin.describeTopics(topics).allTopicNames().get().values()) {
            topic.partitions()
                    .forEach(partition ->
                            asked.put(new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest()));
        }
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(asked).all().get().forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }
}
