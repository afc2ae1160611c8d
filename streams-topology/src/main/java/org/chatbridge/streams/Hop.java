package org.chatbridge.streams;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.program.Request;

/**
 * The mark of a question that one instance asks another. Who is asked so answers what it keeps itself, and never asks
 * anybody. It goes in headers, so that no parameter of the public interface is taken:
 *
 * <ul>
 *   <li>{@value #MARK}: 1;
 *   <li>{@value #PARTITIONS}: the numbers of the partitions that are asked for, with commas between them;
 *   <li>{@value #WAIT}: how long to wait for {@code min_position}, in milliseconds.
 * </ul>
 *
 * <p>What is answered to it says in {@value #OF} whose instance this is. A list that is asked for so has two more members:
 * {@code partitions}, those that are in it, and {@code keys}, those of its rows.
 *
 * @param waiting how long to wait for a position
 */
record Hop(Set<Integer> partitions, Duration waiting) {
    static final String MARK = "X-Chatbridge-Hop";
    static final String PARTITIONS = "X-Chatbridge-Partitions";
    static final String WAIT = "X-Chatbridge-Wait-Ms";
    static final String OF = "X-Chatbridge-Of";

    private static final Pattern NUMBER = Pattern.compile("\\d{1,6}");
    private static final long MOST_WAIT_MS = 10_000;

    Hop {
        partitions = Set.copyOf(partitions);
    }

    /** Whether an instance asked it, which waits for the answer. */
    static boolean isMarked(Request request) {
        return "1".equals(request.headers().get(MARK.toLowerCase(Locale.ROOT)));
    }

    /** The mark of a question; empty where it was not asked by an instance. */
    static Optional<Hop> of(Request request) {
        if (!isMarked(request)) {
            return Optional.empty();
        }
        String partitions = header(request, PARTITIONS, "");
        String wait = header(request, WAIT, "0");
        Set<Integer> numbers = new TreeSet<>();
        for (String number : partitions.split(",", -1)) {
            numbers.add(number(number));
        }
        number(wait);
        return Optional.of(new Hop(numbers, Duration.ofMillis(Math.min(MOST_WAIT_MS, Long.parseLong(wait)))));
    }

    private static int number(String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw HttpProblem.of(400, MARK + ": expected " + PARTITIONS + " with numbers of partitions too");
        }
        return Integer.parseInt(text);
    }

    private static String header(Request request, String name, String fallback) {
        return request.headers().getOrDefault(name.toLowerCase(Locale.ROOT), fallback);
    }

    /** The mark as headers. */
    Map<String, String> headers() {
        Map<String, String> headers = new HashMap<>();
        List<Integer> ascending = new ArrayList<>(new TreeSet<>(partitions));
        headers.put(MARK, "1");
        headers.put(PARTITIONS, ascending.stream().map(String::valueOf).collect(Collectors.joining(",")));
        headers.put(WAIT, Long.toString(waiting.toMillis()));
        return headers;
    }
}
