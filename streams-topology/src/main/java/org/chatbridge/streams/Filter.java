package org.chatbridge.streams;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.chatbridge.avro.view.ActivityRow;
import org.chatbridge.avro.view.ThreadRow;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.Endpoint.Parameter;
import org.chatbridge.streams.state.ChatThreads;

/**
 * A query parameter that narrows a list.
 *
 * @param fallback what counts where it is not given; empty lets every row pass
 */
record Filter(Parameter parameter, Optional<String> fallback, Test test) {
    private static final String STRING = "{\"type\":\"string\"}";
    private static final String INSTANT = "{\"type\":\"string\",\"format\":\"date-time\"}";
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,19}");
    private static final long MOST_DAYS = 36_500;

    /** Makes the test from the parameter's value. */
    @FunctionalInterface
    private interface Test {
        RowFilter of(String name, String value, Instant now);
    }

    /** All filters of a view. */
    static List<Filter> of(ViewTopic view) {
        return switch (view) {
            case THREADS -> THREADS;
            case ACTIVITY -> ACTIVITY;
            case AGENTS, CHATS, CUSTOMERS, BROADCASTS, GAPS -> List.of();
        };
    }

    private static final List<Filter> THREADS = List.of(
            new Filter(
                    Parameter.query(
                            "status",
                            "{\"type\":\"string\",\"enum\":[\"open\",\"closed\",\"all\"],\"default\":\"open\"}",
                            "Open threads, those that were closed last of chats that have none open, or both."),
                    Optional.of("open"),
                    Filter::status),
            new Filter(
                    Parameter.query("agent_id", STRING, "Only threads that this agent is in."),
                    Optional.empty(),
                    (name, agentId, now) -> new RowFilter(
                            state -> ChatUsers.areTold(((ChatThreads) state).getUsers(), agentId),
                            row -> ((ThreadRow) row).getAgentIds().contains(agentId),
                            Optional.of(agentId))),
            new Filter(
                    Parameter.query(
                            "group_id",
                            "{\"type\":\"integer\",\"format\":\"int64\"}",
                            "Only threads that name this group among those that may see them; those that name 0, which is everybody,"
                                    + " are found by 0 alone."),
                    Optional.empty(),
                    Filter::group),
            new Filter(
                    Parameter.query(
                            "older_than",
                            "{\"type\":\"string\",\"format\":\"duration\",\"examples\":[\"PT5M\"],"
                                    + "\"pattern\":\"^P([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\\\\.[0-9]{1,9})?S)?)?$\"}",
                            "Only threads opened at least that long ago, in ISO 8601 such as PT5M: days, hours, minutes and seconds."),
                    Optional.empty(),
                    Filter::olderThan));

    private static final List<Filter> ACTIVITY = List.of(
            new Filter(
                    Parameter.query("from", INSTANT, "Only minutes that begin then or later."),
                    Optional.empty(),
                    (name, value, now) -> {
                        Instant from = instant(name, value);
                        return RowFilter.ofRows(
                                row -> !((ActivityRow) row).getMinute().isBefore(from));
                    }),
            new Filter(
                    Parameter.query("to", INSTANT, "Only minutes that begin earlier."),
                    Optional.empty(),
                    (name, value, now) -> {
                        Instant to = instant(name, value);
                        return RowFilter.ofRows(
                                row -> ((ActivityRow) row).getMinute().isBefore(to));
                    }));

    /**
     * The test of a value.
     *
     * @throws HttpProblem 400 naming the parameter
     */
    RowFilter test(String value, Instant now) {
        return test.of(parameter.name(), value, now);
    }

    private static RowFilter status(String name, String value, Instant now) {
        if (!List.of("open", "closed", "all").contains(value)) {
            throw HttpProblem.badParameter(name, "expected open, closed or all");
        }
        return value.equals("all")
                ? RowFilter.ALL
                : new RowFilter(
                        state -> ThreadFold.isOpen(((ChatThreads) state).getThread()) == value.equals(ThreadsView.OPEN),
                        row -> ((ThreadRow) row).getStatus().equals(value),
                        Optional.empty());
    }

    private static RowFilter group(String name, String value, Instant now) {
        long groupId = wholeNumber(name, value);
        return RowFilter.ofRows(row -> ((ThreadRow) row).getGroupIds().contains(groupId));
    }

    private static long wholeNumber(String name, String value) {
        try {
            if (WHOLE_NUMBER.matcher(value).matches()) {
                return Long.parseLong(value);
            }
        } catch (NumberFormatException e) {
            // It is too large; the answer says what is expected.
        }
        throw HttpProblem.badParameter(name, "expected a whole number of 64 bits");
    }

    private static RowFilter olderThan(String name, String value, Instant now) {
        Instant openedBy = now.minus(duration(name, value));
        return RowFilter.ofRows(row -> !((ThreadRow) row).getOpenedAt().isAfter(openedBy));
    }

    private static Duration duration(String name, String value) {
        try {
            Duration duration = Duration.parse(value);
            if (!duration.isNegative() && duration.toDays() < MOST_DAYS) {
                return duration;
            }
        } catch (DateTimeException e) {
            // The answer says what is expected.
        }
        throw HttpProblem.badParameter(
                name,
                "expected days, hours, minutes and seconds in ISO 8601, less than " + MOST_DAYS
                        + " days in all, such as PT5M or P1DT12H");
    }

    /**
     * The instant that a text names.
     *
     * @throws HttpProblem 400 naming the parameter, also where the year has more than the four digits of RFC 3339: nothing
     *     can be counted from the ends of what {@link Instant} can be
     */
    static Instant instant(String name, String value) {
        try {
            Instant instant = Instant.parse(value);
            if (InstantText.yearHasFourDigits(instant)) {
                return instant;
            }
        } catch (DateTimeException e) {
            // The answer says what is expected.
        }
        throw HttpProblem.badParameter(name, "expected an instant in RFC 3339 and UTC, such as 2026-11-22T09:00:00Z");
    }
}
