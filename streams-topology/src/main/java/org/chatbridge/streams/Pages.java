package org.chatbridge.streams;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.chatbridge.program.Response;
import org.chatbridge.program.Route;
import org.chatbridge.streams.changes.ChangesEndpoint;

/** Everything that the views answer: data, its description, and the page at the root. */
final class Pages {
    /** Nothing but what this server sends; no script or style within the page, and no text ever read as HTML. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";

    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";
    private static final List<String> SCRIPTS = List.of(
            "dashboard.js",
            "activity.js",
            "agents.js",
            "charts.js",
            "feed.js",
            "figures.js",
            "gaps.js",
            "model.js",
            "paint.js",
            "states.js",
            "tables.js",
            "threads.js",
            "today.js",
            "words.js");

    private Pages() {}

    static List<Route> routes(ViewEndpoints views, Route.Streaming changes) {
        List<Endpoint> documented = new ArrayList<>(views.all());
        documented.addAll(DescribedOnly.ALL);
        OpenApi openApi = new OpenApi(documented, resource("openapi-frame.json"));
        List<Route> routes =
                new ArrayList<>(views.all().stream().map(Endpoint::route).toList());
        routes.add(Route.stream(ChangesEndpoint.PATH, changes));
        routes.add(new Route(DescribedOnly.OPENAPI, request -> openApi.document()));
        routes.addAll(files());
        return routes;
    }

    /** The dashboard at the root with all that it loads; it needs nothing else but the API. */
    static List<Route> files() {
        List<Route> routes = new ArrayList<>(List.of(
                file("/", "text/html; charset=utf-8", resource("index.html")),
                file("/style.css", STYLE, resource("style.css")),
                file("/icon.svg", "image/svg+xml", resource("icon.svg")),
                file("/uplot.js", SCRIPT, ChartLibrary.script()),
                file("/uplot.css", STYLE, ChartLibrary.styles())));
        SCRIPTS.forEach(name -> routes.add(file("/" + name, SCRIPT, resource(name))));
        return routes;
    }

    private static Route file(String path, String contentType, String text) {
        Response response = Response.text(contentType, text).with(Map.of("Content-Security-Policy", POLICY));
        // It holds no data.
        return new Route(path, request -> response).openToAll();
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Pages.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the resource " + name + " cannot be read", e);
        }
    }
}
