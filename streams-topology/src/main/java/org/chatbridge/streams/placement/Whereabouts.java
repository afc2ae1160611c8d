package org.chatbridge.streams.placement;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.ProcessId;

/** Where a task is while a plan is made: moves change it. And who could have it at once. */
final class Whereabouts {
    final TaskId task;

    /** Those that can fold it at once, the best first; at least one. */
    final List<ProcessId> ready;

    /** Those that have any of it. */
    final List<ProcessId> kept;

    final Set<ProcessId> copies = new LinkedHashSet<>();
    ProcessId active;

    Whereabouts(TaskId task, List<ProcessId> ready, List<ProcessId> kept, ProcessId active) {
        this.task = task;
        this.ready = ready;
        this.kept = kept;
        this.active = active;
    }

    /** Those that it is to be at, the one that is to fold it first. */
    List<ProcessId> places() {
        return Stream.concat(Stream.of(active), copies.stream()).toList();
    }

    boolean isAt(ProcessId id) {
        return active.equals(id) || copies.contains(id);
    }

    /** How far an instance is from having it: 0 for not at all. */
    int distance(ProcessId id) {
        if (ready.contains(id)) {
            return 0;
        }
        return kept.contains(id) ? 1 : 2;
    }
}
