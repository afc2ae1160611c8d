package org.chatbridge.quickstart;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.chatbridge.quickstart.Arrived.Arrival;
import org.chatbridge.quickstart.Arrived.DeclaredGap;
import org.chatbridge.quickstart.Arrived.Stamp;
import org.chatbridge.quickstart.SentLog.Mark;
import org.chatbridge.quickstart.SentLog.Sent;
import org.jspecify.annotations.Nullable;

/**
 * Holds what arrived against what LiveChat sent. Pure.
 *
 * <p>A push is lost where no record has one of its marks. It may be where it was made within a declared gap, whichever
 * connection it was queued on. A gap may begin {@link #NOTICED_WITHIN} before the first push that was lost, and end as much
 * behind the last; where it is wider, no push that was made in its midst may have been received without delay.
 */
final class Oracle {
    static final Duration NOTICED_WITHIN = Duration.ofSeconds(1);

    private final List<Sent> sent;
    private final Arrived arrived;
    private final Map<Mark, Sent> byMark = new HashMap<>();
    private final Map<Stamp, Arrival> distinct = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();

    private Oracle(List<Sent> sent, Arrived arrived) {
        this.sent = sent;
        this.arrived = arrived;
        sent.forEach(push -> push.on().forEach(mark -> byMark.put(mark, push)));
        arrived.records().forEach(record -> distinct.putIfAbsent(record.stamp(), record));
    }

    static Verdict judge(List<Sent> sent, Arrived arrived) {
        return new Oracle(sent, arrived).judge();
    }

    private Verdict judge() {
        Set<Sent> received = received();
        long unheard = 0;
        long lostInside = 0;
        long lostOutside = 0;
        for (Sent push : sent) {
            unheard += push.on().isEmpty() ? 1 : 0;
            if (!received.contains(push)) {
                boolean inside = isInsideGap(push);
                lostInside += inside ? 1 : 0;
                lostOutside += inside ? 0 : 1;
                if (!inside) {
                    faults.add("lost outside every gap: push " + push.number() + " " + push.action() + " made at "
                            + push.at() + ", sent on " + push.on());
                }
            }
        }
        long outOfOrder = outOfOrder();
        long holes = holes();
        long falseGaps = falseGaps();
        return new Verdict(
                sent.size(),
                unheard,
                received.size(),
                arrived.records().size() - distinct.size(),
                lostInside,
                lostOutside,
                outOfOrder,
                holes,
                falseGaps,
                causes(),
                List.copyOf(faults));
    }

    /** What has a record. A record of nothing that was sent, or of what another record is of too, is a fault. */
    private Set<Sent> received() {
        Set<Sent> received = new HashSet<>();
        Map<Mark, Stamp> stamps = new HashMap<>();
        for (Arrival record : distinct.values()) {
            Mark mark = record.mark();
            Sent push = mark == null ? null : byMark.get(mark);
            if (mark == null || push == null) {
                faults.add("a record of nothing that was sent: " + record);
                continue;
            }
            received.add(push);
            Stamp before = stamps.put(mark, record.stamp());
            if (before != null) {
                faults.add("one frame, two stamps: " + mark + " is " + before + " and " + record.stamp());
            }
        }
        return received;
    }

    private boolean isInsideGap(Sent push) {
        return arrived.gaps().stream()
                .anyMatch(gap -> !push.at().isBefore(gap.openedAt()) && !isAfter(push.at(), gap.closedAt()));
    }

    /** Each key of a partition must see its pushes in the order of their stamps. */
    private long outOfOrder() {
        long wrong = 0;
        Map<String, Stamp> last = new HashMap<>();
        for (Arrival record : distinct.values()) {
            String place = record.topic() + "-" + record.partition() + " " + record.key();
            Stamp before = last.put(place, record.stamp());
            if (before != null && before.compareTo(record.stamp()) > 0) {
                wrong++;
                faults.add("out of order: " + place + ": " + record.stamp() + " comes after " + before);
            }
        }
        return wrong;
    }

    /** The frames of a connection are its first ones, numbered as they were sent. */
    private long holes() {
        Map<String, TreeMap<Long, Arrival>> connections = new TreeMap<>();
        distinct.values().forEach(record -> connections
                .computeIfAbsent(record.connectionId(), id -> new TreeMap<>())
                .put(record.sequence(), record));
        long holes = 0;
        for (TreeMap<Long, Arrival> records : connections.values()) {
            long expected = 1;
            for (Arrival record : records.values()) {
                Mark mark = record.mark();
                if (record.sequence() != expected) {
                    holes++;
                    faults.add("a hole: after " + (expected - 1) + " comes " + record.stamp());
                } else if (mark != null && mark.index() != expected) {
                    holes++;
                    faults.add("a wrong number: " + record.stamp() + " was sent as " + mark);
                }
                expected = record.sequence() + 1;
            }
        }
        return holes;
    }

    /**
     * A gap that is open although all is over, and one in the midst of which pushes were received as if there were none, are
     * untrue. What was under way when sight was lost comes late, if it comes, such as to a bridge that was frozen.
     */
    private long falseGaps() {
        long wrong = 0;
        for (DeclaredGap gap : arrived.gaps()) {
            Instant from = gap.openedAt().plus(NOTICED_WITHIN);
            Instant closed = gap.closedAt();
            Instant to = closed == null ? null : closed.minus(NOTICED_WITHIN);
            long seen = distinct.values().stream()
                    .filter(record -> {
                        Sent push = record.mark() == null ? null : byMark.get(record.mark());
                        return push != null
                                && push.at().isAfter(from)
                                && !isAfter(record.receivedAt(), to)
                                && record.receivedAt().isBefore(push.at().plus(NOTICED_WITHIN));
                    })
                    .count();
            if (seen > 0 || closed == null) {
                wrong++;
                faults.add("an untrue gap: " + gap + ": " + seen + " pushes were received in it without delay");
            }
        }
        return wrong;
    }

    private static boolean isAfter(Instant at, @Nullable Instant end) {
        return end != null && at.isAfter(end);
    }

    private Map<String, Integer> causes() {
        Map<String, Integer> causes = new TreeMap<>();
        arrived.gaps().forEach(gap -> causes.merge(gap.cause(), 1, Integer::sum));
        return causes;
    }
}
