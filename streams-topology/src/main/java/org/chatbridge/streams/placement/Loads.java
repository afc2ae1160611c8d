package org.chatbridge.streams.placement;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.ProcessId;

/**
 * How many tasks each instance has, of each view and in all. Evenness within a view counts first, since the views differ in
 * weight, then evenness in all; an instance with twice the threads counts as two.
 */
final class Loads {
    private record Of(int view, ProcessId id) {}

    private final Map<ProcessId, Integer> threads;
    private final Map<Of, Integer> ofViews = new HashMap<>();
    private final Map<ProcessId, Integer> inAll = new HashMap<>();

    Loads(Collection<Member> members) {
        threads = members.stream().collect(Collectors.toMap(Member::id, Member::threads));
    }

    void add(TaskId task, ProcessId id) {
        change(task, id, 1);
    }

    void move(TaskId task, ProcessId from, ProcessId to) {
        change(task, from, -1);
        change(task, to, 1);
    }

    /** The one of these, of which there is at least one, that is best off with one task more: the first, where several are. */
    ProcessId leastLoaded(TaskId task, Collection<ProcessId> among) {
        return among.stream()
                .reduce((best, id) -> compare(task, 1, best, 1, id) > 0 ? id : best)
                .orElseThrow();
    }

    /** True where a task that is at one instance would better be at another; a sum of squares falls with each such move. */
    boolean isBetterAt(TaskId task, ProcessId from, ProcessId to) {
        return compare(task, 0, from, 1, to) > 0;
    }

    /** What the last of a number of tasks costs: it grows with the number. */
    private int compare(TaskId task, int moreAtOne, ProcessId one, int moreAtOther, ProcessId other) {
        int byView = Long.compare(
                cost(ofViews.getOrDefault(new Of(task.subtopology(), one), 0) + moreAtOne, other),
                cost(ofViews.getOrDefault(new Of(task.subtopology(), other), 0) + moreAtOther, one));
        return byView != 0
                ? byView
                : Long.compare(
                        cost(inAll.getOrDefault(one, 0) + moreAtOne, other),
                        cost(inAll.getOrDefault(other, 0) + moreAtOther, one));
    }

    /** Times the other's threads, in place of a division by its own. */
    private long cost(int tasks, ProcessId other) {
        return (2L * tasks - 1) * threads.getOrDefault(other, 1);
    }

    private void change(TaskId task, ProcessId id, int by) {
        ofViews.merge(new Of(task.subtopology(), id), by, Integer::sum);
        inAll.merge(id, by, Integer::sum);
    }
}
