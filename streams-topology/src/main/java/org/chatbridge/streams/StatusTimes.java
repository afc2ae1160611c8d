package org.chatbridge.streams;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chatbridge.streams.state.Stamp;
import org.chatbridge.streams.state.StatusTime;
import org.jspecify.annotations.Nullable;

/**
 * Counts how long an agent was in each status, from the times at which one was said: a set, the same in whatever order they
 * are heard.
 */
final class StatusTimes {
    /** A day is asked about that ends no earlier than a day before the last time. */
    private static final Duration KEPT = Duration.ofDays(2);

    /** A bound for what is said again and again. */
    static final int MOST = 2_000;

    private static final Comparator<StatusTime> BY_STAMP = Comparator.comparing(StatusTime::getAt, Stamps.ORDER);

    /** What is dropped follows the clock alone, so that it does not depend on when it was heard. */
    private static final Comparator<StatusTime> BY_CLOCK =
            Comparator.comparing(StatusTime::getReceivedAt).thenComparing(BY_STAMP);

    private StatusTimes() {}

    /** The times after one more; of two with the same stamp the one that is heard first counts. */
    static List<StatusTime> with(List<StatusTime> times, StatusTime one) {
        if (times.stream().anyMatch(time -> time.getAt().equals(one.getAt()))) {
            return times;
        }
        List<StatusTime> byClock = new ArrayList<>(times);
        byClock.add(one);
        byClock.sort(BY_CLOCK);
        Instant from = byClock.get(byClock.size() - 1).getReceivedAt().minus(KEPT);
        int first = Math.max(0, byClock.size() - MOST);
        // The last one before them says what was so when they began.
        while (first + 1 < byClock.size()
                && byClock.get(first + 1).getReceivedAt().isBefore(from)) {
            first++;
        }
        List<StatusTime> kept = new ArrayList<>(byClock.subList(first, byClock.size()));
        kept.sort(BY_STAMP);
        return kept;
    }

    /** The times, where these resyncs are complete. */
    static List<StatusTime> resynced(List<StatusTime> times, Resyncs resyncs) {
        List<StatusTime> after = new ArrayList<>();
        for (int i = 0; i < times.size(); i++) {
            StatusTime time = times.get(i);
            StatusTime next = i + 1 < times.size() ? times.get(i + 1) : null;
            after.add(new StatusTime(
                    time.getAt(), time.getReceivedAt(), time.getStatus(), unknownAt(time.getAt(), next, resyncs)));
        }
        return after;
    }

    private static @Nullable Instant unknownAt(Stamp at, @Nullable StatusTime next, Resyncs resyncs) {
        return next == null || resyncs.anyBetween(at, next.getAt(), next.getReceivedAt())
                ? resyncs.firstAfter(at).orElse(null)
                : null;
    }

    /**
     * Whole seconds in each status since the UTC day of a moment began, up to that moment. Time before the first status was
     * said is not counted.
     */
    static Map<String, Long> secondsOfDay(List<StatusTime> times, Instant at) {
        Instant day = at.truncatedTo(ChronoUnit.DAYS);
        Map<String, Duration> inEach = new TreeMap<>();
        Instant begin = Instant.MIN;
        for (int i = 0; i < times.size(); i++) {
            StatusTime time = times.get(i);
            // The order is that of the stamps; a clock that was put back takes no time away.
            begin = later(begin, time.getReceivedAt());
            Instant end = i + 1 < times.size() ? later(begin, times.get(i + 1).getReceivedAt()) : at;
            Instant unknownAt = time.getUnknownAt();
            Instant known = unknownAt == null ? end : earlier(end, later(begin, unknownAt));
            add(inEach, time.getStatus(), later(begin, day), earlier(known, at));
            add(inEach, AgentsFold.UNKNOWN, later(known, day), earlier(end, at));
        }
        Map<String, Long> seconds = new TreeMap<>();
        inEach.forEach((status, duration) -> seconds.put(status, duration.toSeconds()));
        return seconds;
    }

    private static void add(Map<String, Duration> inEach, String status, Instant from, Instant to) {
        if (from.isBefore(to)) {
            inEach.merge(status, Duration.between(from, to), Duration::plus);
        }
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
