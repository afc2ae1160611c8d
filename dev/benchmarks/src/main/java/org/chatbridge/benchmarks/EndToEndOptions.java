package org.chatbridge.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code run-end-to-end.sh} is told, each {@code -Dbenchmark.NAME}.
 *
 * @param mix of the pushes
 * @param size of the team that they tell of
 * @param partitions of each topic
 * @param pushes of a run at full speed
 * @param rounds that count; one before them warms the broker up
 * @param steadySeconds of a run at a fixed rate
 * @param warm pushes before those that are measured, which do not count
 * @param rates at which delays are measured
 * @param only what takes part
 * @param jvm options of the bridge's JVM, for experiments
 * @param set settings of the bridge, for experiments
 * @param other the jar of another bridge, for comparison; empty where there is none
 */
record EndToEndOptions(
        Mix mix,
        int size,
        int partitions,
        int pushes,
        int rounds,
        int steadySeconds,
        int warm,
        List<Rate> rates,
        List<Contender> only,
        List<String> jvm,
        List<String> set,
        String other) {

    /** So many pushes a second, or so many percent of the bridge's top rate. */
    record Rate(int number, boolean isPercent) {
        private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,8})(%?)");

        private static Rate of(String text) {
            Matcher matcher = TEXT.matcher(text);
            if (!matcher.matches()) {
                throw mistake("rates", text, "2000 or 50%, with commas between several");
            }
            return new Rate(
                    Integer.parseInt(matcher.group(1)), !matcher.group(2).isEmpty());
        }

        /**
         * Pushes a second.
         *
         * @param top the bridge's rate at full speed, a second
         */
        int beside(double top) {
            return isPercent ? (int) (top * number / 100) : number;
        }
    }

    /** @throws IllegalArgumentException naming the option that is not as expected */
    static EndToEndOptions of(Properties properties) {
        return new Reader(properties).options();
    }

    private static IllegalArgumentException mistake(String name, String value, String expected) {
        return new IllegalArgumentException("-Dbenchmark." + name + "=" + value + ": expected " + expected);
    }

    private record Reader(Properties properties) {
        EndToEndOptions options() {
            return new EndToEndOptions(
                    one(Mix.class, "mix", text("mix", "longer")),
                    number("size", 1, 1),
                    number("partitions", 3, 1),
                    number("pushes", 300_000, 1),
                    number("rounds", 3, 1),
                    number("seconds", 15, 1),
                    number("warm", 0, 0),
                    words("rates", "2000,10%,50%,80%", ",").stream()
                            .map(Rate::of)
                            .toList(),
                    words("only", "bridge,plain,performance", ",").stream()
                            .map(name -> one(Contender.class, "only", name))
                            .toList(),
                    words("jvm", "", " +"),
                    words("set", "", " +"),
                    text("other", ""));
        }

        private String text(String name, String byDefault) {
            return properties.getProperty("benchmark." + name, byDefault);
        }

        private static <E extends Enum<E>> E one(Class<E> of, String name, String text) {
            return Arrays.stream(of.getEnumConstants())
                    .filter(each -> word(each).equals(text))
                    .findFirst()
                    .orElseThrow(() -> mistake(
                            name,
                            text,
                            Arrays.stream(of.getEnumConstants())
                                    .map(Reader::word)
                                    .collect(Collectors.joining(" or "))));
        }

        private static String word(Enum<?> each) {
            return each.name().toLowerCase(Locale.ROOT);
        }

        private int number(String name, int byDefault, int least) {
            String text = text(name, Integer.toString(byDefault));
            try {
                int number = Integer.parseInt(text);
                if (number >= least) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw mistake(name, text, "a whole number from " + least + " on");
        }

        private List<String> words(String name, String byDefault, String between) {
            return Stream.of(text(name, byDefault).split(between, -1))
                    .filter(word -> !word.isBlank())
                    .toList();
        }
    }
}
