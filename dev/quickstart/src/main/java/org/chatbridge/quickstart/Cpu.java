package org.chatbridge.quickstart;

import java.time.Duration;

/** How much of the processors another process has taken since some moment, which says more than a rate where others work too. */
final class Cpu {
    private final ProcessHandle process;
    private final Duration before;

    private Cpu(ProcessHandle process, Duration before) {
        this.process = process;
        this.before = before;
    }

    /** Counts from now on. */
    static Cpu of(long pid) {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        return new Cpu(process, taken(process));
    }

    /** Counts what it has taken since it began. */
    static Cpu sinceStart(long pid) {
        return new Cpu(ProcessHandle.of(pid).orElseThrow(), Duration.ZERO);
    }

    /** Microseconds for each of so many things that it did. */
    double microsFor(double things) {
        return taken(process).minus(before).toNanos() / 1e3 / Math.max(1, things);
    }

    private static Duration taken(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
