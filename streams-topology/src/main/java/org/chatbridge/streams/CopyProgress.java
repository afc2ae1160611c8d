package org.chatbridge.streams;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Follows how far the copies of stores on this instance have come, from one measurement to the next. What the group had
 * committed is in a copy once that is as far as the changelog's end was that was read afterwards, even if it was taken up anew
 * meanwhile, for a changelog only grows. Measured by one thread, asked by several.
 */
final class CopyProgress {
    private final ConcurrentMap<String, Map<Integer, Copy>> byStore = new ConcurrentHashMap<>();

    /**
     * How far a copy was at a measurement.
     *
     * @param offset of the changelog; 0 where Kafka Streams does not know it yet, as while a task changes hands
     * @param end of the changelog
     */
    record Reach(long offset, long end) {
        /** No copy. */
        private static final Reach NOTHING = new Reach(-1, 0);

        long lag() {
            return Math.max(0, end - offset);
        }
    }

    /**
     * What a copy contains that is as far as this.
     *
     * @param committed by the group, by partition the offset of the next record
     * @param offset of the changelog
     */
    private record Milestone(Map<TopicPartition, Long> committed, long offset) {}

    /** A copy. */
    static final class Copy {
        private static final Copy NEW = new Copy(Reach.NOTHING, null, null);

        private final Reach reach;
        private final @Nullable Milestone passed;
        private final @Nullable Milestone next;

        private Copy(Reach reach, @Nullable Milestone passed, @Nullable Milestone next) {
            this.reach = reach;
            this.passed = passed;
            this.next = next;
        }

        /** Records of the changelog that were not in it at the last measurement. */
        long changelogLag() {
            return reach.lag();
        }

        /** Whether it had all of the changelog once; otherwise rows may be missing from it that have long been there. */
        boolean isWhole() {
            return passed != null && reach.offset() >= passed.offset();
        }

        /** How far it is at least, of the partition of these topics. */
        Position position(Collection<String> topics, int partition) {
            if (passed == null || !isWhole()) {
                return Position.NONE;
            }
            Map<TopicPartition, Long> offsets = new HashMap<>();
            for (String topic : topics) {
                TopicPartition source = new TopicPartition(topic, partition);
                Long next = passed.committed().get(source);
                if (next != null && next > 0) {
                    offsets.put(source, next - 1);
                }
            }
            return new Position(offsets);
        }

        private boolean isHere() {
            return reach.offset() >= 0;
        }

        private Copy gone() {
            return new Copy(Reach.NOTHING, passed, next);
        }

        private Copy measured(Milestone now, Reach measured) {
            if (measured.offset() >= now.offset()) {
                return new Copy(measured, now, null);
            }
            if (next == null) {
                return new Copy(measured, passed, now);
            }
            return measured.offset() >= next.offset()
                    ? new Copy(measured, next, now)
                    : new Copy(measured, passed, next);
        }
    }

    /**
     * Takes what was measured.
     *
     * @param committed of the group, read before
     * @param reached by the copies, by store and partition
     */
    void measured(Map<TopicPartition, Long> committed, Map<String, Map<Integer, Reach>> reached) {
        Set<String> stores = new HashSet<>(byStore.keySet());
        stores.addAll(reached.keySet());
        for (String store : stores) {
            Map<Integer, Copy> before = byStore.getOrDefault(store, Map.of());
            Map<Integer, Copy> after = new HashMap<>();
            before.forEach((partition, copy) -> {
                // Between two tasks it may be missing for a moment. What it had much earlier says too little.
                if (copy.isHere()) {
                    after.put(partition, copy.gone());
                }
            });
            reached.getOrDefault(store, Map.of())
                    .forEach((partition, reach) -> after.put(
                            partition,
                            before.getOrDefault(partition, Copy.NEW)
                                    .measured(new Milestone(committed, reach.end()), reach)));
            byStore.put(store, Map.copyOf(after));
        }
    }

    /** A copy as it was last measured; empty where there is none, or it was not measured yet. */
    Optional<Copy> of(String store, int partition) {
        return Optional.ofNullable(byStore.getOrDefault(store, Map.of()).get(partition))
                .filter(Copy::isHere);
    }

    /** Records of the changelogs that copies which are not whole yet have still to read; 0 where all are. */
    long missing(Predicate<String> ofStores) {
        return byStore.entrySet().stream()
                .filter(copies -> ofStores.test(copies.getKey()))
                .flatMap(copies -> copies.getValue().values().stream())
                .filter(copy -> copy.isHere() && !copy.isWhole())
                .mapToLong(Copy::changelogLag)
                .sum();
    }

    /** Whether all copies that are here are whole. */
    boolean areWhole() {
        return byStore.values().stream()
                .flatMap(copies -> copies.values().stream())
                .allMatch(copy -> copy.isWhole() || !copy.isHere());
    }
}
