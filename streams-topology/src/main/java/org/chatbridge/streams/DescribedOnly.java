package org.chatbridge.streams;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.program.Json;
import org.chatbridge.streams.Endpoint.Parameter;
import org.chatbridge.streams.Endpoint.Trait;
import org.chatbridge.streams.changes.ChangesEndpoint;

/** Descriptions of what has routes of its own: the changes, the document itself, and what every program answers. */
final class DescribedOnly {
    static final String OPENAPI = "/openapi.json";

    private static final String EVENT_ID = "{\"$ref\":\"#/components/schemas/EventId\"}";

    static final List<Endpoint> ALL = List.of(
            changes(),
            described(
                    OPENAPI,
                    "This document.",
                    List.of(),
                    OpenApi.DESCRIPTION,
                    Json.CONTENT_TYPE,
                    Set.of(Trait.TAGGED, Trait.LENIENT, Trait.MAY_BE_UNAVAILABLE)),
            described(
                    "/health/live",
                    "Whether the process runs.",
                    List.of(),
                    OpenApi.STATUS,
                    Json.CONTENT_TYPE,
                    Set.of(Trait.OPEN, Trait.LENIENT)),
            described(
                    "/health/ready",
                    "Whether it can answer, else why not.",
                    List.of(),
                    OpenApi.STATUS,
                    Json.CONTENT_TYPE,
                    Set.of(Trait.OPEN, Trait.LENIENT, Trait.MAY_BE_NO)),
            described(
                    "/metrics",
                    "Metrics in Prometheus' text format.",
                    List.of(),
                    "",
                    "text/plain",
                    Set.of(Trait.LENIENT)));

    private DescribedOnly() {}

    private static Endpoint changes() {
        String views = Views.ALL.stream().map(view -> "\"" + view.name() + "\"").collect(Collectors.joining(","));
        return described(
                ChangesEndpoint.PATH,
                "The rows of views as they are (events row, then live), then every change of them (events change, the row"
                        + " null where it is gone), as Server-Sent Events.",
                List.of(
                        Parameter.list(
                                ChangesEndpoint.VIEW,
                                "{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"string\",\"enum\":[" + views
                                        + "]}}",
                                "Names of views with commas between them; else all."),
                        Parameter.query(
                                ChangesEndpoint.LAST_EVENT_ID,
                                EVENT_ID,
                                "Id of the last event that is known, of the same views: go on after it. For a new EventSource"
                                        + " too, where a browser's was answered with another status than 200, such as 503:"
                                        + " that one never comes back."),
                        Parameter.header(
                                "Last-Event-ID",
                                EVENT_ID,
                                "The same, as browsers send it; it counts alone where both are there.")),
                EventSchemas.EVENT,
                ChangesEndpoint.CONTENT_TYPE,
                Set.of(Trait.READS_ROWS, Trait.MAY_BE_UNAVAILABLE));
    }

    private static Endpoint described(
            String path,
            String summary,
            List<Parameter> parameters,
            String schema,
            String contentType,
            Set<Trait> traits) {
        return new Endpoint(path, summary, parameters, schema, contentType, traits, request -> {
            throw HttpProblem.notFound("only described here");
        });
    }
}
