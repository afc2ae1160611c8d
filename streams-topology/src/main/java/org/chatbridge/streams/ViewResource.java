package org.chatbridge.streams;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.program.Response;
import org.chatbridge.streams.StoreReader.ServedBy;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions about one view from what this instance keeps of it: a row, or rows page by page. That there is no row it
 * says only where it folds the partition, or where the copy is as fresh as was demanded.
 *
 * @param <S> what the store keeps
 * @param <R> a row
 */
final class ViewResource<S extends SpecificRecord, R extends SpecificRecord> {
    static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** So many rows that are not asked for are passed over, and as many again while there is time: an instance that asks has 700 ms. */
    private static final int PASSED_OVER_AT_ONCE = 1_000;

    private static final Duration LOOKS_FOR = Duration.ofMillis(400);

    private final View<S, R> view;
    private final Collection<String> topics;
    private final StoreReader<S> reader;
    private final PastRows past;
    private final Standing.Source standings;
    private final Positions positions;
    private final Freshness.Source freshness;
    private final Clock clock;
    private final Duration remembered;
    private final LongSupplier nanos;

    /**
     * Of one view.
     *
     * @param topics the sources of the view
     * @param remembered how long it is kept what its rows were
     * @param nanos a clock that never goes back, in nanoseconds
     */
    ViewResource(
            View<S, R> view,
            Collection<String> topics,
            StoreReader<S> reader,
            VersionStores versions,
            Standing.Source standings,
            Positions positions,
            Freshness.Source freshness,
            Clock clock,
            Duration remembered,
            LongSupplier nanos) {
        this.view = view;
        this.topics = topics;
        this.reader = reader;
        this.past = new PastRows(versions, (row, made, moment) -> later(view, row, made, moment));
        this.standings = standings;
        this.positions = positions;
        this.freshness = freshness;
        this.clock = clock;
        this.remembered = remembered;
        this.nanos = nanos;
    }

    @SuppressWarnings("unchecked") // what is kept of a view's rows are its rows
    private static <R extends SpecificRecord> SpecificRecord later(
            View<?, R> view, SpecificRecord row, Instant made, Instant moment) {
        return view.at((R) row, made, moment);
    }

    View<S, R> view() {
        return view;
    }

    /** The sources of the view. */
    Collection<String> topics() {
        return topics;
    }

    /** Whether this instance folds all of these partitions. */
    boolean folds(Set<Integer> partitions) {
        return partitions.stream().allMatch(partition -> standing(partition).servedBy() == ServedBy.ACTIVE);
    }

