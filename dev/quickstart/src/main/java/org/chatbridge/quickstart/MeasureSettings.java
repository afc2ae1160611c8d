package org.chatbridge.quickstart;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * What is measured of the views, and how large.
 *
 * @param root the checkout
 * @param partitions of each topic
 * @param warmUp before the first figure that counts
 * @param length of what counts: of each rate of pushes, of one round of queries
 * @param rates pushes a second
 * @param pushes at full speed, or that are folded from the beginning
 * @param rounds of queries, or of rebuilding
 * @param connections that ask
 * @param agents of whom is told
 * @param threads that are open
 * @param instances of the views
 * @param pages that are asked for
 * @param growth the rows of its table
 * @param times how much larger each of them is in one way
 * @param jvmOptions of the views, beside a heap of 512 MB
 * @param viewsSettings of the views, each {@code key=value}
 */
record MeasureSettings(
        Path root,
        Kind kind,
        int partitions,
        Duration warmUp,
        Duration length,
        List<PushRate> rates,
        int pushes,
        int rounds,
        int connections,
        int agents,
        int threads,
        int instances,
        int pages,
        List<Growth> growth,
        int times,
        List<String> jvmOptions,
        List<String> viewsSettings) {
    private static final List<String> KEYS = List.of(
            "partitions",
            "warmup",
            "seconds",
            "rate",
            "pushes",
            "rounds",
            "connections",
            "agents",
            "threads",
            "instances",
            "pages",
            "rows",
            "times");

    /** What is measured. */
    enum Kind {
        /** From a push to the answer that holds it. */
        LATENCY(6, 5_000, 30, 60),
        /** Rows by key, against a constant. */
        RATE(6, 5_000, 30, 5),
        /** Rows by key, lists and pages, each against a constant. */
        QUERIES(6, 20_000, 30, 5),
        /** How fast pushes are folded and questions answered, where one thing is ten times as large. */
        GROWTH(6, 5_000, 30, 1),
        /** Many open threads. */
        MILLION(12, 1_000_000, 30, 5),
        /** All topics from their beginning. */
        REBUILD(6, 5_000, 30, 5);

        private final int partitions;
        private final int threads;
        private final int warmUp;
        private final int seconds;

        Kind(int partitions, int threads, int warmUp, int seconds) {
            this.partitions = partitions;
            this.threads = threads;
            this.warmUp = warmUp;
            this.seconds = seconds;
        }

        private static String all() {
            return Arrays.stream(values()).map(Kind::directory).collect(Collectors.joining(", "));
        }

        /** Where it writes. */
        String directory() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Reads {@code measure}, and {@code measure.options}: words such as {@code threads=20000}. Of {@code jvm} and {@code set}
     * there may be several, for the JVM and the settings of the views.
     *
     * @throws QuickstartSettings.MistakesException with a line for each that makes no sense
     */
    static MeasureSettings of(Properties properties) throws QuickstartSettings.MistakesException {
        List<String> mistakes = new ArrayList<>();
        String name = properties.getProperty("measure", "");
        Kind kind = Arrays.stream(Kind.values())
                .filter(one -> one.directory().equals(name))
                .findFirst()
                .orElse(Kind.LATENCY);
        if (!kind.directory().equals(name)) {
            mistakes.add("-Dmeasure=" + name + ": expected one of " + Kind.all());
        }
        Properties values = new Properties();
        List<String> jvmOptions = new ArrayList<>();
        List<String> viewsSettings = new ArrayList<>();
        for (String option : properties.getProperty("measure.options", "").split(" ", -1)) {
            String key = option.substring(0, Math.max(0, option.indexOf('=')));
            String value = option.substring(option.indexOf('=') + 1);
            if (key.equals("jvm")) {
                jvmOptions.add(value);
            } else if (key.equals("set")) {
                viewsSettings.add(value);
            } else if (KEYS.contains(key)) {
                values.setProperty(key, value);
            } else if (!option.isBlank()) {
                mistakes.add("-Dmeasure.options: " + option + ": expected jvm=, set= or one of " + KEYS);
            }
        }
        MeasureSettings settings = new MeasureSettings(
                Path.of(properties.getProperty("quickstart.root", "")).toAbsolutePath(),
                kind,
                number(values, "partitions", kind.partitions, 1, 100, mistakes),
                Duration.ofSeconds(number(values, "warmup", kind.warmUp, 1, 3_600, mistakes)),
                Duration.ofSeconds(number(values, "seconds", kind.seconds, 1, 3_600, mistakes)),
                PushRate.list("rate", values.getProperty("rate", "1000"), mistakes),
                number(values, "pushes", 200_000, 1_000, 10_000_000, mistakes),
                number(values, "rounds", 5, 1, 1_000, mistakes),
                number(values, "connections", 8, 1, 200, mistakes),
                number(values, "agents", 1_000, 10, 1_000_000, mistakes),
                number(values, "threads", kind.threads, 1_000, 100_000_000, mistakes),
                number(values, "instances", 1, 1, 10, mistakes),
                number(values, "pages", 2_000, 1, 1_000_000, mistakes),
                Growth.list("rows", values.getProperty("rows", Growth.ALL), mistakes),
                number(values, "times", 10, 2, 100, mistakes),
                jvmOptions,
                viewsSettings);
        if (!mistakes.isEmpty()) {
            throw new QuickstartSettings.MistakesException(mistakes);
        }
        return settings;
    }

    /** The same with other sizes. */
    MeasureSettings sized(int newPartitions, int newAgents, int newThreads, int newInstances) {
        return new MeasureSettings(
                root,
                kind,
                newPartitions,
                warmUp,
                length,
                rates,
                pushes,
                rounds,
                connections,
                newAgents,
                newThreads,
                newInstances,
                pages,
                growth,
                times,
                jvmOptions,
                viewsSettings);
    }

    private static int number(
            Properties values, String key, int byDefault, int least, int most, List<String> mistakes) {
        return (int) QuickstartSettings.number(values, key, byDefault, least, most, mistakes);
    }
}
