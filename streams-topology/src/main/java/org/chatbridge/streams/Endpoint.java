package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.chatbridge.program.Route;

/**
 * One thing that can be asked, as it is answered and as it is documented.
 *
 * @param schema the name of the answer's schema in the document, of one event where it is a stream; empty where the answer is
 *     text of another form
 * @param contentType of the answer
 * @param traits what else is so of it
 */
record Endpoint(
        String path,
        String summary,
        List<Parameter> parameters,
        String schema,
        String contentType,
        Set<Trait> traits,
        Route.Later handler) {

    /** What is so of some endpoints and not of others. */
    enum Trait {
        /** 404 where there is nothing under the path. */
        MAY_BE_ABSENT,
        /** 503 with a problem where it cannot be answered now. */
        MAY_BE_UNAVAILABLE,
        /** 503 with the answer itself, which then is no. */
        MAY_BE_NO,
        /** Told from what is kept: 500 where that fails in a way that nobody foresaw. */
        READS_ROWS,
        /** Sent with an {@code ETag}; 304 where the client has it. */
        TAGGED,
        /** Answered without a token too. */
        OPEN,
        /** Parameters that are not known change nothing. */
        LENIENT
    }

    Endpoint {
        parameters = List.copyOf(parameters);
        traits = Set.copyOf(traits);
    }

    boolean is(Trait trait) {
        return traits.contains(trait);
    }

    /** Statuses other than 200, ascending. */
    List<Integer> otherStatuses() {
        List<Integer> statuses = new ArrayList<>();
        if (is(Trait.TAGGED)) {
            statuses.add(304);
        }
        statuses.add(400);
        if (!is(Trait.OPEN)) {
            statuses.add(401);
        }
        if (is(Trait.MAY_BE_ABSENT)) {
            statuses.add(404);
        }
        statuses.add(414);
        statuses.add(431);
        if (is(Trait.READS_ROWS)) {
            statuses.add(500);
        }
        if (is(Trait.MAY_BE_UNAVAILABLE) || is(Trait.MAY_BE_NO)) {
            statuses.add(503);
        }
        return statuses;
    }

    /**
     * A parameter.
     *
     * @param in {@code path}, {@code query} or {@code header}
     * @param type JSON text of its schema
     * @param isList whether it is several values with commas between them
     */
    record Parameter(String name, String in, String type, String description, boolean isList) {
        static Parameter query(String name, String type, String description) {
            return new Parameter(name, "query", type, description, false);
        }

        /** Several values with commas between them; the type is that of the list. */
        static Parameter list(String name, String type, String description) {
            return new Parameter(name, "query", type, description, true);
        }

        static Parameter path(String name, String description) {
            return new Parameter(name, "path", "{\"type\":\"string\"}", description, false);
        }

        static Parameter header(String name, String type, String description) {
            return new Parameter(name, "header", type, description, false);
        }
    }

    /** The route; query parameters that are not documented are refused. */
    Route route() {
        Set<String> known = parameters.stream()
                .filter(parameter -> parameter.in().equals("query"))
                .map(Parameter::name)
                .collect(Collectors.toUnmodifiableSet());
        return Route.later(path, request -> {
                    request.allowOnly(known);
                    return handler.handle(request);
                })
                .countingApart(Hop::isMarked);
    }
}
