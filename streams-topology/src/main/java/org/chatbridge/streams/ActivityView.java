package org.chatbridge.streams;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.apache.avro.Schema;
import org.chatbridge.avro.view.ActivityRow;
import org.chatbridge.avro.view.FirstResponse;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.state.ActivityMinute;
import org.chatbridge.streams.state.ActivityPart;
import org.jspecify.annotations.Nullable;

/** What happened in each minute of the last seven days, by the minute: the sum of what the partitions counted. */
final class ActivityView implements View<ActivityMinute, ActivityRow> {
    private static final double MS_PER_SECOND = 1_000;

    @Override
    public ViewTopic topic() {
        return ViewTopic.ACTIVITY;
    }

    @Override
    public Schema stateSchema() {
        return ActivityMinute.getClassSchema();
    }

    @Override
    public List<Fact<?, ActivityMinute>> facts() {
        return List.of(Fact.of(Source.ACTIVITY_PARTS, ActivityPart.class, ActivityFold::told));
    }

    /** A minute may be written otherwise than its key is, such as with the fraction that JavaScript writes. */
    @Override
    public String asked(String text) {
        try {
            return Instant.parse(text).toString();
        } catch (DateTimeParseException e) {
            return text;
        }
    }

    @Override
    public Optional<ActivityRow> row(String key, ActivityMinute state, Instant at) {
        Collection<ActivityPart> parts = state.getParts().values();
        Map<String, Long> pushes = new TreeMap<>();
        parts.forEach(part -> part.getPushes().forEach((action, number) -> pushes.merge(action, number, Long::sum)));
        return Optional.of(new ActivityRow(
                state.getMinute(),
                pushes,
                sum(parts, ActivityPart::getThreadsOpened),
                sum(parts, ActivityPart::getThreadsClosed),
                sum(parts, ActivityPart::getMessagesByAgents),
                sum(parts, ActivityPart::getMessagesByCustomers),
                firstResponse(parts.stream()
                        .flatMap(part -> part.getFirstResponsesMs().stream())
                        .sorted()
                        .toList())));
    }

    private static long sum(Collection<ActivityPart> parts, ToLongFunction<ActivityPart> number) {
        return parts.stream().mapToLong(number).sum();
    }

    private static @Nullable FirstResponse firstResponse(List<Long> ascendingMs) {
        return ascendingMs.isEmpty()
                ? null
                : new FirstResponse(
                        (long) ascendingMs.size(), percentile(ascendingMs, 50), percentile(ascendingMs, 95));
    }

    /** By nearest rank: the least of them that so many in a hundred do not exceed. */
    private static double percentile(List<Long> ascendingMs, int percent) {
        return ascendingMs.get((percent * ascendingMs.size() + 99) / 100 - 1) / MS_PER_SECOND;
    }

    @Override
    public Optional<Instant> due(ActivityMinute state) {
        return Optional.of(state.getMinute().plus(ActivityCounting.KEPT));
    }

    @Override
    public @Nullable ActivityMinute aged(ActivityMinute state, Instant now, boolean touched) {
        return touched || due(state).orElseThrow().isAfter(now) ? state : null;
    }
}
