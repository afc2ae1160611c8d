package org.chatbridge.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.program.Request;
import org.chatbridge.streams.Endpoint.Parameter;

/**
 * Of which moment an answer is to tell, and how fresh it must be.
 *
 * @param maxLag at most so many records may not be in it; empty where any number may
 * @param minPosition what must be in it
 * @param asOf the moment of which it is to tell; empty for now
 */
record Demands(OptionalLong maxLag, Position minPosition, Optional<Instant> asOf) {
    static final String MAX_LAG = "max_lag";
    static final String MIN_POSITION = "min_position";
    static final String AS_OF = "as_of";

    static final List<Parameter> PARAMETERS = List.of(
            Parameter.query(
                    MAX_LAG,
                    "{\"type\":\"integer\",\"format\":\"int64\",\"minimum\":0}",
                    "Most records of the view's topics that may not be in the answer yet; 503 where no copy is that"
                            + " fresh, or nobody knows."),
            Parameter.query(
                    MIN_POSITION,
                    "{\"type\":\"string\",\"pattern\":\"" + Position.PATTERN + "\"}",
                    "What must be in the answer: position of an earlier answer, or topic:partition:offset of a record,"
                            + " with commas between several. Waits up to two seconds for it, then 503 with the position"
                            + " that was reached."));

    /** Of views that keep their history. */
    static final Parameter AS_OF_PARAMETER = Parameter.query(
            AS_OF,
            "{\"type\":\"string\",\"format\":\"date-time\"}",
            "Tells what was at that moment, by the times at which the bridge received the pushes, as far back as"
                    + " history.retention says.");

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration AHEAD = Duration.ofMinutes(1);
    private static final Pattern WHOLE_NUMBER = Pattern.compile("[0-9]{1,19}");

    /**
     * What a request demands.
     *
     * @param topics the sources of the view
     * @param remembered how long it is kept what was
     * @throws HttpProblem 400 naming the parameter that is not as expected
     */
    static Demands of(Request request, Collection<String> topics, Instant now, Duration remembered) {
        return new Demands(
                request.queryParameter(MAX_LAG).map(Demands::maxLag).orElse(OptionalLong.empty()),
                request.queryParameter(MIN_POSITION)
                        .map(text -> minPosition(text, topics))
                        .orElse(Position.NONE),
                request.queryParameter(AS_OF).map(text -> asOf(text, now, remembered)));
    }

    private static Instant asOf(String text, Instant now, Duration remembered) {
        Instant asOf = Filter.instant(AS_OF, text);
        // The clocks of those who ask may be somewhat ahead.
        if (asOf.isAfter(now.plus(AHEAD))) {
            throw HttpProblem.badParameter(AS_OF, "expected a moment that is past; here it is " + now);
        }
        // Of an earlier one some rows are still kept and others are not: no moment ever looked like that.
        if (asOf.isBefore(now.minus(remembered))) {
            throw HttpProblem.badParameter(
                    AS_OF,
                    "expected " + now.minus(remembered) + " or later: what was before is not kept, by "
                            + ViewsKeys.HISTORY_RETENTION);
        }
        return asOf;
    }

    private static OptionalLong maxLag(String text) {
        try {
            if (WHOLE_NUMBER.matcher(text).matches()) {
                return OptionalLong.of(Long.parseLong(text));
            }
        } catch (NumberFormatException e) {
            // It is too large; the answer says what is expected.
        }
        throw HttpProblem.badParameter(
                MAX_LAG, "expected a whole number of records, 0 or more and at most " + Long.MAX_VALUE);
    }

    private static Position minPosition(String text, Collection<String> topics) {
        Position position;
        try {
            position = Position.parse(text);
        } catch (IllegalArgumentException e) {
            throw HttpProblem.badParameter(MIN_POSITION, String.valueOf(e.getMessage()));
        }
        for (TopicPartition partition : position.offsets().keySet()) {
            if (!topics.contains(partition.topic())) {
                throw HttpProblem.badParameter(
                        MIN_POSITION,
                        "this view does not read the topic " + partition.topic() + "; it reads "
                                + String.join(", ", topics));
            }
        }
        return position;
    }

    /** @throws HttpProblem 400 where a partition is named that the topics do not have */
    void checkPartitions(int count) {
        minPosition.offsets().keySet().stream()
                .filter(partition -> partition.partition() >= count)
                .findFirst()
                .ifPresent(partition -> {
                    throw HttpProblem.badParameter(
                            MIN_POSITION,
                            "there is no partition " + partition.partition() + " of the topic " + partition.topic()
                                    + "; it has " + count);
                });
    }

    /** Whether anything is demanded. */
    boolean isDemanding() {
        return maxLag.isPresent() || !minPosition.offsets().isEmpty();
    }

    /** Whether an answer that lacks so many records will do. */
    boolean allow(OptionalLong lag) {
        return maxLag.isEmpty() || (lag.isPresent() && lag.getAsLong() <= maxLag.getAsLong());
    }

    /** 503: no copy is as fresh as {@code max_lag} says. */
    HttpProblem tooFarBehind(OptionalLong lag) {
        return HttpProblem.unavailable(
                MAX_LAG + "=" + maxLag.orElse(0) + ": the copy that would answer is "
                        + (lag.isPresent()
                                ? lag.getAsLong() + " records behind"
                                : "behind by a number that is not known"),
                RETRY_AFTER,
                json -> {
                    if (lag.isPresent()) {
                        json.writeNumberField("offset_lag", lag.getAsLong());
                    } else {
                        json.writeNullField("offset_lag");
                    }
                });
    }

    /** 503: what {@code min_position} says was not reached in time. */
    static HttpProblem notReached(Position reached) {
        return HttpProblem.unavailable(
                MIN_POSITION + ": not reached in time; position says how far the view is",
                RETRY_AFTER,
                json -> json.writeStringField("position", reached.toString()));
    }
}
