package org.chatbridge.streams.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.ProcessId;

/**
 * Finds places for tasks: where they are to be in the end (as evenly as can be, with few moves), and who does the work until the
 * copies there have caught up.
 *
 * <p>A task is given only to an instance that misses about as little of it as the best of those that are there, and a copy that
 * has caught up is given up only for one that has too. So its rows are never older than a rebalance takes.
 */
final class Placement {
    private final List<Member> members;
    private final List<ProcessId> ids;
    private final long caughtUpWithin;
    private final int copies;

    /**
     * @param members at least one, each once
     * @param caughtUpWithin a copy that misses so many records more than the best one is as good
     * @param copies how many there are to be of each task beside the one that is folded, if there are so many instances
     */
    Placement(Collection<Member> members, long caughtUpWithin, int copies) {
        this.members = members.stream().sorted(Comparator.comparing(Member::id)).toList();
        this.ids = ids(this.members);
        this.caughtUpWithin = caughtUpWithin;
        this.copies = Math.min(copies, members.size() - 1);
    }

    /**
     * Makes a plan for this moment: moves that can be made at once are in it, of the others the copies that they need.
     *
     * @param tasks each once; may be none
     * @param most so many copies may be made at a time beyond those that there are to be anyway
     */
    Plan plan(Collection<TaskId> tasks, int most) {
        Loads folded = new Loads(members);
        Loads copied = new Loads(members);
        List<Whereabouts> all = asTheyAre(tasks, folded, copied);
        moveAtOnce(() -> folds(all, folded), move -> move.fold(folded, copied));
        moveAtOnce(() -> copies(all, copied), move -> move.copy(copied));
        SortedMap<TaskId, Plan.Places> plan = new TreeMap<>();
        all.forEach(one -> plan.put(one.task, new Plan.Places(one.active, new LinkedHashSet<>(one.copies))));

        Set<Whereabouts> inTurn = new LinkedHashSet<>();
        inTurn.addAll(moveLater(() -> folds(all, folded), move -> move.fold(folded, copied)));
        inTurn.addAll(moveLater(() -> copies(all, copied), move -> move.copy(copied)));
        int extra = 0;
        for (Whereabouts one : inTurn) {
            Plan.Places now = Objects.requireNonNull(plan.get(one.task));
            for (ProcessId id : one.places()) {
                if (extra < most && !now.active().equals(id) && now.copies().add(id)) {
                    extra++;
                }
            }
        }
        return new Plan(plan, inTurn.stream().map(one -> one.task).collect(Collectors.toSet()));
    }

    /** With whoever folds a task, if it can go on, and with the best copies that there are. */
    private List<Whereabouts> asTheyAre(Collection<TaskId> tasks, Loads folded, Loads copied) {
        List<Whereabouts> all = new ArrayList<>();
        for (TaskId task : tasks.stream().sorted().toList()) {
            List<Member> kept = kept(task);
            List<Member> ready = ready(task, kept);
            ProcessId active =
                    ready.get(0).folding().contains(task) ? ready.get(0).id() : folded.leastLoaded(task, ids(ready));
            folded.add(task, active);
            Whereabouts one = new Whereabouts(task, ids(ready), ids(kept), active);
            one.kept.stream().filter(id -> !id.equals(active)).limit(copies).forEach(one.copies::add);
            one.copies.forEach(id -> copied.add(task, id));
            while (one.copies.size() < copies) {
                ProcessId id = copied.leastLoaded(
                        task, ids.stream().filter(any -> !one.isAt(any)).toList());
                one.copies.add(id);
                copied.add(task, id);
            }
            all.add(one);
        }
        return all;
    }

    /** Moves tasks to where they can be at once, until no such move makes it more even. */
    private static void moveAtOnce(Supplier<Stream<Move>> better, Consumer<Move> make) {
        for (; ; ) {
            Optional<Move> next =
                    better.get().filter(move -> move.distance() == 0).findFirst();
            if (next.isEmpty()) {
                return;
            }
            make.accept(next.get());
        }
    }

    /**
     * Moves tasks to where copies have to be made first. Each is moved once: were it moved on, the copy for its first move might
     * never be of use. Nor do such moves give rise to more of the others, since those would come true at once. What is left is done
     * the next time; as at least the first in turn comes true each time, that comes to an end.
     *
     * @return whose copies are to be made, in turn
     */
    private static Set<Whereabouts> moveLater(Supplier<Stream<Move>> better, Consumer<Move> make) {
        Set<Whereabouts> inTurn = new LinkedHashSet<>();
        for (; ; ) {
            Optional<Move> next = better.get()
                    .filter(move -> move.distance() > 0 && !inTurn.contains(move.one()))
                    .min(Comparator.comparingInt(Move::distance));
            if (next.isEmpty()) {
                return inTurn;
            }
            make.accept(next.get());
            inTurn.add(next.get().one());
        }
    }

    private record Move(Whereabouts one, ProcessId from, ProcessId to) {
        int distance() {
            return one.distance(to);
        }

        void fold(Loads folded, Loads copied) {
            folded.move(one.task, from, to);
            one.active = to;
            if (one.copies.contains(to)) {
                new Move(one, to, from).copy(copied);
            }
        }

        void copy(Loads copied) {
            copied.move(one.task, from, to);
            one.copies.remove(from);
            one.copies.add(to);
        }
    }

    /** What would make it more even who folds. */
    private Stream<Move> folds(List<Whereabouts> all, Loads folded) {
        return all.stream().flatMap(one -> ids.stream()
                .filter(to -> folded.isBetterAt(one.task, one.active, to))
                .map(to -> new Move(one, one.active, to)));
    }

    /** What would make it more even who keeps copies. */
    private Stream<Move> copies(List<Whereabouts> all, Loads copied) {
        return all.stream().flatMap(one -> one.copies.stream().flatMap(from -> ids.stream()
                .filter(to -> !one.isAt(to) && copied.isBetterAt(one.task, from, to))
                .map(to -> new Move(one, from, to))));
    }

    /** Those that have any of it: first who folds it, then by how much they miss. */
    private List<Member> kept(TaskId task) {
        return members.stream()
                .filter(member -> member.kept().containsKey(task))
                .sorted(Comparator.<Member>comparingInt(
                                member -> member.folding().contains(task) ? 0 : 1)
                        .thenComparing(member -> member.missing(task)))
                .toList();
    }

    /** Those that are as good as the best, in the same order: all, where nobody has any of it. */
    private List<Member> ready(TaskId task, List<Member> kept) {
        long best =
                kept.stream().mapToLong(member -> member.missing(task)).min().orElse(0);
        return kept.isEmpty()
                ? members
                : kept.stream()
                        .filter(member -> member.missing(task) <= best + caughtUpWithin)
                        .toList();
    }

    private static List<ProcessId> ids(Collection<Member> members) {
        return members.stream().map(Member::id).toList();
    }
}
