package org.chatbridge.bridge.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the ledger remembers from one process to the next.
 *
 * @param beganAt when it was begun: before that nothing is known
 * @param seeing the connection that sees LiveChat, or saw it until the process ended; null while a gap is open
 * @param gap the gap that is open, or the last one; null before the first
 * @param past the gaps that ended within the last day, the oldest first
 * @param untold the gaps before the last one whose last word may not be in the journal yet
 */
record LedgerState(
        Instant beganAt, @Nullable Seeing seeing, @Nullable Gap gap, List<Stretch> past, List<Gap> untold) {
    static final Duration KEPT = Duration.ofDays(1);

    /** More than there can be within half a day, for the attempts to connect come a minute apart then. */
    private static final int MOST_UNTOLD = 1_000;

    /**
     * A connection that sees.
     *
     * @param since when its login was answered
     * @param until from when on pushes would be missing had it ended then
     * @param proven whether pushes that came later say nothing of what was sent till then
     * @param sequence of its last push; 0 before the first
     * @param lastPushAt null before the first
     */
    record Seeing(
            String connectionId,
            Instant since,
            Instant until,
            boolean proven,
            long sequence,
            @Nullable Instant lastPushAt) {}

    /** A stretch of time. */
    record Stretch(Instant from, Instant to) {}

    static LedgerState begun(Instant at) {
        return new LedgerState(at, null, null, List.of(), List.of());
    }

    LedgerState seeing(Seeing now) {
        return new LedgerState(beganAt, now, gap, past, untold);
    }

    LedgerState with(Gap changed) {
        return new LedgerState(beganAt, seeing, changed, past, untold);
    }

    /** @param isTold whether the journal has the last word on the gap before */
    LedgerState opened(Gap opened, boolean isTold) {
        List<Gap> still = untold;
        if (gap != null && !isTold) {
            List<Gap> more = new ArrayList<>(untold);
            more.add(gap);
            still = List.copyOf(more.subList(Math.max(0, more.size() - MOST_UNTOLD), more.size()));
        }
        return new LedgerState(beganAt, null, opened, past, still);
    }

    /** All gaps before the last one are in the journal. */
    LedgerState told() {
        return untold.isEmpty() ? this : new LedgerState(beganAt, seeing, gap, past, List.of());
    }

    /** With the gap that has just ended, without those that ended long ago. */
    LedgerState closed(Gap closed, Instant at) {
        List<Stretch> kept = new ArrayList<>();
        for (Stretch stretch : past) {
            if (stretch.to().isAfter(at.minus(KEPT))) {
                kept.add(stretch);
            }
        }
        kept.add(new Stretch(closed.openedAt(), at));
        return new LedgerState(beganAt, seeing, closed, List.copyOf(kept), untold);
    }

    /**
     * The share of a window up to now in which LiveChat was seen, from 0 to 1; of a ledger younger than the window, of
     * its life.
     */
    double coverage(Duration window, Instant now) {
        Instant from = now.minus(window).isBefore(beganAt) ? beganAt : now.minus(window);
        double whole = seconds(from, now);
        if (whole <= 0) {
            return seeing == null ? 0 : 1;
        }
        double blind = 0;
        for (Stretch stretch : past) {
            blind += seconds(later(stretch.from(), from), stretch.to());
        }
        Gap open = gap;
        if (open != null && open.isOpen()) {
            blind += seconds(later(open.openedAt(), from), now);
        } else if (seeing == null) {
            blind = whole; // nothing was ever seen
        }
        return Math.max(0, Math.min(1, 1 - blind / whole));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static double seconds(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toNanos() / 1e9);
    }
}
