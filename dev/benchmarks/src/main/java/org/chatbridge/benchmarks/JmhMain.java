package org.chatbridge.benchmarks;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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

    private final Map<String, Figures> figures;

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

    private JmhMain(Collection<RunResult> results) {
        this.figures = new TreeMap<>();
        for (RunResult result : results) {
            BenchmarkParams params = result.getParams();
            figures.put(key(params, methodOf(params).getName()), figures(result));
        }
    }

    /** Takes JMH's own arguments; prints a table, and writes the same figures to a file. */
    public static void main(String[] args) throws Exception {
        CommandLineOptions given = new CommandLineOptions(args);
        if (given.shouldHelp()) {
            given.showHelp();
            return;
        }
        Runner runner = new Runner(new OptionsBuilder()
                .parent(given)
                .addProfiler(GCProfiler.class)
                .jvmArgsPrepend("-Xmx1g", "-XX:+UseSerialGC")
                .build());
        if (given.shouldList()) {
            runner.list();
            return;
        }
        Path root = Path.of(System.getProperty("benchmark.root", "."))
                .toAbsolutePath()
                .normalize();
        JmhMain measured = new JmhMain(runner.run());
        measured.print();
        System.out.println("written to " + root.relativize(measured.write(root, args)));
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

    private void print() {
        System.out.printf(
                Locale.ROOT,
                "%n%-50s %8s %7s %7s   %-22s %8s %7s %7s%n",
                "",
                "ns",
                "±",
                "B",
                "beside",
                "ns",
                "B",
                "ratio");
        for (Figures one : figures.values()) {
            for (String key : one.floors()) {
                Figures floor = figures.get(key);
                if (floor != null) {
                    System.out.printf(
                            Locale.ROOT,
                            "%-50s %8.1f %7.1f %7.0f   %-22s %8.1f %7.0f %7.2f%n",
                            one.label(),
                            one.ns(),
                            one.error(),
                            one.bytes(),
                            floor.label().replaceAll("^\\w+\\.| .*", ""),
                            floor.ns(),
                            floor.bytes(),
                            one.ns() / floor.ns());
                }
            }
        }
    }

    private Path write(Path root, String[] args) throws IOException {
        Instant now = Instant.now();
        ObjectNode results = JSON.createObjectNode()
                .put("at", now.toString())
                .put("machine", Runtime.getRuntime().availableProcessors() + " processors, Java " + Runtime.version())
                .put("arguments", String.join(" ", args));
        ArrayNode table = results.putArray("operations");
        for (Figures one : figures.values()) {
            ObjectNode row = table.addObject()
                    .put("operation", one.label())
                    .put("ns", one.ns())
                    .put("error_ns", one.error())
                    .put("allocated_bytes", one.bytes());
            ObjectNode ratios = JSON.createObjectNode();
            for (String key : one.floors()) {
                @Nullable Figures floor = figures.get(key);
                if (floor != null) {
                    ratios.put(floor.label(), one.ns() / floor.ns());
                }
            }
            if (!ratios.isEmpty()) {
                row.set("ratio_beside", ratios);
            }
        }
        Path file = root.resolve("dev/benchmarks/target/results")
                .resolve("jmh-" + now.toString().replaceAll("[-:]|\\..*", "") + ".json");
        Files.createDirectories(file.getParent());
        JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), results);
        return file;
    }
}
