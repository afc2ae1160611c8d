package org.chatbridge.streams.placement;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.ProcessId;

/**
 * An instance of the views, as it joins a rebalance.
 *
 * @param threads how many fold there, at least 1
 * @param folding the tasks that it folded until now
 * @param kept the tasks that it has anything of, folded or copied, each with the number of records that are missing there, not
 *     negative
 */
record Member(ProcessId id, int threads, Set<TaskId> folding, Map<TaskId, Long> kept) {
    /** Records; more than there can be where it has nothing of it. */
    long missing(TaskId task) {
        return kept.getOrDefault(task, Long.MAX_VALUE);
    }
}
