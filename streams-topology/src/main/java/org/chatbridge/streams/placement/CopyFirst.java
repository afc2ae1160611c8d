package org.chatbridge.streams.placement;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.ApplicationState;
import org.apache.kafka.streams.processor.assignment.AssignmentConfigs;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsAssignment;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsAssignment.AssignedTask;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsState;
import org.apache.kafka.streams.processor.assignment.ProcessId;
import org.apache.kafka.streams.processor.assignment.TaskAssignor;
import org.apache.kafka.streams.processor.assignment.TaskInfo;

/**
 * Gives an instance that is added copies first, and the work only once those have caught up (KIP-924).
 *
 * <p>Kafka's own assignor (KIP-441) takes an instance that has nothing for one that has caught up wherever there is little to
 * catch up with, and looks at most once a minute whether copies have. Partitions then move at once, in several rebalances, each
 * as slow as the slowest instance that is just starting, and meanwhile nobody folds them.
 *
 * <p>It heeds the settings {@code acceptable.recovery.lag} (records), {@code num.standby.replicas} and {@code
 * max.warmup.replicas} of Kafka Streams; not {@code probing.rebalance.interval.ms}, and not racks and tags: whoever wants those
 * names another {@code task.assignor.class}.
 */
public final class CopyFirst implements TaskAssignor {
    private static final Duration SOONEST = Duration.ofSeconds(10);
    private static final Duration LATEST = Duration.ofSeconds(60);

    /** About so many records a second are copied: whether they are there is not asked before. */
    private static final int COPIED_A_SECOND = 10_000;

    /** What a copy misses where the ends of the changelogs could not be asked for: whoever folds goes on. */
    private static final long UNKNOWN = Long.MAX_VALUE / 4;

    private final Clock clock;

    /** Called by Kafka Streams. */
    public CopyFirst() {
        this(Clock.systemUTC());
    }

    CopyFirst(Clock clock) {
        this.clock = clock;
    }

    @Override
    public TaskAssignment assign(ApplicationState application) {
        AssignmentConfigs settings = application.assignmentConfigs();
        Collection<TaskInfo> tasks = application.allTasks().values();
        Map<ProcessId, KafkaStreamsState> states = application.kafkaStreamsStates(true);
        Map<ProcessId, Map<TaskId, Long>> missing = new HashMap<>(); // Kafka makes that map each time it is asked
        states.forEach((id, state) -> missing.put(id, state.statefulTasksToLagSums()));
        List<Member> members = states.values().stream()
                .map(state -> member(state, tasks, missing.getOrDefault(state.processId(), Map.of())))
                .toList();
        Plan plan = new Placement(members, settings.acceptableRecoveryLag(), settings.numStandbyReplicas())
                .plan(ids(tasks, true), settings.maxWarmupReplicas());
        Plan stateless = new Placement(members, 0, 0).plan(ids(tasks, false), 0);

        Map<ProcessId, Set<AssignedTask>> places = new HashMap<>();
        members.forEach(member -> place(places, member.id()));
        for (Plan part : List.of(plan, stateless)) {
            part.tasks().forEach((task, where) -> {
                place(places, where.active()).add(new AssignedTask(task, AssignedTask.Type.ACTIVE));
                where.copies().forEach(id -> place(places, id).add(new AssignedTask(task, AssignedTask.Type.STANDBY)));
            });
        }
        // Whoever folds most asks for the next look: it is there already, and not just starting.
        ProcessId asks = members.stream()
                .max(Comparator.<Member>comparingInt(member -> member.folding().size())
                        .thenComparing(Member::id))
                .orElseThrow()
                .id();
        Instant lookAgain = clock.instant().plus(copying(plan, missing));
        return new TaskAssignment(places.entrySet().stream()
                .map(entry -> {
                    KafkaStreamsAssignment assignment = KafkaStreamsAssignment.of(entry.getKey(), entry.getValue());
                    return plan.waiting().isEmpty() || !entry.getKey().equals(asks)
                            ? assignment
                            : assignment.withFollowupRebalance(lookAgain);
                })
                .toList());
    }

    /** How long it will take at least until a copy that is on its way has caught up: of each task the one that misses most. */
    private static Duration copying(Plan plan, Map<ProcessId, Map<TaskId, Long>> missing) {
        long records = plan.waiting().stream()
                .mapToLong(task -> missing.entrySet().stream()
                        .filter(of -> isCopy(plan, task, of.getKey()))
                        .mapToLong(of -> of.getValue().getOrDefault(task, 0L))
                        .max()
                        .orElse(0))
                .min()
                .orElse(0);
        long seconds = Math.min(records / COPIED_A_SECOND, LATEST.toSeconds());
        return Duration.ofSeconds(Math.max(seconds, SOONEST.toSeconds()));
    }

    private static boolean isCopy(Plan plan, TaskId task, ProcessId id) {
        Plan.Places places = plan.tasks().get(task);
        return places != null && places.copies().contains(id);
    }

    private static Set<AssignedTask> place(Map<ProcessId, Set<AssignedTask>> places, ProcessId id) {
        return places.computeIfAbsent(id, any -> new HashSet<>());
    }

    private static Set<TaskId> ids(Collection<TaskInfo> tasks, boolean stateful) {
        return tasks.stream()
                .filter(task -> task.isStateful() == stateful)
                .map(TaskInfo::id)
                .collect(Collectors.toSet());
    }

    /** @param missing records, by task; none where the ends of the changelogs could not be asked for */
    private static Member member(KafkaStreamsState state, Collection<TaskInfo> tasks, Map<TaskId, Long> missing) {
        Map<TaskId, Long> kept = new HashMap<>();
        for (TaskInfo task : tasks) {
            TaskId id = task.id();
            if (!task.isStateful()) {
                kept.put(id, 0L);
            } else if (state.previousActiveTasks().contains(id)) {
                kept.put(id, Math.max(0, missing.getOrDefault(id, 0L)));
            } else if (state.previousStandbyTasks().contains(id)) {
                kept.put(id, Math.max(0, missing.getOrDefault(id, UNKNOWN)));
            }
        }
        return new Member(state.processId(), state.numProcessingThreads(), state.previousActiveTasks(), kept);
    }
}
