package org.chatbridge.streams.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.ProcessId;

class PlacementPropertyTest {
    private static final long WITHIN = 100;

    /** One thing that happens to a group: an instance comes, dies, comes back, copies for a while, or pushes come. */
    record Step(int what, int who) {}

    record Group(int views, int partitions, int copies, int most, List<Step> steps) {}

    @Provide
    Arbitrary<Group> groups() {
        Arbitrary<Step> step = Combinators.combine(
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.integers().between(0, 5))
                .as(Step::new);
        return Combinators.combine(
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(1, 7),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(1, 16),
                        step.list().ofMaxSize(25))
                .as(Group::new);
    }

    /** What each instance has on its disk, and which of them live. */
    private static final class World {
        final Group group;
        final List<TaskId> tasks = new ArrayList<>();
        final Map<TaskId, Long> ends = new HashMap<>();
        final Map<ProcessId, Map<TaskId, Long>> disks = new HashMap<>();
        final Map<ProcessId, Set<TaskId>> folding = new TreeMap<>();
        Plan plan = new Plan(new TreeMap<>(), Set.of());

        World(Group group) {
            this.group = group;
            for (int view = 0; view < group.views(); view++) {
                for (int partition = 0; partition < group.partitions(); partition++) {
                    tasks.add(new TaskId(view, partition));
                    ends.put(new TaskId(view, partition), 0L);
                }
            }
            start(0);
            rebalance();
        }

        void start(int who) {
            ProcessId id = new ProcessId(new UUID(0, who));
            disks.computeIfAbsent(id, any -> new HashMap<>());
            folding.putIfAbsent(id, new HashSet<>());
        }

        void step(Step step) {
            ProcessId id = new ProcessId(new UUID(0, step.who()));
            switch (step.what()) {
                case 0, 1 -> {
                    if (!folding.containsKey(id)) {
                        disks.remove(id);
                    }
                    start(step.who());
                }
                case 2 -> start(step.who());
                case 3 -> {
                    if (folding.size() > 1) {
                        folding.remove(id);
                    }
                }
                case 4 -> copy(30);
                case 5 -> copy(Long.MAX_VALUE);
                default -> push(70);
            }
            rebalance();
        }

        void push(long records) {
            tasks.forEach(task -> ends.merge(task, records, Long::sum));
            copyActive();
        }

        /** Who folds has it all, once it is there; others follow. */
        private void copyActive() {
            plan.tasks().forEach((task, places) -> {
                if (folding.containsKey(places.active())) {
                    disk(places.active()).put(task, end(task));
                }
            });
        }

        void copy(long records) {
            copyActive();
            plan.tasks().forEach((task, places) -> places.copies().stream()
                    .filter(folding::containsKey)
                    .forEach(id -> disk(id).merge(
                                    task,
                                    Math.min(end(task), records),
                                    (had, more) -> had + more < 0 || had + more > end(task) ? end(task) : had + more)));
        }

        long end(TaskId task) {
            return ends.getOrDefault(task, 0L);
        }

        Map<TaskId, Long> disk(ProcessId id) {
            return disks.computeIfAbsent(id, any -> new HashMap<>());
        }

        List<Member> members() {
            return folding.keySet().stream()
                    .map(id -> new Member(
                            id,
                            1,
                            folding.getOrDefault(id, Set.of()),
                            disk(id).entrySet().stream()
                                    .collect(Collectors.toMap(
                                            Map.Entry::getKey, entry -> end(entry.getKey()) - entry.getValue()))))
                    .toList();
        }

        void rebalance() {
            List<Member> members = members();
            plan = new Placement(members, WITHIN, group.copies()).plan(tasks, group.most());
            check(members);
            folding.values().forEach(Set::clear);
            plan.tasks().forEach((task, places) -> {
                folding.computeIfAbsent(places.active(), any -> new HashSet<>()).add(task);
                disk(places.active()).putIfAbsent(task, 0L);
                places.copies().forEach(id -> disk(id).putIfAbsent(task, 0L));
            });
            // What an instance has no part in any more, it deletes after a while: here at once.
            folding.keySet().forEach(id -> disk(id).keySet()
                    .removeIf(task -> !places(task).contains(id)));
        }

        Set<ProcessId> places(TaskId task) {
            Plan.Places places = Objects.requireNonNull(plan.tasks().get(task));
            Set<ProcessId> all = new HashSet<>(places.copies());
            all.add(places.active());
            return all;
        }

        private void check(List<Member> members) {
            int wanted = Math.min(group.copies(), members.size() - 1) + 1;
            assertThat(plan.tasks().keySet()).containsExactlyInAnyOrderElementsOf(tasks);
            int extra = 0;
            for (TaskId task : tasks) {
                Plan.Places places = Objects.requireNonNull(plan.tasks().get(task));
                assertThat(places.copies()).doesNotContain(places.active());
                assertThat(folding.keySet()).containsAll(places(task));
                assertThat(places(task).size()).isGreaterThanOrEqualTo(wanted);
                extra += places(task).size() - wanted;
                List<Member> having = members.stream()
                        .filter(member -> member.kept().containsKey(task))
                        .toList();
                if (!having.isEmpty()) {
                    long best = having.stream()
                            .mapToLong(member -> member.missing(task))
                            .min()
                            .getAsLong();
                    Set<ProcessId> ready = having.stream()
                            .filter(member -> member.missing(task) <= best + WITHIN)
                            .map(Member::id)
                            .collect(Collectors.toSet());
                    assertThat(ready).as("folds %s", task).contains(places.active());
                    int before = ready.size();
                    ready.retainAll(places(task));
                    assertThat(ready.size()).as("copies of %s", task).isGreaterThanOrEqualTo(Math.min(before, wanted));
                }
            }
            assertThat(extra).isLessThanOrEqualTo(group.most());
        }
    }

    @Property(tries = 2_000)
    void shouldNeverGiveATaskToWhoHasLessOfIt(@ForAll("groups") Group group) {
        World world = new World(group);
        world.push(500);

        group.steps().forEach(world::step); // each rebalance is checked
    }

    @Property(tries = 2_000)
    void shouldComeToRestEvenly(@ForAll("groups") Group group) {
        // given
        World world = new World(group);
        world.push(500);
        group.steps().forEach(world::step);

        // when
        int rounds = 0;
        while (!world.plan.waiting().isEmpty()) {
            assertThat(rounds++).isLessThan(3 + 3 * world.tasks.size());
            world.copy(Long.MAX_VALUE);
            world.rebalance();
        }
        world.copy(Long.MAX_VALUE);

        // then
        Plan settled = world.plan;
        for (int view = 0; view < group.views(); view++) {
            int number = view;
            assertEven(world, 1, tasks -> tasks.filter(task -> task.subtopology() == number)
                    .count());
        }
        assertEven(world, 1, Stream::count);
        world.rebalance();
        assertThat(world.plan).isEqualTo(settled);
    }

    private static void assertEven(World world, int most, Function<Stream<TaskId>, Long> count) {
        Collection<Set<TaskId>> folding = world.folding.values();
        IntSummaryStatistics loads = folding.stream()
                .mapToInt(tasks -> count.apply(tasks.stream()).intValue())
                .summaryStatistics();
        assertThat(loads.getMax() - loads.getMin()).as("%s", world.folding).isLessThanOrEqualTo(most);
    }
}
