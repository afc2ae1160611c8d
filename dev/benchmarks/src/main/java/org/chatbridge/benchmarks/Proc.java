package org.chatbridge.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** What Linux says about a process, looked at every 20 ms: processor time and memory. */
final class Proc implements AutoCloseable {
    private static final long EVERY_NANOS = 20_000_000;
    private static final double MICROS_A_TICK = 10_000;

    private final Path directory;
    private final TreeMap<Long, Double> cpuMicros = new TreeMap<>();
    private final Thread thread;
    private volatile boolean closed;

    Proc(long pid) {
        this.directory = Path.of("/proc", Long.toString(pid));
        this.thread = new Thread(this::run, "proc");
        thread.setDaemon(true);
        thread.start();
    }

    /** Processor time between two instants in ms since 1970, in µs. */
    synchronized double cpuMicros(double fromMs, double toMs) {
        return at(toMs) - at(fromMs);
    }

    private double at(double ms) {
        var before = cpuMicros.floorEntry((long) ms);
        var after = cpuMicros.ceilingEntry((long) ms + 1);
        if (before == null || after == null) {
            return before == null ? cpuMicros.firstEntry().getValue() : before.getValue();
        }
        double share = (ms - before.getKey()) / (after.getKey() - before.getKey());
        return before.getValue() + share * (after.getValue() - before.getValue());
    }

    /** The most memory that it ever had, in MiB. */
    double peakMebibytes() throws IOException {
        return Files.readAllLines(directory.resolve("status"), StandardCharsets.UTF_8).stream()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                        .findFirst()
                        .orElse(0)
                / 1024.0;
    }

    private void run() {
        while (!closed) {
            try {
                String stat = Files.readString(directory.resolve("stat"), StandardCharsets.UTF_8);
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                double micros = (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MICROS_A_TICK;
                synchronized (this) {
                    cpuMicros.put(System.currentTimeMillis(), micros);
                }
            } catch (IOException e) {
                return; // it has ended
            }
            LockSupport.parkNanos(EVERY_NANOS);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
