package org.chatbridge.streams;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Records that the views had still to read at one moment. A view that others tell something by a topic between them has still
 * to learn what those have to read. Sums are kept: the same few are asked by every answer.
 */
final class Lags {
    private final Map<TopicPartition, Long> lags;
    private final Map<String, Integer> partitions;
    private final Map<String, Set<String>> feeding;
    private final ConcurrentMap<Sum, OptionalLong> sums = new ConcurrentHashMap<>();

    /**
     * Which sum.
     *
     * @param partition of the topics; null for all
     * @param feedingOne of what feeds them; null for all
     */
    private record Sum(
            Collection<String> topics,
            @Nullable Integer partition,
            @Nullable Integer feedingOne) {}

    /**
     * Takes what was measured.
     *
     * @param lags as far as they are known
     * @param partitions how many each topic has, as far as that is known
     * @param feeding of topics between views those out of which they are written
     */
    Lags(Map<TopicPartition, Long> lags, Map<String, Integer> partitions, Map<String, Set<String>> feeding) {
        this.lags = lags;
        this.partitions = partitions;
        this.feeding = feeding;
    }

    /** Of all partitions of these topics, and of what feeds them; empty where one of them is not known. */
    OptionalLong of(Collection<String> topics) {
        return sums.computeIfAbsent(new Sum(topics, null, null), this::add);
    }

    /** Of one partition of both, so that all partitions together have each record once; empty where it is not known. */
    OptionalLong of(Collection<String> topics, int partition) {
        return sums.computeIfAbsent(new Sum(topics, partition, partition), this::add);
    }

    /** Of one partition of these topics, and of all of what feeds them, for each of those may tell it something. */
    OptionalLong ofAnyRow(Collection<String> topics, int partition) {
        return sums.computeIfAbsent(new Sum(topics, partition, null), this::add);
    }

    private OptionalLong add(Sum sum) {
        Set<String> behind = new HashSet<>();
        sum.topics().forEach(topic -> behind.addAll(feeding.getOrDefault(topic, Set.of())));
        Set<String> topics = new HashSet<>(sum.topics());
        topics.addAll(behind);
        OptionalLong all = OptionalLong.of(0);
        for (String topic : topics) {
            all = Freshness.sum(all, one(topic, behind.contains(topic) ? sum.feedingOne() : sum.partition()));
        }
        return all;
    }

    private OptionalLong one(String topic, @Nullable Integer partition) {
        Integer count = partitions.get(topic);
        if (count == null) {
            return OptionalLong.empty();
        }
        long sum = 0;
        for (int each = partition == null ? 0 : partition; each < (partition == null ? count : partition + 1); each++) {
            Long lag = lags.get(new TopicPartition(topic, each));
            if (lag == null) {
                return OptionalLong.empty();
            }
            sum += lag;
        }
        return OptionalLong.of(sum);
    }
}