    /** Why rows of these partitions, which are to be folded here, cannot be read; empty where they can. */
    Optional<String> whyUnreadable(Set<Integer> partitions) {
        for (int partition : partitions) {
            if (!standing(partition).isWhole()) {
                return Optional.of("partition " + partition + " of " + view.name() + " is being restored");
            }
        }
        try (StoreReader.Rows<S> rows = reader.from(partitions, null)) {
            return rows.partitions().containsAll(partitions)
                    ? Optional.empty()
                    : Optional.of("partitions of " + view.name() + " are not there yet");
        } catch (StoreReader.UnavailableException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Completed once what is demanded of these partitions is here, by any thread, or when the time is over. */
    CompletableFuture<Boolean> arrived(Set<Integer> partitions, Demands demands, Duration waiting) {
        Position needed = demands.minPosition().within(partitions);
        if (reached(partitions, demands, needed)) {
            return CompletableFuture.completedFuture(true);
        }
        return positions
                .await(view.name(), needed, () -> reached(partitions, demands, needed))
                .completeOnTimeout(false, waiting.toNanos(), TimeUnit.NANOSECONDS);
    }

    private boolean reached(Set<Integer> partitions, Demands demands, Position needed) {
        return partitions.stream().allMatch(partition -> {
            Position part = needed.within(Set.of(partition));
            return part.offsets().isEmpty()
                    || standing(partition, demands).position().covers(part);
        });
    }

    /**
     * The row of a key.
     *
     * @param partitions those that may have it
     * @return 200 or 404
     */
    Reply<Response> one(Set<Integer> partitions, String key, Demands demands) {
        HttpProblem problem = null;
        boolean isElsewhere = false;
        for (int partition : partitions) {
            Standing standing = standing(partition, demands).ofOneRow();
            StoreReader.Found<SpecificRecord> found;
            try {
                found = rows(demands, RowFilter.ALL).get(partition, key);
            } catch (StoreReader.UnavailableException e) {
                problem = unavailable(String.valueOf(e.getMessage()));
                continue;
            }
            if (!(found instanceof StoreReader.Found.Here<SpecificRecord> here)) {
                isElsewhere = true;
                continue;
            }
            SpecificRecord row = here.state();
            HttpProblem refusal = refusal(Set.of(partition), standing, demands, row == null);
            if (refusal != null) {
                problem = refusal;
            } else if (row != null) {
                return new Reply.Given<>(answer(row, standing), partitions);
            }
        }
        if (problem != null) {
            return new Reply.Refused<>(demands.maxLag().isEmpty(), problem.response());
        }
        return isElsewhere
                ? notHere()
                : new Reply.Given<>(
                        HttpProblem.notFound("there is no such row in " + view.name())
                                .response(),
                        partitions);
    }

    private StoreReader<SpecificRecord> rows(Demands demands, RowFilter filter) {
        return demands.asOf().map(past::at).orElseGet(() -> new PresentRows<>(view, reader, filter, clock.instant()));
    }

    /** The moment of what is. */
    Instant now() {
        return clock.instant();
    }

    /** How long it is kept what rows were. */
    Duration remembered() {
        return remembered;
    }

    /**
     * What the row of a key was.
     *
     * @param partitions the one that may have it
     * @return 200, or 404 where it never was
     */
    Reply<Response> history(Set<Integer> partitions, String key, Stretch stretch, Demands demands) {
        for (int partition : partitions) {
            Standing standing = pastStanding(partition).ofOneRow();
            try {
                Optional<List<Versions.Span>> spans =
                        past.between(partition, key, stretch.from(), stretch.to(), stretch.limit() + 1);
                if (spans.isEmpty()) {
                    continue;
                }
                HttpProblem refusal = refusal(
                        Set.of(partition), standing, demands, spans.get().isEmpty());
                return refusal != null
                        ? new Reply.Refused<>(demands.maxLag().isEmpty(), refusal.response())
                        : new Reply.Given<>(history(key, spans.get(), stretch, standing), partitions);
            } catch (StoreReader.UnavailableException e) {
                return new Reply.Refused<>(
                        true, unavailable(String.valueOf(e.getMessage())).response());
            }
        }
        return notHere();
    }

    private Response history(String key, List<Versions.Span> spans, Stretch stretch, Standing standing) {
        return FreshAnswer.of(
                json -> stretch.write(view.topic(), key, spans, standing.position(), json),
                freshness.of(standing.servedBy(), standing.lag()));
    }

    private @Nullable HttpProblem refusal(
            Set<Integer> partitions, Standing standing, Demands demands, boolean isAbsent) {
        if (!standing.isWhole()) {
            return unavailable("the copy of " + view.name() + " here is not complete yet");
        }
        if (!standing.position().covers(demands.minPosition().within(partitions))) {
            return Demands.notReached(standing.position());
        }
        if (!demands.allow(standing.lag())) {
            return demands.tooFarBehind(standing.lag());
        }
        return isAbsent
                        && standing.servedBy() == ServedBy.STANDBY
                        && demands.maxLag().isEmpty()
                ? unavailable("the instance that folds the row does not answer, and the copy here, which may be behind,"
                        + " has no such row")
                : null;
    }

    private Response answer(SpecificRecord row, Standing standing) {
        return FreshAnswer.of(
                json -> {
                    RowJson.members(row, json);
                    json.writeStringField("position", standing.position().toString());
                },
                freshness.of(standing.servedBy(), standing.lag()));
    }

    /** The part of a page that is kept here of some partitions, of the rows that pass a filter. */
    Reply<Part> page(Set<Integer> partitions, Paging paging, RowFilter filter, Demands demands) {
        Map<Integer, Standing> whole = new HashMap<>();
        for (int partition : partitions) {
            Standing standing = standing(partition, demands);
            if (standing.isWhole()) {
                whole.put(partition, standing);
            }
        }
        try (StoreReader.Rows<SpecificRecord> rows =
                rows(demands, filter).from(new TreeSet<>(whole.keySet()), paging.after())) {
            if (rows.partitions().isEmpty()) {
                return notHere();
            }
            whole.keySet().retainAll(rows.partitions());
            Standing together = together(whole.values());
            HttpProblem refusal = refusal(whole.keySet(), together, demands, false);
            return refusal == null
                    ? new Reply.Given<>(part(rows, paging, filter, together), whole.keySet())
                    : new Reply.Refused<>(demands.maxLag().isEmpty(), refusal.response());
        } catch (StoreReader.UnavailableException e) {
            return new Reply.Refused<>(
                    true, unavailable(String.valueOf(e.getMessage())).response());
        }
    }

    private Part part(StoreReader.Rows<SpecificRecord> rows, Paging paging, RowFilter filter, Standing standing) {
        List<Part.Row> page = new ArrayList<>();
        String upTo = null;
        long begun = nanos.getAsLong();
        int passedOver = 0;
        boolean more = false;
        while (rows.hasNext() && !more) {
            StoreReader.Kept<SpecificRecord> kept = rows.next();
            SpecificRecord row = kept.value();
            if (row == null || !filter.row().test(row)) {
                upTo = kept.key();
                passedOver++;
                more = passedOver % PASSED_OVER_AT_ONCE == 0
                        && nanos.getAsLong() - begun > LOOKS_FOR.toNanos()
                        && rows.hasNext();
            } else if (page.size() < paging.limit()) {
                upTo = kept.key();
                page.add(row(kept.key(), row));
            } else {
                more = true;
            }
        }
        return new Part(
                page,
                more ? upTo : null,
                rows.partitions(),
                standing.position(),
                freshness.of(standing.servedBy(), standing.lag()));
    }

    private Part.Row row(String key, SpecificRecord row) {
        return new Part.Row(key, json -> {
            json.writeStartObject();
            RowJson.members(row, json);
            json.writeEndObject();
        });
    }

    private static Standing together(Collection<Standing> standings) {
        OptionalLong lag = OptionalLong.of(0);
        boolean standby = false;
        for (Standing standing : standings) {
            lag = Freshness.sum(lag, standing.lag());
            standby |= standing.servedBy() == ServedBy.STANDBY;
        }
        return new Standing(
                standby ? ServedBy.STANDBY : ServedBy.ACTIVE,
                lag,
                lag,
                Position.of(standings.stream().map(Standing::position).toList()),
                true);
    }

    /** The freshness of an answer that others have parts in. */
    Freshness seenHere(Freshness parts) {
        return freshness.of(ServedBy.ACTIVE, OptionalLong.of(0)).and(parts);
    }

    private Standing standing(int partition) {
        return standings.of(view.name(), view.name(), topics, partition);
    }

    /** Of what its rows were. */
    private Standing pastStanding(int partition) {
        return standings.of(view.name(), Names.history(view.name()), topics, partition);
    }

    /** Of what is read where this is demanded. */
    private Standing standing(int partition, Demands demands) {
        return demands.asOf().isPresent() ? pastStanding(partition) : standing(partition);
    }

    private <A> Reply<A> notHere() {
        return new Reply.Refused<>(
                true,
                HttpProblem.of(421, "this instance does not keep that part of " + view.name())
                        .response());
    }

    private static HttpProblem unavailable(String detail) {
        return HttpProblem.unavailable(detail, RETRY_AFTER);
    }
}
