package org.chatbridge.streams;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.chatbridge.avro.Push;
import org.chatbridge.streams.state.Run;
import org.chatbridge.streams.state.Saying;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * What was said last of something, and when it was said since anything else was: the same whatever the order in which it
 * is heard. Pushes and snapshots are on topics of their own, so that what was said in between may be heard last.
 */
final class Runs {
    /** So many times are kept apart: enough for what comes late, and a bound for what is said again and again. */
    static final int KEPT = 16;

    private Runs() {}

    /** A saying of a thread. */
    static Saying of(Push push, boolean active, @Nullable Instant timestamp) {
        Stamp at = Stamps.of(push);
        return new Saying(at, at, push.getReceivedAt(), active, timestamp);
    }

    /** A saying of anything else. */
    static Saying of(Push push) {
        return of(push, true, null);
    }

    /** The run after one more saying. Of two values at the same moment the one that is heard first counts. */
    static Run said(@Nullable Run run, String value, Saying saying) {
        if (run == null) {
            return new Run(value, List.of(saying), null);
        }
        Stamp at = saying.getAt();
        if (run.getValue().equals(value)) {
            // One that is older than the last of anything else belongs to an earlier run.
            return Stamps.isAfter(at, run.getOthersAt())
                    ? new Run(value, with(run.getSayings(), saying), run.getOthersAt())
                    : run;
        }
        Stamp last = last(run).getUntil();
        if (Stamps.isAfter(at, last)) {
            return new Run(value, List.of(saying), last);
        }
        return Stamps.isAfter(at, run.getOthersAt()) && Stamps.isAfter(last, at)
                ? new Run(run.getValue(), since(at, run.getSayings()), at)
                : run;
    }

    /** Of what a list and an answer say of a thread as of the same moment, that it is closed counts: it was asked later. */
    private static List<Saying> with(List<Saying> sayings, Saying one) {
        int next = 0;
        while (next < sayings.size()
                && Stamps.isAfter(one.getAt(), sayings.get(next).getUntil())) {
            next++;
        }
        boolean known =
                next < sayings.size() && !Stamps.isAfter(sayings.get(next).getAt(), one.getAt());
        if (known && !closes(one, sayings.get(next))) {
            return sayings;
        }
        List<Saying> all = new ArrayList<>(sayings);
        if (known) {
            all.set(next, one);
        } else {
            all.add(next, one);
        }
        return all;
    }

    private static boolean closes(Saying one, Saying same) {
        return same.getActive() && !one.getActive() && same.getAt().equals(same.getUntil());
    }

    private static List<Saying> since(Stamp others, List<Saying> sayings) {
        List<Saying> kept = new ArrayList<>();
        for (Saying saying : sayings) {
            if (Stamps.isAfter(saying.getAt(), others)) {
                kept.add(saying);
            } else if (Stamps.isAfter(saying.getUntil(), others)) {
                // Of those put together only the last is sure to have come after it.
                kept.add(new Saying(
                        saying.getUntil(),
                        saying.getUntil(),
                        saying.getReceivedAt(),
                        saying.getActive(),
                        saying.getTimestamp()));
            }
        }
        return kept;
    }

    /**
     * The run with no more times than are kept: the earliest are put together.
     *
     * @param broken whether what was said once did not hold until the next time: the earlier one is then dropped
     */
    static Run bounded(Run run, BiPredicate<Saying, Saying> broken) {
        if (run.getSayings().size() <= KEPT) {
            return run;
        }
        List<Saying> kept = new ArrayList<>(run.getSayings());
        while (kept.size() > KEPT) {
            int at = earliestAlike(kept);
            Saying earliest = kept.remove(at);
            Saying next = kept.get(at);
            if (!broken.test(earliest, next)) {
                Saying both = together(earliest, next);
                if (at == 0 && yields(earliest, next)) {
                    both.put("at", next.getAt());
                    both.put("received_at", next.getReceivedAt());
                }
                kept.set(at, both);
            }
        }
        return new Run(run.getValue(), kept, run.getOthersAt());
    }

    /** Where the earliest two of those stand that say the same of being open; the first where no two do. */
    private static int earliestAlike(List<Saying> sayings) {
        for (int i = 0; i + 1 < sayings.size() - 1; i++) {
            if (sayings.get(i).getActive() == sayings.get(i + 1).getActive()) {
                return i;
            }
        }
        return 0;
    }

    private static Saying together(Saying earlier, Saying later) {
        return new Saying(
                earlier.getAt(),
                later.getUntil(),
                earlier.getReceivedAt(),
                later.getActive(),
                later.getTimestamp() == null ? earlier.getTimestamp() : later.getTimestamp());
    }

    static Saying first(Run run) {
        return run.getSayings().get(0);
    }

    /**
     * The time from which on it was the last thread of its chat. A resync that named it was perhaps answered after the push that announced
     * it, though asked before: what came between the two is of the thread before.
     */
    static Saying began(Run run) {
        List<Saying> sayings = run.getSayings();
        return sayings.size() > 1 && yields(sayings.get(0), sayings.get(1)) ? sayings.get(1) : sayings.get(0);
    }

    private static boolean yields(Saying first, Saying next) {
        return Stamps.isOfResync(first.getUntil())
                && first.getAt().equals(first.getUntil())
                && !Stamps.isOfResync(next.getAt())
                && next.getAt().getConnectionId().equals(first.getAt().getConnectionId());
    }

    static Saying last(Run run) {
        return run.getSayings().get(run.getSayings().size() - 1);
    }

    /** The last time that a thread was called open; null where it never was. */
    static @Nullable Saying lastActive(Run run) {
        for (int i = run.getSayings().size() - 1; i >= 0; i--) {
            if (run.getSayings().get(i).getActive()) {
                return run.getSayings().get(i);
            }
        }
        return null;
    }

    /** The first time that a thread was called closed since it was called open; null where it was called open last. */
    static @Nullable Saying firstInactive(Run run) {
        Saying first = null;
        for (int i = run.getSayings().size() - 1;
                i >= 0 && !run.getSayings().get(i).getActive();
                i--) {
            first = run.getSayings().get(i);
        }
        return first;
    }

    /** When LiveChat says the thread was opened, by the last that says it; null where none does. */
    static @Nullable Instant timestamp(Run run) {
        Instant last = null;
        for (Saying saying : run.getSayings()) {
            last = saying.getTimestamp() == null ? last : saying.getTimestamp();
        }
        return last;
    }
}
