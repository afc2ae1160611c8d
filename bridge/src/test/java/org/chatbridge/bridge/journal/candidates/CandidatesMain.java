package org.chatbridge.bridge.journal.candidates;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.chatbridge.bridge.frames.Frame;

/**
 * Measures the journal beside libraries, in rounds that take turns: the cost of a frame of 543 bytes that is appended, taken
 * and freed, and the start after an end by force with frames left. Arguments: a directory, frames a round, frames left.
 */
public final class CandidatesMain {
    private static final int FRAME_BYTES = 543;
    private static final int ROUNDS = 7;
    private static final int BEHIND = 1_000;
    private static final Map<String, Supplier<Candidate>> CANDIDATES = new LinkedHashMap<>();

    /** Made before: random bytes cost more than a journal. */
    private static final byte[][] CONTENT = new byte[1_000][FRAME_BYTES];

    static {
        Random random = new Random(1);
        for (byte[] content : CONTENT) {
            random.nextBytes(content);
        }
        CANDIDATES.put("own", OwnLog::new);
        CANDIDATES.put("rocksdb", RocksLog::new);
        CANDIDATES.put("artemis", ArtemisLog::new);
        CANDIDATES.put("chronicle", ChronicleLog::new);
    }

    private CandidatesMain() {}

    /** Prints a line a candidate. */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        if (args.length == 4) {
            child(args[1], args[2], directory, Integer.parseInt(args[3]));
            return;
        }
        int frames = Integer.parseInt(args[1]);
        int left = Integer.parseInt(args[2]);
        Map<String, List<Double>> micros = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (String name : CANDIDATES.keySet()) {
                try {
                    micros.computeIfAbsent(name, key -> new ArrayList<>()).add(round(name, directory, frames));
                } catch (Exception | LinkageError e) {
                    System.out.println(name + ": " + e);
                }
            }
        }
        micros.forEach((name, all) -> System.out.printf(
                Locale.ROOT,
                "%-10s %5.1f us of CPU a frame (all rounds but the first: %s)%n",
                name,
                all.stream()
                        .skip(1)
                        .mapToDouble(x -> x)
                        .sorted()
                        .skip((ROUNDS - 1) / 2)
                        .findFirst()
                        .orElse(0),
                all.stream()
                        .skip(1)
                        .map(x -> String.format(Locale.ROOT, "%.1f", x))
                        .toList()));
        for (String name : CANDIDATES.keySet()) {
            Path one = directory.resolve(name + "-left");
            run("fill", name, one, left);
            long bytes = bytes(one);
            System.out.printf(Locale.ROOT, "%-10s %d frames left in %d MB on disk: ", name, left, bytes / 1_000_000);
            run("recover", name, one, left);
            delete(one);
        }
    }

    private static double round(String name, Path directory, int frames) throws Exception {
        Path one = Files.createDirectories(directory.resolve(name));
        Candidate candidate = CANDIDATES.get(name).get();
        candidate.open(one);
        long start = cpuNanos();
        for (int i = 1; i <= frames; i++) {
            candidate.append(frame(i));
            if (i > BEHIND) {
                candidate.takeAndFree();
            }
        }
        double micros = (cpuNanos() - start) / 1e3 / frames;
        candidate.close();
        delete(one);
        return micros;
    }

    /** Of the whole process, its background threads too: unlike time it hardly depends on what else the machine does. */
    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static void child(String task, String name, Path directory, int left) throws Exception {
        Candidate candidate = CANDIDATES.get(name).get();
        Files.createDirectories(directory);
        long start = System.nanoTime();
        long found = candidate.open(directory);
        if (task.equals("fill")) {
            for (int i = 1; i <= left; i++) {
                candidate.append(frame(i));
            }
        } else {
            System.out.printf(
                    Locale.ROOT, "found %d after %.1f s with -Xmx128m%n", found, (System.nanoTime() - start) / 1e9);
        }
        Runtime.getRuntime().halt(0); // leaves as much as kill -9 would
    }

    /** In a JVM of its own, with the heap of a small bridge and the flags of this JVM. */
    private static void run(String task, String name, Path directory, int left) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--add"))
                .toList());
        command.addAll(
                List.of("-Xmx128m", "-cp", System.getProperty("java.class.path"), CandidatesMain.class.getName()));
        command.addAll(List.of(directory.toString(), task, name, Integer.toString(left)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (Stream<String> lines = process.inputReader().lines()) {
            List<String> output = lines.toList();
            int code = process.waitFor();
            if (code != 0 || task.equals("recover")) {
                System.out.println(output.stream()
                        .filter(line -> line.contains("found") || line.contains("Error"))
                        .findFirst()
                        .orElse("exit code " + code));
            }
        }
    }

    private static Frame frame(long number) {
        byte[] bytes = CONTENT[(int) (number % CONTENT.length)];
        return new Frame("20261122T124747.381419Z-8f9001", number, number, "agent@example.com", Frame.Kind.TEXT, bytes);
    }

    private static long bytes(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
