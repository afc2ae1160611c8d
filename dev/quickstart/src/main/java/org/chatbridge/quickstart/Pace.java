package org.chatbridge.quickstart;

import java.util.List;
import java.util.Locale;

/**
 * How somebody got through many records.
 *
 * @param records how many
 * @param firstMs when the first were done, in ms since 1970
 * @param halfMs when half of them were
 * @param endMs when all were
 * @param cpuAtHalf the processor time of its process until then, in µs
 * @param cpuAtEnd until the end
 */
record Pace(long records, double firstMs, double halfMs, double endMs, double cpuAtHalf, double cpuAtEnd) {
    private static final String HEAD = "pace";

    /**
     * A look at it.
     *
     * @param records so many were done
     */
    record Sample(double atMs, long records, double cpuMicros) {}

    /** @param samples the last of them has all records; between two it went evenly */
    static Pace of(List<Sample> samples, long records) {
        Sample last = samples.get(samples.size() - 1);
        Sample half = at(samples, records / 2);
        return new Pace(records, at(samples, 1).atMs(), half.atMs(), last.atMs(), half.cpuMicros(), last.cpuMicros());
    }

    private static Sample at(List<Sample> samples, long records) {
        int i = 0;
        while (samples.get(i).records() < records) {
            i++;
        }
        Sample after = samples.get(i);
        if (i == 0) {
            return after;
        }
        Sample before = samples.get(i - 1);
        double share = (double) (records - before.records()) / (after.records() - before.records());
        return new Sample(
                before.atMs() + share * (after.atMs() - before.atMs()),
                records,
                before.cpuMicros() + share * (after.cpuMicros() - before.cpuMicros()));
    }

    /** A second, from the start of the process. */
    double whole(double startedMs) {
        return records / (endMs - startedMs) * 1e3;
    }

    /** A second, from the first record. */
    double fromFirst() {
        return records / (endMs - firstMs) * 1e3;
    }

    /** A second, in the second half. */
    double secondHalf() {
        return records / 2.0 / (endMs - halfMs) * 1e3;
    }

    /** µs a record, from the start of the process. */
    double cpuWhole() {
        return cpuAtEnd / records;
    }

    /** µs a record, in the second half. */
    double cpuSecondHalf() {
        return (cpuAtEnd - cpuAtHalf) / (records / 2.0);
    }

    /** One line, which {@link #parse} reads. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%s %d %f %f %f %f %f", HEAD, records, firstMs, halfMs, endMs, cpuAtHalf, cpuAtEnd);
    }

    static boolean isIn(String line) {
        return line.startsWith(HEAD + " ");
    }

    static Pace parse(String line) {
        String[] words = line.strip().split(" ", -1);
        return new Pace(
                Long.parseLong(words[1]),
                Double.parseDouble(words[2]),
                Double.parseDouble(words[3]),
                Double.parseDouble(words[4]),
                Double.parseDouble(words[5]),
                Double.parseDouble(words[6]));
    }
}
