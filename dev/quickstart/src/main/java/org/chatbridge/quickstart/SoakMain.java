package org.chatbridge.quickstart;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.chatbridge.quickstart.QuickstartSettings.Server;
import org.chatbridge.sandbox.SimulatorSettings;
import org.chatbridge.sandbox.Truth;

/**
 * Sends many pushes through a bridge with a small heap, as fast as it reads them: nothing may be lost, and nothing may grow.
 * {@code mvn -Psoak -Dsoak.pushes=600000}. Exit codes: 0 so it is, 1 it is not, 2 a setting is wrong.
 */
public final class SoakMain {
    private static final String HEAP = "-Xmx128m";
    private static final int SAMPLES = 10;
    private static final Duration SETTLE = Duration.ofMinutes(2);

    /** Live data may be this much larger in the second half than in the first, for a warm process' caches. */
    private static final double GROWTH = 1.25;

    private SoakMain() {}

    /** Runs until the pushes are through. */
    public static void main(String[] args) throws Exception {
        System.exit(run());
    }

    private static int run() throws Exception {
        String text = System.getProperty("soak.pushes", "600000");
        if (!text.matches("[1-9]\\d{3,8}")) {
            System.err.println("-Dsoak.pushes=" + text + ": expected a whole number from 1000 to 999999999");
            return 2;
        }
        Map<Server, Integer> ports = new EnumMap<>(Server.class);
        Path root = Path.of(System.getProperty("quickstart.root", "")).toAbsolutePath();
        QuickstartSettings settings =
                new QuickstartSettings(root, Duration.ZERO, SimulatorSettings.FULL_SPEED, 1, ports);
        Path directory = root.resolve("dev/quickstart/target/soak");
        try (Machine machine = new Machine(settings, Ports.claim(settings), directory, HEAP)) {
            machine.broker().start();
            machine.registry().start();
            machine.liveChat().start();
            machine.bridge().start();
            return soak(machine, Long.parseLong(text)) ? 0 : 1;
        }
    }

    private static boolean soak(Machine machine, long pushes) throws Exception {
        System.out.println("  pushes   pushes/s  live heap MB   RSS MB");
        List<Long> live = new ArrayList<>();
        long before = 0;
        long beforeNanos = System.nanoTime();
        for (int i = 1; i <= SAMPLES; i++) {
            while (machine.liveChat().truth().totalPushes() < pushes * i / SAMPLES) {
                if (!machine.bridge().isRunning()) {
                    System.out.println("the bridge has ended: "
                            + Machine.lastWords(machine.bridge().log()));
                    return false;
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
            long now = machine.liveChat().truth().totalPushes();
            long nowNanos = System.nanoTime();
            live.add(Heap.liveBytes(machine.bridge().pid()));
            System.out.printf(
                    Locale.ROOT,
                    "%8d %10.0f %13.1f %8d%n",
                    now,
                    (now - before) * 1e9 / (nowNanos - beforeNanos),
                    live.get(i - 1) / 1e6,
                    Heap.residentMegabytes(machine.bridge().pid()));
            before = now;
            beforeNanos = nowNanos;
        }
        boolean complete = isComplete(machine);
        boolean grown = !hasNotGrown(live);
        return complete && !grown;
    }

    private static boolean isComplete(Machine machine) throws Exception {
        machine.liveChat().pause();
        Truth truth = machine.liveChat().truth();
        long end = System.nanoTime() + SETTLE.toNanos();
        List<String> differences = differences(machine, truth);
        while (!differences.isEmpty() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(200);
            differences = differences(machine, truth);
        }
        differences.forEach(System.out::println);
        System.out.println(truth.totalPushes() + " pushes sent, "
                + (differences.isEmpty() ? "as many records on each topic" : "and the topics differ"));
        return differences.isEmpty();
    }

    private static List<String> differences(Machine machine, Truth truth)
            throws InterruptedException, ExecutionException {
        try (TopicCounts counts = new TopicCounts(machine.broker().bootstrapServers())) {
            return Comparison.topics(truth, Machine.TOPICS, counts.of(Machine.TOPICS.received()));
        }
    }

    private static boolean hasNotGrown(List<Long> live) {
        int half = live.size() / 2;
        double first =
                live.subList(1, half).stream().mapToLong(Long::longValue).max().orElse(0);
        double second = live.subList(half, live.size()).stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
        System.out.printf(
                Locale.ROOT,
                "live heap at most %.1f MB in the first half, %.1f MB in the second%n",
                first / 1e6,
                second / 1e6);
        return second <= first * GROWTH;
    }
}
