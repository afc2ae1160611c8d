package org.chatbridge.streams;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Follows how far the copies of stores on this instance have come, from one measurement to the next. What the group had
 * committed is in a copy once that is as far as the changelog's end was that was read afterwards. Measured by one thread,
 * asked by several.
 */
final class CopyProgress {
    private final ConcurrentMap<String, Map<Integer, Copy>> byStore = new ConcurrentHashMap<>();

    /**
     * How far a copy was at a measurement.
     *
     * @param offset of the changelog
     * @param end of the changelog
     */
    record Reach(long offset, long end) {
        long lag() {
            return Math.max(0, end - offset);
        }
    }

    /**
     * A copy.
     *
     * @param changelogLag records of the changelog that were not in it at the last measurement
     * @param contained what the group had committed that is in it, by partition the offset of the next record; null where it
     *     never had all of the changelog, and rows may be missing from it that have long been there
     * @param offset of the changelog
     * @param promised what will be contained once it is at {@code promisedAt}
     */
    record Copy(
            long changelogLag,
            @Nullable Map<TopicPartition, Long> contained,
            long offset,
            Map<TopicPartition, Long> promised,
            long promisedAt) {

        /** How far it is at least, of the partition of these topics. */
        Position position(Collection<String> topics, int partition) {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            for (String topic : topics) {
                TopicPartition source = new TopicPartition(topic, partition);
                Long next = contained == null ? null : contained.get(source);
                if (next != null && next > 0) {
                    offsets.put(source, next - 1);
                }
            }
            return new Position(offsets);
        }
    }

    /**
     * Takes what was measured.
     *
     * @param committed of the group, read before
     * @param reached by the copies, by store and partition
     */
    void measured(Map<TopicPartition, Long> committed, Map<String, Map<Integer, Reach>> reached) {
        byStore.keySet().retainAll(reached.keySet());
        reached.forEach((store, partitions) -> {
            Map<Integer, Copy> before = byStore.getOrDefault(store, Map.of());
            Map<Integer, Copy> after = new HashMap<>();
            partitions.forEach(
                    (partition, reach) -> after.put(partition, next(before.get(partition), committed, reach)));
            byStore.put(store, Map.copyOf(after));
        });
    }

    private static Copy next(@Nullable Copy before, Map<TopicPartition, Long> committed, Reach reach) {
        long position = reach.offset();
        if (position >= reach.end()) {
            return new Copy(0, committed, position, committed, reach.end());
        }
        if (before == null || position < before.offset()) {
            // New here, or begun anew.
            return new Copy(reach.lag(), null, position, committed, reach.end());
        }
        return position >= before.promisedAt()
                ? new Copy(reach.lag(), before.promised(), position, committed, reach.end())
                : new Copy(reach.lag(), before.contained(), position, before.promised(), before.promisedAt());
    }

    /** A copy as it was last measured; empty where there is none, or it was not measured yet. */
    Optional<Copy> of(String store, int partition) {
        return Optional.ofNullable(byStore.getOrDefault(store, Map.of()).get(partition));
    }
}
