package org.chatbridge.streams;

import java.util.List;
import java.util.stream.Collectors;
import org.chatbridge.program.Route;

/**
 * One thing that can be asked, as it is answered and as it is documented.
 *
 * @param schema the answer's schema in {@code openapi-schemas.json}; empty where the answer is not JSON
 * @param contentType of the answer
 * @param problems statuses other than 200
 */
record Endpoint(
        String path,
        String summary,
        List<Parameter> parameters,
        String schema,
        String contentType,
        List<Integer> problems,
        Route.Later handler) {

    /**
     * A parameter.
     *
     * @param in {@code path} or {@code query}
     * @param type JSON text of its schema
     */
    record Parameter(String name, String in, String type, String description) {
        static Parameter query(String name, String type, String description) {
            return new Parameter(name, "query", type, description);
        }

        static Parameter path(String name, String description) {
            return new Parameter(name, "path", "{\"type\":\"string\"}", description);
        }
    }

    /** The route; query parameters that are not documented are refused. */
    Route route() {
        return Route.later(path, request -> {
            request.allowOnly(parameters.stream()
                    .filter(parameter -> parameter.in().equals("query"))
                    .map(Parameter::name)
                    .collect(Collectors.toSet()));
            return handler.handle(request);
        });
    }
}
