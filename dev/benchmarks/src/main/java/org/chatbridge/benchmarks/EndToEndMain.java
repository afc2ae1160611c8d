package org.chatbridge.benchmarks;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.chatbridge.schema.TopicNames;

/**
 * From a WebSocket into Kafka: the bridge, a plain pipeline and Kafka's ProducerPerformance in rounds that take turns, at full
 * speed and at fixed rates. {@code dev/benchmarks/run-end-to-end.sh}, which tells the options.
 */
public final class EndToEndMain {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A second: of the pushes before those that count. */
    private static final int WARM_RATE = 20_000;

    private final Path root;
    private final Path directory;
    private final EndToEndOptions options;
    private final Cluster cluster;
    private final Sender sender;
    private final ObjectNode results = JSON.createObjectNode();
    private int runs;

    /** Of a value that the bridge writes, once it is measured: what ProducerPerformance sends. */
    private int meanBytes = 367;

    /** A run at full speed; rates a second, processor time in µs a push of the second half, memory in MiB. */
    private record Full(
            double first,
            double second,
            double cpu,
            double brokerCpu,
            double senderCpu,
            double allocated,
            double peak,
            double readyMillis) {}

    private EndToEndMain(Path root, Path directory, EndToEndOptions options, Cluster cluster, Sender sender) {
        this.root = root;
        this.directory = directory;
        this.options = options;
        this.cluster = cluster;
        this.sender = sender;
    }

