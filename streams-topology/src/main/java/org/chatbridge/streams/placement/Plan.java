package org.chatbridge.streams.placement;

import java.util.Set;
import java.util.SortedMap;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.ProcessId;

/**
 * Who folds each task now, and who keeps copies.
 *
 * @param tasks each task with its places
 * @param waiting those that will have a better place once a copy there has caught up
 */
record Plan(SortedMap<TaskId, Places> tasks, Set<TaskId> waiting) {
    /** @param copies never the one that folds; may be empty */
    record Places(ProcessId active, Set<ProcessId> copies) {}
}
