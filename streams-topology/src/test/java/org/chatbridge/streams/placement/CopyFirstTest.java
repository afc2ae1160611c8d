package org.chatbridge.streams.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.ApplicationState;
import org.apache.kafka.streams.processor.assignment.AssignmentConfigs;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsAssignment;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsAssignment.AssignedTask;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsState;
import org.apache.kafka.streams.processor.assignment.ProcessId;
import org.apache.kafka.streams.processor.assignment.TaskAssignmentUtils;
import org.apache.kafka.streams.processor.assignment.TaskAssignor.AssignmentError;
import org.apache.kafka.streams.processor.assignment.TaskAssignor.TaskAssignment;
import org.apache.kafka.streams.processor.assignment.TaskInfo;
import org.apache.kafka.streams.processor.assignment.TaskTopicPartition;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;

class CopyFirstTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final ProcessId OLD = new ProcessId(new UUID(0, 1));
    private static final ProcessId NEW = new ProcessId(new UUID(0, 2));
    private static final Map<TaskId, TaskInfo> TASKS = IntStream.range(0, 4)
            .mapToObj(partition -> (TaskInfo) new Task(new TaskId(0, partition), true))
            .collect(Collectors.toMap(TaskInfo::id, task -> task));

    @Test
    void shouldGiveCopiesFirstToWhoHasNothing() {
        // given
        Instance old = new Instance(OLD, TASKS.keySet(), Set.of(), lags(-2));
        Instance added = new Instance(NEW, Set.of(), Set.of(), lags(3)); // Kafka counts all there is, which is little

        // when
        Map<ProcessId, KafkaStreamsAssignment> assignment = assign(TASKS, old, added);

        // then
        assertThat(tasks(assignment, OLD, AssignedTask.Type.ACTIVE)).hasSize(4);
        assertThat(tasks(assignment, NEW, AssignedTask.Type.STANDBY)).hasSize(4);
        assertThat(of(assignment, OLD).followupRebalanceDeadline()).contains(NOW.plusSeconds(10));
        assertThat(of(assignment, NEW).followupRebalanceDeadline()).isEmpty();
    }

    @Test
    void shouldLookLaterWhereThereIsMoreToCopy() {
        Instance old = new Instance(OLD, TASKS.keySet(), Set.of(), lags(-2));

        assertThat(of(assign(TASKS, old, new Instance(NEW, Set.of(), Set.of(), lags(300_000))), OLD)
                        .followupRebalanceDeadline())
                .contains(NOW.plusSeconds(30));
        assertThat(of(assign(TASKS, old, new Instance(NEW, Set.of(), Set.of(), lags(90_000_000))), OLD)
                        .followupRebalanceDeadline())
                .contains(NOW.plusSeconds(60));
    }

    @Test
    void shouldMoveWhatHasCaughtUp() {
        Instance old = new Instance(OLD, TASKS.keySet(), Set.of(), lags(-2));
        Instance added = new Instance(NEW, Set.of(), TASKS.keySet(), lags(100));

        Map<ProcessId, KafkaStreamsAssignment> assignment = assign(TASKS, old, added);

        assertThat(tasks(assignment, NEW, AssignedTask.Type.ACTIVE)).hasSize(2);
        assertThat(tasks(assignment, OLD, AssignedTask.Type.ACTIVE)).hasSize(2);
        assertThat(assignment.values())
                .allSatisfy(one -> assertThat(one.followupRebalanceDeadline()).isEmpty());
    }

    @Test
    void shouldLeaveWhatIsFoldedWhereItIsWhereTheEndsAreNotKnown() {
        Instance old = new Instance(OLD, TASKS.keySet(), Set.of(), Map.of());
        Instance added = new Instance(NEW, Set.of(), TASKS.keySet(), Map.of());

        Map<ProcessId, KafkaStreamsAssignment> assignment = assign(TASKS, old, added);

        assertThat(tasks(assignment, OLD, AssignedTask.Type.ACTIVE)).hasSize(4);
        assertThat(of(assignment, OLD).followupRebalanceDeadline()).isPresent();
    }

    @Test
    void shouldSpreadWhatHasNoStateAtOnce() {
        Map<TaskId, TaskInfo> stateless = TASKS.keySet().stream()
                .map(id -> (TaskInfo) new Task(id, false))
                .collect(Collectors.toMap(TaskInfo::id, task -> task));
        Instance old = new Instance(OLD, TASKS.keySet(), Set.of(), Map.of());
        Instance added = new Instance(NEW, Set.of(), Set.of(), Map.of());

        Map<ProcessId, KafkaStreamsAssignment> assignment = assign(stateless, old, added);

        assertThat(tasks(assignment, OLD, AssignedTask.Type.ACTIVE)).hasSize(2);
        assertThat(tasks(assignment, NEW, AssignedTask.Type.ACTIVE)).hasSize(2);
        assertThat(tasks(assignment, NEW, AssignedTask.Type.STANDBY)).isEmpty();
    }

    @Test
    void shouldStartAloneWithEverything() {
        Map<ProcessId, KafkaStreamsAssignment> assignment =
                assign(TASKS, new Instance(NEW, Set.of(), Set.of(), lags(50_000)));

        assertThat(tasks(assignment, NEW, AssignedTask.Type.ACTIVE)).hasSize(4);
        assertThat(of(assignment, NEW).followupRebalanceDeadline()).isEmpty();
    }

    private static Map<TaskId, Long> lags(long lag) {
        return TASKS.keySet().stream().collect(Collectors.toMap(id -> id, id -> lag));
    }

    private static Set<TaskId> tasks(
            Map<ProcessId, KafkaStreamsAssignment> assignment, ProcessId id, AssignedTask.Type type) {
        return of(assignment, id).tasks().values().stream()
                .filter(task -> task.type() == type)
                .map(AssignedTask::id)
                .collect(Collectors.toSet());
    }

    private static KafkaStreamsAssignment of(Map<ProcessId, KafkaStreamsAssignment> assignment, ProcessId id) {
        return Objects.requireNonNull(assignment.get(id));
    }

    private static Map<ProcessId, KafkaStreamsAssignment> assign(Map<TaskId, TaskInfo> tasks, Instance... instances) {
        Application application = new Application(tasks, List.of(instances));
        TaskAssignment assignment = new CopyFirst(Clock.fixed(NOW, ZoneOffset.UTC)).assign(application);
        assertThat(TaskAssignmentUtils.validateTaskAssignment(application, assignment))
                .isEqualTo(AssignmentError.NONE);
        return assignment.assignment().stream()
                .collect(Collectors.toMap(KafkaStreamsAssignment::processId, one -> one));
    }

    private record Task(TaskId id, boolean isStateful) implements TaskInfo {
        @Override
        public Set<String> stateStoreNames() {
            return isStateful ? Set.of("gaps") : Set.of();
        }

        @Override
        public Set<TaskTopicPartition> topicPartitions() {
            return Set.of();
        }
    }

    private record Application(Map<TaskId, TaskInfo> allTasks, Collection<Instance> instances)
            implements ApplicationState {
        @Override
        public Map<ProcessId, KafkaStreamsState> kafkaStreamsStates(boolean computeTaskLags) {
            Map<ProcessId, KafkaStreamsState> states = new HashMap<>();
            instances.forEach(instance -> states.put(instance.processId(), instance));
            return states;
        }

        @Override
        public AssignmentConfigs assignmentConfigs() {
            return new AssignmentConfigs(
                    10_000L, 16, 1, 60_000L, List.of(), OptionalInt.empty(), OptionalInt.empty(), "none");
        }
    }

    private record Instance(ProcessId processId, Set<TaskId> folding, Set<TaskId> copied, Map<TaskId, Long> lags)
            implements KafkaStreamsState {
        @Override
        public int numProcessingThreads() {
            return 1;
        }

        @Override
        public SortedSet<String> consumerClientIds() {
            return new TreeSet<>();
        }

        @Override
        public SortedSet<TaskId> previousActiveTasks() {
            return new TreeSet<>(folding);
        }

        @Override
        public SortedSet<TaskId> previousStandbyTasks() {
            return new TreeSet<>(copied);
        }

        @Override
        public long lagFor(TaskId task) {
            return lags.getOrDefault(task, 0L);
        }

        @Override
        public SortedSet<TaskId> prevTasksByLag(String consumerClientId) {
            return new TreeSet<>();
        }

        @Override
        public Map<TaskId, Long> statefulTasksToLagSums() {
            return lags;
        }

        @Override
        public Optional<HostInfo> hostInfo() {
            return Optional.empty();
        }

        @Override
        public Map<String, String> clientTags() {
            return Map.of();
        }

        @Override
        public Optional<String> rackId() {
            return Optional.empty();
        }
    }
}
