package org.chatbridge.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What an expression of Prometheus asks for. Knows as much of the language as is needed to find that.
 *
 * @param grouped the labels of {@code by (…)}, {@code on (…)} and the like
 */
record PromQl(List<Selector> selectors, Set<String> grouped) {
    private static final String TEXT = "\"(?:[^\"\\\\]|\\\\.)*\"";
    private static final Pattern PART = Pattern.compile(TEXT
            + "|\\[[^\\]]*\\]" // a range
            + "|\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\((?<labels>[^)]*)\\)"
            + "|\\boffset\\s+\\S+"
            + "|[0-9.]+\\w*" // a number, or a duration
            + "|[a-zA-Z_]\\w*\\s*\\(" // a function, or an aggregation whose labels come later
            + "|\\b(?:sum|min|max|avg|count)(?=\\s+(?:by|without)\\b)"
            + "|\\b(?:and|or|unless|bool)\\b"
            + "|(?<name>[a-zA-Z_:][\\w:]*)\\s*(?:\\{(?<matchers>(?:[^}\"]|" + TEXT + ")*)\\})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** Series of one name. */
    record Selector(String name, List<LabelMatcher> matchers) {
        @Override
        public String toString() {
            return name + matchers.stream().map(LabelMatcher::toString).collect(Collectors.joining(",", "{", "}"));
        }
    }

    /** @param operator {@code =}, {@code !=}, {@code =~} or {@code !~} */
    record LabelMatcher(String label, String operator, String value) {
        /** Whether a series with this value of the label is meant. */
        boolean matches(String actual) {
            return switch (operator) {
                case "=" -> actual.equals(value);
                case "!=" -> !actual.equals(value);
                case "=~" -> actual.matches(value);
                default -> !actual.matches(value);
            };
        }

        @Override
        public String toString() {
            return label + operator + '"' + value + '"';
        }
    }

    static PromQl of(String expression) {
        List<Selector> selectors = new ArrayList<>();
        Set<String> grouped = new TreeSet<>();
        Matcher part = PART.matcher(expression);
        while (part.find()) {
            if (part.group("labels") != null) {
                Pattern.compile("\\w+")
                        .matcher(part.group("labels"))
                        .results()
                        .forEach(label -> grouped.add(label.group()));
            } else if (part.group("name") != null) {
                String matchers = part.group("matchers");
                selectors.add(new Selector(
                        part.group("name"),
                        MATCHER.matcher(matchers == null ? "" : matchers)
                                .results()
                                .map(m -> new LabelMatcher(m.group(1), m.group(2), m.group(3)))
                                .toList()));
            }
        }
        return new PromQl(List.copyOf(selectors), grouped);
    }
}