    /** Prints tables, and writes the same figures to a file. */
    public static void main(String[] args) throws Exception {
        Path root = Path.of(System.getProperty("benchmark.root", "."))
                .toAbsolutePath()
                .normalize();
        Path directory = root.resolve("dev/benchmarks/target/end-to-end");
        EndToEndOptions options;
        try {
            options = EndToEndOptions.of(System.getProperties());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        empty(directory);
        try (Cluster cluster = new Cluster(directory.resolve("cluster"), options.partitions());
                Sender sender = new Sender(options.mix(), options.size())) {
            new EndToEndMain(root, directory, options, cluster, sender).run();
        }
        System.exit(0);
    }

    private void run() throws Exception {
        System.out.printf(
                Locale.ROOT,
                "%d pushes of %d characters on average (%s), team of size %d, %d topics of %d partitions; %s%n",
                options.pushes(),
                sender.characters(),
                options.mix().label(),
                options.size(),
                new TopicNames("").received().size(),
                cluster.partitions(),
                machine());
        results.put("at", Instant.now().toString())
                .put("machine", machine())
                .put("pushes", options.pushes())
                .put("partitions", cluster.partitions())
                .put("mix", options.mix().label())
                .put("size", options.size());
        List<List<Full>> all = new ArrayList<>();
        for (Contender contender : options.only()) {
            System.out.println("warm-up: " + contender.label());
            all.add(new ArrayList<>());
            full(contender);
        }
        System.out.printf(
                Locale.ROOT,
                "%-20s %9s %9s %9s %9s %9s %9s %9s %9s%n",
                "",
                "1st half",
                "2nd half",
                "µs a push",
                "broker",
                "sender",
                "B a push",
                "peak MiB",
                "ready ms");
        for (int round = 0; round < options.rounds(); round++) {
            List<Integer> turns = new ArrayList<>();
            for (int i = 0; i < options.only().size(); i++) {
                turns.add(i);
            }
            if (round % 2 == 1) {
                Collections.reverse(turns);
            }
            for (int i : turns) {
                Full full = full(options.only().get(i));
                all.get(i).add(full);
                row(options.only().get(i).label(), full);
            }
        }
        ArrayNode table = results.putArray("full_speed");
        List<Full> medians = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (!all.get(i).isEmpty()) {
                medians.add(median(all.get(i)));
                row("median, " + options.only().get(i).label(), medians.get(i));
                table.add(json(options.only().get(i), medians.get(i)));
            }
        }
        ratios(medians);
        steady(medians);
        Path file = directory
                .resolveSibling("results")
                .resolve("end-to-end-" + Instant.now().toString().replaceAll("[-:]|\\..*", "") + ".json");
        Files.createDirectories(file.getParent());
        JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), results);
        System.out.println("written to " + root.relativize(file));
    }

    private void ratios(List<Full> medians) {
        int bridge = options.only().indexOf(Contender.BRIDGE);
        if (bridge < 0 || medians.isEmpty()) {
            return;
        }
        Full own = medians.get(bridge);
        System.out.printf(Locale.ROOT, "bridge: first half %.2f of its second%n", own.first() / own.second());
        for (int i = 0; i < medians.size(); i++) {
            if (i != bridge) {
                Full other = medians.get(i);
                System.out.printf(
                        Locale.ROOT,
                        "bridge beside %s: %.2f of its rate, %.2f of its processor time a push%n",
                        options.only().get(i).label(),
                        own.second() / other.second(),
                        own.cpu() / other.cpu());
            }
        }
    }

    private Full full(Contender contender) throws Exception {
        String prefix = "run" + ++runs + ".";
        List<String> topics = contender == Contender.PERFORMANCE
                ? List.of(prefix + "performance")
                : new TopicNames(prefix).received();
        cluster.create(topics, cluster.partitions());
        Contender.Course course = course(contender, prefix);
        Proc broker = new Proc(cluster.brokerPid());
        Proc sending = new Proc(sender.pid());
        Full full;
        if (contender == Contender.PERFORMANCE) {
            Process process = Contender.performance(course, topics.get(0), options.pushes(), meanBytes);
            try (Proc proc = new Proc(process.pid())) {
                double peak = 0;
                while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
                    peak = process.isAlive() ? peakOr(proc, peak) : peak;
                }
                full = figures(topics, 0, Double.NaN, proc, broker, sending, course, peak, 0);
            }
        } else {
            try (Contender.Running running = contender.start(course);
                    Proc proc = new Proc(running.process().pid())) {
                warm(topics);
                Sender.Sent sent = sender.send(options.pushes(), 0);
                cluster.await(topics, cluster.partitions(), options.warm() + options.pushes());
                double peak = proc.peakMebibytes();
                TimeUnit.MILLISECONDS.sleep(100);
                full = figures(
                        topics,
                        options.warm(),
                        sent.beganMicros() / 1e3,
                        proc,
                        broker,
                        sending,
                        course,
                        peak,
                        running.readyMillis());
            }
        }
        broker.close();
        sending.close();
        if (contender == Contender.BRIDGE) {
            measureBytes(topics);
        }
        cluster.delete(prefix);
        empty(course.directory());
        return full;
    }

    private void warm(Collection<String> topics) throws Exception {
        if (options.warm() > 0) {
            sender.send(options.warm(), WARM_RATE);
            cluster.await(topics, cluster.partitions(), options.warm());
        }
    }

    /** ProducerPerformance sends as many bytes as the bridge. */
    private void measureBytes(Collection<String> topics) {
        long[] sum = {0};
        cluster.read(topics, cluster.partitions(), record -> sum[0] += record.value().length);
        meanBytes = (int) (sum[0] / (options.warm() + options.pushes()));
    }

    private static double peakOr(Proc proc, double before) {
        try {
            return Math.max(before, proc.peakMebibytes());
        } catch (IOException e) {
            return before; // it has just ended
        }
    }

    private Full figures(
            Collection<String> topics,
            int before,
            double beganMs,
            Proc proc,
            Proc broker,
            Proc sending,
            Contender.Course course,
            double peak,
            double readyMillis)
            throws IOException {
        int count = options.pushes();
        long[] appended = cluster.appended(topics, cluster.partitions(), before + count);
        double begin = Double.isNaN(beganMs) ? appended[0] : beganMs;
        double middle = appended[before + count / 2];
        double end = appended[before + count - 1];
        double half = count / 2.0;
        return new Full(
                half / (middle - begin) * 1e3,
                half / (end - middle) * 1e3,
                proc.cpuMicros(middle, end) / half,
                broker.cpuMicros(middle, end) / half,
                sending.cpuMicros(middle, end) / half,
                GcLog.allocated(course.gcLog(), middle, end) / half,
                peak,
                readyMillis);
    }

    private void steady(List<Full> medians) throws Exception {
        if (options.rates().isEmpty()) {
            return;
        }
        int bridge = options.only().indexOf(Contender.BRIDGE);
        double top =
                bridge < 0 || medians.isEmpty() ? 40_000 : medians.get(bridge).second();
        System.out.printf(
                Locale.ROOT,
                "%-20s %9s %9s %9s %9s %9s%n",
                "ms, push to append",
                "a second",
                "p50",
                "p99",
                "p99.9",
                "1st s p99");
        ArrayNode table = results.putArray("fixed_rates");
        for (EndToEndOptions.Rate wanted : options.rates()) {
            int rate = wanted.beside(top);
            for (Contender contender : options.only()) {
                if (contender != Contender.PERFORMANCE) {
                    table.add(steady(contender, rate));
                }
            }
        }
    }

    private ObjectNode steady(Contender contender, int rate) throws Exception {
        String prefix = "run" + ++runs + ".";
        TopicNames topics = new TopicNames(prefix);
        cluster.create(topics.received(), cluster.partitions());
        Contender.Course course = course(contender, prefix);
        int count = rate * options.steadySeconds();
        Delays delays;
        Contender.Running running = contender.start(course);
        try (running) {
            int warm = options.warm();
            warm(topics.received());
            Sender.Sent sent = sender.send(count, rate);
            cluster.await(topics.received(), cluster.partitions(), warm + count);
            delays = new Delays(sent.beganMicros(), rate, warm);
        }
        cluster.read(topics.received(), cluster.partitions(), delays::add);
        cluster.delete(prefix);
        empty(course.directory());
        System.out.printf(
                Locale.ROOT,
                "%-20s %9d %9.1f %9.1f %9.1f %9.1f%n",
                contender.label(),
                rate,
                delays.percentileMs(50),
                delays.percentileMs(99),
                delays.percentileMs(99.9),
                delays.firstSecondPercentileMs(99));
        return JSON.createObjectNode()
                .put("contender", contender.label())
                .put("rate", rate)
                .put("p50_ms", delays.percentileMs(50))
                .put("p99_ms", delays.percentileMs(99))
                .put("p999_ms", delays.percentileMs(99.9))
                .put("first_second_p99_ms", delays.firstSecondPercentileMs(99));
    }

    private Contender.Course course(Contender contender, String prefix) {
        return new Contender.Course(
                contender == Contender.OTHER ? Path.of(options.other()) : root.resolve("bridge/target/bridge.jar"),
                directory.resolve(prefix + contender.name().toLowerCase(Locale.ROOT)),
                cluster,
                sender,
                prefix,
                contender.isBridge() ? options.jvm() : List.of(),
                options.set());
    }

    private static Full median(List<Full> runs) {
        return new Full(
                median(runs, Full::first),
                median(runs, Full::second),
                median(runs, Full::cpu),
                median(runs, Full::brokerCpu),
                median(runs, Full::senderCpu),
                median(runs, Full::allocated),
                median(runs, Full::peak),
                median(runs, Full::readyMillis));
    }

    private static double median(List<Full> runs, ToDoubleFunction<Full> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static void row(String label, Full full) {
        System.out.printf(
                Locale.ROOT,
                "%-20s %9.0f %9.0f %9.1f %9.1f %9.1f %9.0f %9.0f %9.0f%n",
                label,
                full.first(),
                full.second(),
                full.cpu(),
                full.brokerCpu(),
                full.senderCpu(),
                full.allocated(),
                full.peak(),
                full.readyMillis());
    }

    private static ObjectNode json(Contender contender, Full full) {
        return JSON.createObjectNode()
                .put("contender", contender.label())
                .put("first_half", full.first())
                .put("second_half", full.second())
                .put("cpu_us", full.cpu())
                .put("broker_cpu_us", full.brokerCpu())
                .put("sender_cpu_us", full.senderCpu())
                .put("allocated_bytes", full.allocated())
                .put("peak_mib", full.peak())
                .put("ready_ms", full.readyMillis());
    }

    private static String machine() {
        return Runtime.getRuntime().availableProcessors() + " processors, Java " + Runtime.version();
    }

    private static void empty(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(directory);
    }
}
