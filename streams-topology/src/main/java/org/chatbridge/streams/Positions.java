package org.chatbridge.streams;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Knows how far each view of this instance has read its topics: which partitions it folds now, of each the offset of the last
 * record that was folded since it does, and what the group has committed. For use by several threads.
 */
final class Positions {
    private final ConcurrentMap<String, ConcurrentMap<TopicPartition, Long>> byView = new ConcurrentHashMap<>();
    private final Set<Part> folding = ConcurrentHashMap.newKeySet();
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private volatile Map<TopicPartition, Long> committed = Map.of();

    private record Part(String view, int partition) {}

    /** Each is another one, whatever it waits for. */
    private static final class Waiter {
        private final String view;
        private final Position needed;
        private final BooleanSupplier reached;
        private final CompletableFuture<Boolean> told = new CompletableFuture<>();

        Waiter(String view, Position needed, BooleanSupplier reached) {
            this.view = view;
            this.needed = needed;
            this.reached = reached;
        }

        void look() {
            if (reached.getAsBoolean()) {
                told.complete(true);
            }
        }
    }

    /** A view begins to fold a partition: its store has all that the group has committed. */
    void opened(String view, int partition) {
        // What was folded before the partition was given away may not be in the store as it came back.
        of(view).keySet().removeIf(source -> source.partition() == partition);
        folding.add(new Part(view, partition));
    }

    /** A view folds a partition no longer. */
    void closed(String view, int partition) {
        folding.remove(new Part(view, partition));
    }

    void folded(String view, RecordMetadata record) {
        TopicPartition source = new TopicPartition(record.topic(), record.partition());
        byView.computeIfAbsent(view, any -> new ConcurrentHashMap<>()).put(source, record.offset());
        for (Waiter waiter : waiters) {
            Long needed = waiter.needed.offsets().get(source);
            if (needed != null && needed <= record.offset() && waiter.view.equals(view)) {
                waiter.look();
            }
        }
    }

    /** What the group has committed: by partition the offset of the next record. */
    void committed(Map<TopicPartition, Long> next) {
        committed = Map.copyOf(next);
    }

    /** Whether this instance folds a partition now. */
    boolean isFolding(String view, int partition) {
        return folding.contains(new Part(view, partition));
    }

    /** Offsets of the last records folded, by partition; a view of what goes on changing. */
    Map<TopicPartition, Long> of(String view) {
        return byView.getOrDefault(view, new ConcurrentHashMap<>());
    }

    /**
     * How far a partition is that is folded here. What is committed counts too: it covers what was folded before a restart,
     * and records that mean nothing to the view.
     *
     * @param topics the sources of the view
     */
    Position of(String view, Collection<String> topics, int partition) {
        Map<TopicPartition, Long> next = committed;
        Map<TopicPartition, Long> folded = of(view);
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (String topic : topics) {
            TopicPartition source = new TopicPartition(topic, partition);
            long last = Math.max(next.getOrDefault(source, 0L) - 1, folded.getOrDefault(source, -1L));
            if (last >= 0) {
                offsets.put(source, last);
            }
        }
        return new Position(offsets);
    }

    /**
     * Waits without a thread: completed with true once it was reached, by the thread that folds, so go on in another one.
     *
     * @param reached asked when records are folded that are needed, and whenever {@link #look} is called
     * @return who waits no longer completes it
     */
    CompletableFuture<Boolean> await(String view, Position needed, BooleanSupplier reached) {
        Waiter waiter = new Waiter(view, needed, reached);
        waiters.add(waiter);
        CompletableFuture<Boolean> forgotten = waiter.told.whenComplete((answer, failure) -> waiters.remove(waiter));
        waiter.look();
        return forgotten.isDone() ? forgotten : waiter.told;
    }

    /** Something else has changed on which those who wait may depend. */
    void look() {
        waiters.forEach(Waiter::look);
    }
}
