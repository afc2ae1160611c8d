package org.chatbridge.quickstart;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/**
 * What is measured of the views, and how large.
 *
 * @param root the checkout
 * @param partitions of each topic
 * @param warmUp before the first figure that counts
 * @param length of what counts; of the queries, of one round
 * @param rate pushes a second
 * @param rounds of queries, or of rebuilding
 * @param connections that ask
 * @param threads that are open
 * @param pages that are asked for
 * @param pushes that are folded from the beginning
 * @param jvmOptions of the views, beside a heap of 512 MB
 * @param viewsSettings of the views, each {@code key=value}
 */
record MeasureSettings(
        Path root,
        Kind kind,
        int partitions,
        Duration warmUp,
        Duration length,
        int rate,
        int rounds,
        int connections,
        int threads,
        int pages,
        int pushes,
        List<String> jvmOptions,
        List<String> viewsSettings) {
    private static final List<String> NUMBERS =
            List.of("partitions", "warmup", "seconds", "rate", "rounds", "connections", "threads", "pages", "pushes");

    /** What is measured. */
    enum Kind {
        /** From a push to the answer that holds it. */
        LATENCY(6, 60),
        /** Rows by key, against a constant. */
        RATE(6, 5),
        /** Many open threads. */
        MILLION(12, 5),
        /** All topics from their beginning. */
        REBUILD(6, 5);

        private final int partitions;
        private final int seconds;

        Kind(int partitions, int seconds) {
            this.partitions = partitions;
            this.seconds = seconds;
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
            mistakes.add("-Dmeasure=" + name + ": expected latency, rate, million or rebuild");
        }
        Properties numbers = new Properties();
        List<String> jvmOptions = new ArrayList<>();
        List<String> viewsSettings = new ArrayList<>();
        for (String option : properties.getProperty("measure.options", "").split(" ", -1)) {
            String key = option.substring(0, Math.max(0, option.indexOf('=')));
            String value = option.substring(option.indexOf('=') + 1);
            if (key.equals("jvm")) {
                jvmOptions.add(value);
            } else if (key.equals("set")) {
                viewsSettings.add(value);
            } else if (NUMBERS.contains(key)) {
                numbers.setProperty(key, value);
            } else if (!option.isBlank()) {
                mistakes.add("-Dmeasure.options: " + option + ": expected jvm=, set= or a number: " + NUMBERS);
            }
        }
        MeasureSettings settings = new MeasureSettings(
                Path.of(properties.getProperty("quickstart.root", "")).toAbsolutePath(),
                kind,
                number(numbers, "partitions", kind.partitions, 1, 100, mistakes),
                Duration.ofSeconds(number(numbers, "warmup", 30, 1, 3_600, mistakes)),
                Duration.ofSeconds(number(numbers, "seconds", kind.seconds, 1, 3_600, mistakes)),
                number(numbers, "rate", 1_000, 100, 100_000, mistakes),
                number(numbers, "rounds", 5, 1, 1_000, mistakes),
                number(numbers, "connections", 8, 1, 200, mistakes),
                number(numbers, "threads", 1_000_000, 1_000, 100_000_000, mistakes),
                number(numbers, "pages", 2_000, 1, 1_000_000, mistakes),
                number(numbers, "pushes", 300_000, 1_000, 100_000_000, mistakes),
                jvmOptions,
                viewsSettings);
        if (!mistakes.isEmpty()) {
            throw new QuickstartSettings.MistakesException(mistakes);
        }
        return settings;
    }

    private static int number(
            Properties numbers, String key, int byDefault, int least, int most, List<String> mistakes) {
        return (int) QuickstartSettings.number(numbers, key, byDefault, least, most, mistakes);
    }
}
