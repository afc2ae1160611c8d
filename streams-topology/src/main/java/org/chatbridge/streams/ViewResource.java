package org.chatbridge.streams;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.program.Request;
import org.chatbridge.program.Response;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions about one view: a row, or the rows page by page.
 *
 * @param <S> what the store keeps
 * @param <R> a row
 */
final class ViewResource<S extends SpecificRecord, R extends SpecificRecord> {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final View<S, R> view;
    private final Collection<String> topics;
    private final StoreReader<S> reader;
    private final Freshness.Source freshness;
    private final Clock clock;

    /** @param topics the sources of the view */
    ViewResource(
            View<S, R> view,
            Collection<String> topics,
            StoreReader<S> reader,
            Freshness.Source freshness,
            Clock clock) {
        this.view = view;
        this.topics = topics;
        this.reader = reader;
        this.freshness = freshness;
        this.clock = clock;
    }

    View<S, R> view() {
        return view;
    }

    /**
     * The row of a key.
     *
     * @throws HttpProblem 404 where there is none, 421 where another instance has it, 503 where the store is not there
     */
    Response one(String key) {
        StoreReader.Found<S> found;
        try {
            found = reader.get(key);
        } catch (StoreReader.UnavailableException e) {
            throw HttpProblem.unavailable(String.valueOf(e.getMessage()), RETRY_AFTER);
        }
        if (found instanceof StoreReader.Found.Elsewhere<S> elsewhere) {
            throw HttpProblem.misdirected(
                    elsewhere.host().toString(), "this row is kept by the instance at " + elsewhere.host());
        }
        StoreReader.Found.Here<S> here = (StoreReader.Found.Here<S>) found;
        S state = here.state();
        R row = state == null ? null : view.row(key, state, clock.instant()).orElse(null);
        if (row == null) {
            throw HttpProblem.notFound("there is no such row in " + view.name());
        }
        return Response.json(json -> {
            json.writeStartObject();
            RowJson.members(row, json);
            freshness.of(here.servedBy(), topics).writeTo(json);
            json.writeEndObject();
        });
    }

    /**
     * One page of the rows that pass a filter.
     *
     * @throws HttpProblem 400 where a parameter is wrong, 503 where the store is not there
     */
    Response page(Request request, Predicate<? super R> filter) {
        Paging paging = Paging.of(request);
        Instant now = clock.instant();
        try (StoreReader.Rows<S> rows = reader.from(paging.after())) {
            List<R> page = new ArrayList<>();
            String last = null;
            String cursor = null;
            while (rows.hasNext() && cursor == null) {
                Map.Entry<String, S> entry = rows.next();
                Optional<R> row =
                        view.row(entry.getKey(), entry.getValue(), now).filter(filter);
                if (row.isPresent() && page.size() == paging.limit() && last != null) {
                    cursor = Paging.cursor(last);
                } else if (row.isPresent()) {
                    page.add(row.get());
                    last = entry.getKey();
                }
            }
            return answer(page, cursor, rows.servedBy(), rows.otherHosts());
        } catch (StoreReader.UnavailableException e) {
            throw HttpProblem.unavailable(String.valueOf(e.getMessage()), RETRY_AFTER);
        }
    }

    private Response answer(
            List<R> page, @Nullable String cursor, StoreReader.ServedBy servedBy, List<HostPort> otherHosts) {
        return Response.json(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart(view.name());
            for (R row : page) {
                json.writeStartObject();
                RowJson.members(row, json);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField("next_cursor", cursor);
            json.writeArrayFieldStart("incomplete");
            for (HostPort host : otherHosts) {
                json.writeString(host.toString());
            }
            json.writeEndArray();
            freshness.of(servedBy, topics).writeTo(json);
            json.writeEndObject();
        });
    }
}
