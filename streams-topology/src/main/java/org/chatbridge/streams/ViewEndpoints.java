package org.chatbridge.streams;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chatbridge.program.Json;
import org.chatbridge.program.Request;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.Endpoint.Parameter;
import org.chatbridge.streams.Endpoint.Trait;

/** What can be asked about the views: of each a list, and a row by its key. */
final class ViewEndpoints {
    private static final Parameter LIMIT = Parameter.query(
            Paging.LIMIT,
            "{\"type\":\"integer\",\"minimum\":1,\"maximum\":" + Paging.MOST + ",\"default\":" + Paging.DEFAULT_LIMIT
                    + "}",
            "Most rows of the answer.");
    private static final Parameter CURSOR = Parameter.query(
            Paging.CURSOR,
            "{\"type\":\"string\",\"pattern\":\"^[A-Za-z0-9_-]*={0,2}$\"}",
            "next_cursor of the page before.");

    /** What a list is, by view. */
    private static final Map<ViewTopic, String> LISTS = Map.of(
            ViewTopic.AGENTS, "Every agent of whom anything is known, by agent id.",
            ViewTopic.THREADS, "The last thread of every chat, by chat id; the open ones where no status is asked for.",
            ViewTopic.CHATS, "Every chat, by chat id.",
            ViewTopic.CUSTOMERS, "Every customer of whom anything is known, by customer id.",
            ViewTopic.BROADCASTS, "The last broadcasts, the oldest first.",
            ViewTopic.GAPS, "Every stretch of time in which the bridge could not see LiveChat, the oldest first.",
            ViewTopic.ACTIVITY, "What happened in every minute of the last seven days, the oldest first.");

    private final List<ViewQueries<?, ?>> queries;
    private final Clock clock;

    ViewEndpoints(List<ViewQueries<?, ?>> queries, Clock clock) {
        this.queries = queries;
        this.clock = clock;
    }

    List<Endpoint> all() {
        List<Endpoint> endpoints = new ArrayList<>();
        for (ViewQueries<?, ?> view : queries) {
            endpoints.add(list(view));
            endpoints.add(one(view));
            if (view.view().keepsHistory()) {
                endpoints.add(history(view));
            }
        }
        return endpoints;
    }

    private Endpoint list(ViewQueries<?, ?> queried) {
        ViewTopic view = queried.view().topic();
        List<Parameter> parameters = new ArrayList<>();
        Filter.of(view).forEach(filter -> parameters.add(filter.parameter()));
        parameters.addAll(List.of(LIMIT, CURSOR));
        parameters.addAll(demands(queried));
        return new Endpoint(
                "/v1/" + view.view(),
                LISTS.getOrDefault(view, ""),
                parameters,
                RowSchemas.list(view),
                Json.CONTENT_TYPE,
                Set.of(Trait.TAGGED, Trait.READS_ROWS, Trait.MAY_BE_UNAVAILABLE),
                request -> queried.list(request, filter(view, request)));
    }

    private static Endpoint one(ViewQueries<?, ?> queried) {
        ViewTopic view = queried.view().topic();
        String key = view.schema().getFields().get(0).name();
        List<Parameter> parameters = new ArrayList<>();
        parameters.add(Parameter.path(key, view.schema().getFields().get(0).doc()));
        parameters.addAll(demands(queried));
        return new Endpoint(
                "/v1/" + view.view() + "/{" + key + "}",
                view.schema().getDoc(),
                parameters,
                RowSchemas.one(view),
                Json.CONTENT_TYPE,
                Set.of(Trait.TAGGED, Trait.READS_ROWS, Trait.MAY_BE_ABSENT, Trait.MAY_BE_UNAVAILABLE),
                request -> queried.one(request, queried.view().asked(request.pathParameter(key))));
    }

    private static List<Parameter> demands(ViewQueries<?, ?> queried) {
        List<Parameter> demands = new ArrayList<>(Demands.PARAMETERS);
        if (queried.view().keepsHistory()) {
            demands.add(Demands.AS_OF_PARAMETER);
        }
        return demands;
    }

    private static Endpoint history(ViewQueries<?, ?> queried) {
        ViewTopic view = queried.view().topic();
        String key = view.schema().getFields().get(0).name();
        List<Parameter> parameters = new ArrayList<>();
        parameters.add(Parameter.path(key, view.schema().getFields().get(0).doc()));
        parameters.addAll(Stretch.PARAMETERS);
        parameters.add(LIMIT);
        parameters.addAll(Demands.PARAMETERS);
        return new Endpoint(
                "/v1/" + view.view() + "/{" + key + "}" + Stretch.PATH,
                "What the row was, the earliest first: an empty list where nothing is known of it.",
                parameters,
                RowSchemas.history(view),
                Json.CONTENT_TYPE,
                Set.of(Trait.TAGGED, Trait.READS_ROWS, Trait.MAY_BE_UNAVAILABLE),
                request -> queried.history(request, request.pathParameter(key)));
    }

    private RowFilter filter(ViewTopic view, Request request) {
        Instant now = request.queryParameter(Demands.AS_OF)
                .map(text -> Filter.instant(Demands.AS_OF, text))
                .orElseGet(clock::instant);
        RowFilter all = RowFilter.ALL;
        for (Filter filter : Filter.of(view)) {
            Optional<String> value =
                    request.queryParameter(filter.parameter().name()).or(filter::fallback);
            if (value.isPresent()) {
                all = all.and(filter.test(value.get(), now));
            }
        }
        return all;
    }
}
