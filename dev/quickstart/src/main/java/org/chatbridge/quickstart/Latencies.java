package org.chatbridge.quickstart;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** How long things took: every single one is kept, so that a percentile is one of them. By any thread. */
final class Latencies {
    private static final double NANOS_PER_MS = 1e6;

    private long[] nanos = new long[1024];
    private int count;

    synchronized void add(long took) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = took;
    }

    /** All of several. */
    static Latencies of(Collection<Latencies> parts) {
        Latencies all = new Latencies();
        parts.forEach(part -> Arrays.stream(part.sorted()).forEach(all::add));
        return all;
    }

    synchronized int count() {
        return count;
    }

    /**
     * What so many of a hundred did not exceed, in milliseconds.
     *
     * @return 0 where there is none at all
     */
    double ms(double percentile) {
        long[] sorted = sorted();
        if (sorted.length == 0) {
            return 0;
        }
        int rank = (int) Math.ceil(percentile / 100 * sorted.length);
        return sorted[Math.max(0, rank - 1)] / NANOS_PER_MS;
    }

    /** The columns under {@link #HEAD}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%9d %9.2f %9.2f %9.2f %9.2f %9.2f", count(), ms(50), ms(90), ms(99), ms(99.9), ms(100));
    }

    /** What the columns are. */
    static final String HEAD = "    count    p50 ms    p90 ms    p99 ms  p99.9 ms    max ms";

    private synchronized long[] sorted() {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted;
    }
}
