package org.chatbridge.benchmarks;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** The parts alone, each beside its floor. {@code dev/benchmarks/run-jmh.sh}, which tells the options. */
public final class JmhMain {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    /** By the round: what was measured of each benchmark. */
    private final List<Map<String, Figures>> rounds = new ArrayList<>();

    /**
     * What was measured of one benchmark.
     *
     * @param label of the operation, with its parameters
     * @param ns an operation
     * @param error half of the interval that JMH is 99.9 % sure of, in ns; NaN where it has too few samples
     * @param bytes allocated an operation
     * @param floors keys of what it is held against
     */
    private record Figures(String label, double ns, double error, double bytes, List<String> floors) {}

    private JmhMain() {}

    /** Takes JMH's own arguments; prints a table, and writes the same figures to a file. */
    public static void main(String[] args) throws Exception {
        CommandLineOptions given = new CommandLineOptions(args);
        if (given.shouldHelp()) {
            given.showHelp();
            return;
        }
        Path root = Path.of(System.getProperty("benchmark.root", "."))
                .toAbsolutePath()
                .normalize();
        Runner runner = new Runner(new OptionsBuilder()
                .parent(given)
                .addProfiler(GCProfiler.class)
                .jvmArgs("-Xmx1g", "-XX:+UseSerialGC", "-Dbenchmark.root=" + root)
                .build());
        if (given.shouldList()) {
            runner.list();
            return;
        }
        JmhMain measured = new JmhMain();
        for (int left = Integer.getInteger("benchmark.rounds", 1); left > 0; left--) {
            measured.add(runner.run());
        }
        measured.print();
        System.out.println("written to " + root.relativize(measured.write(root, args)));
    }

    private void add(Collection<RunResult> round) {
        Map<String, Figures> figures = new TreeMap<>();
        for (RunResult result : round) {
            BenchmarkParams params = result.getParams();
            figures.put(key(params, methodOf(params).getName()), figures(result));
        }
        rounds.add(figures);
    }

    private static Figures figures(RunResult result) {
        Method method = methodOf(result.getParams());
        Beside beside = method.getAnnotation(Beside.class);
        Result<?> primary = result.getPrimaryResult();
        Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
        return new Figures(
                label(result.getParams(), method),
                primary.getScore(),
                primary.getScoreError(),
                allocated == null ? Double.NaN : allocated.getScore(),
                beside == null
                        ? List.of()
                        : Arrays.stream(beside.value())
                                .map(floor -> key(result.getParams(), floor))
                                .toList());
    }

    private static Method methodOf(BenchmarkParams params) {
        String name = params.getBenchmark();
        int dot = name.lastIndexOf('.');
        try {
            return Arrays.stream(Class.forName(name.substring(0, dot)).getMethods())
                    .filter(method -> method.getName().equals(name.substring(dot + 1)))
                    .findFirst()
                    .orElseThrow();
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(name, e);
        }
    }

    private static String key(BenchmarkParams params, String method) {
        String name = params.getBenchmark();
        return name.substring(0, name.lastIndexOf('.') + 1) + method + " " + values(params);
    }

    private static String label(BenchmarkParams params, Method method) {
        String name = params.getBenchmark();
        String type = name.substring(0, name.lastIndexOf('.'));
        return type.substring(type.lastIndexOf('.') + 1).replace("Benchmark", "") + "." + method.getName() + " "
                + values(params);
    }

    private static String values(BenchmarkParams params) {
        return params.getParamsKeys().stream()
                .map(key -> params.getParam(key).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
    }

    /** The median of the rounds. */
    private double median(String key, ToDoubleFunction<Figures> figure) {
        return median(each(key, figure));
    }

    private static double median(double[] sorted) {
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** In each round how many times as long it took as what it is held against, the least first. */
    private double[] ratios(String key, String floor) {
        return rounds.stream()
                .mapToDouble(round -> of(round, key).ns() / of(round, floor).ns())
                .sorted()
                .toArray();
    }

    private double[] each(String key, ToDoubleFunction<Figures> figure) {
        return rounds.stream()
                .mapToDouble(round -> figure.applyAsDouble(of(round, key)))
                .sorted()
                .toArray();
    }

    private static Figures of(Map<String, Figures> round, String key) {
        return Objects.requireNonNull(round.get(key), key);
    }

    private void print() {
        System.out.printf(
                Locale.ROOT,
                "%n%d processors, Java %s; a push on average: %s%n%-50s %8s %7s %7s   %-22s %8s %7s %7s%n",
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                Arrays.stream(Mix.values()).map(Mix::size).collect(Collectors.joining("; ")),
                rounds.size() == 1 ? "" : "medians of " + rounds.size() + " rounds",
                "ns",
                "±",
                "B",
                "beside",
                "ns",
                "B",
                "ratio");
        for (Map.Entry<String, Figures> one : rounds.get(0).entrySet()) {
            for (String floor : one.getValue().floors()) {
                if (rounds.get(0).containsKey(floor)) {
                    printRow(one.getKey(), floor);
                }
            }
        }
    }

    private void printRow(String key, String floor) {
        double[] ratios = ratios(key, floor);
        System.out.printf(
                Locale.ROOT,
                "%-50s %8.1f %7.1f %7.0f   %-22s %8.1f %7.0f %7.2f%s%n",
                of(rounds.get(0), key).label(),
                median(key, Figures::ns),
                median(key, Figures::error),
                median(key, Figures::bytes),
                of(rounds.get(0), floor).label().replaceAll("^\\w+\\.| .*", ""),
                median(floor, Figures::ns),
                median(floor, Figures::bytes),
                median(ratios),
                ratios.length == 1
                        ? ""
                        : String.format(Locale.ROOT, "  %.2f to %.2f", ratios[0], ratios[ratios.length - 1]));
    }

    private Path write(Path root, String[] args) throws IOException {
        Instant now = Instant.now();
        ObjectNode results = JSON.createObjectNode()
                .put("at", now.toString())
                .put("machine", Runtime.getRuntime().availableProcessors() + " processors, Java " + Runtime.version())
                .put("arguments", String.join(" ", args))
                .put("rounds", rounds.size());
        ArrayNode table = results.putArray("operations");
        rounds.get(0).forEach((key, one) -> {
            ObjectNode row = table.addObject()
                    .put("operation", one.label())
                    .put("ns", median(key, Figures::ns))
                    .put("error_ns", median(key, Figures::error))
                    .put("allocated_bytes", median(key, Figures::bytes));
            for (String floor : one.floors()) {
                if (rounds.get(0).containsKey(floor)) {
                    row.withObjectProperty("ratio_beside")
                            .put(of(rounds.get(0), floor).label(), median(ratios(key, floor)));
                }
            }
        });
        Path file = root.resolve("dev/benchmarks/target/results")
                .resolve("jmh-" + now.toString().replaceAll("[-:]|\\..*", "") + ".json");
        Files.createDirectories(file.getParent());
        JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), results);
        return file;
    }
}
