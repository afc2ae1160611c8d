package org.chatbridge.streams;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.program.Json;
import org.chatbridge.program.Response;
import org.chatbridge.program.Route;

/** Everything that the views answer: data, its description, and the page at the root. */
final class Pages {
    /** Nothing but what this server sends, and no scripts at all. */
    private static final String POLICY =
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private Pages() {}

    static List<Route> routes(ViewEndpoints views) {
        List<Endpoint> documented = new ArrayList<>(views.all());
        documented.addAll(List.of(
                // These two and the metrics are answered by every program; here they are only described.
                described("/health/live", "Whether the process runs.", OpenApi.STATUS, Json.CONTENT_TYPE, List.of()),
                described(
                        "/health/ready",
                        "Whether it can answer, else why not.",
                        OpenApi.STATUS,
                        Json.CONTENT_TYPE,
                        List.of(503)),
                described("/metrics", "Metrics in Prometheus' text format.", "", "text/plain", List.of())));
        OpenApi openApi = new OpenApi(documented, resource("openapi-schemas.json"));
        List<Route> routes =
                new ArrayList<>(views.all().stream().map(Endpoint::route).toList());
        routes.add(new Route("/openapi.json", request -> openApi.document()));
        routes.add(new Route("/", request -> page("text/html; charset=utf-8", "index.html")));
        routes.add(new Route("/style.css", request -> page("text/css; charset=utf-8", "style.css")));
        return routes;
    }

    private static Endpoint described(
            String path, String summary, String schema, String contentType, List<Integer> problems) {
        return new Endpoint(path, summary, List.of(), schema, contentType, problems, request -> {
            throw HttpProblem.notFound("only described here");
        });
    }

    private static Response page(String contentType, String name) {
        return Response.text(contentType, resource(name)).with(Map.of("Content-Security-Policy", POLICY));
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Pages.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the resource " + name + " cannot be read", e);
        }
    }
}
