package org.chatbridge.program;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of a program: the one class that knows Javalin, and the one place where an error becomes an
 * answer.
 */
public final class HttpService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpService.class);
    private static final List<String> METHODS = List.of("GET", "HEAD");
    private static final List<HandlerType> OTHER_METHODS = List.of(
            HandlerType.POST,
            HandlerType.PUT,
            HandlerType.PATCH,
            HandlerType.DELETE,
            HandlerType.QUERY,
            HandlerType.OPTIONS,
            HandlerType.TRACE);
    /** An id may hold anything: Jetty would refuse an escaped slash or percent sign in a path. */
    private static final UriCompliance OPAQUE_IDS = UriCompliance.DEFAULT.with(
            "opaque-ids",
            UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
            UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
            UriCompliance.Violation.AMBIGUOUS_PATH_SEGMENT,
            UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS);

    private static final int MOST_THREADS = 32;
    private static final long STOP_TIMEOUT_MS = 5_000;

    private final String key;
    private final HostPort listen;
    private final List<Route> routes;
    private @Nullable Javalin server;

    /**
     * @param key the setting that says where to listen, for messages
     * @param routes beside {@code /health/live}, {@code /health/ready} and {@code /metrics}, which are always there
     */
    public HttpService(
            String key, HostPort listen, List<Route> routes, Readiness readiness, PrometheusMetrics metrics) {
        this.key = key;
        this.listen = listen;
        this.routes = new ArrayList<>(StandardRoutes.of(readiness, metrics));
        this.routes.addAll(routes);
    }

    /** The address cannot be listened on; the message names the setting. */
    public static final class CannotListenException extends RuntimeException {
        private static final long serialVersionUID = 1;

        CannotListenException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Begins to answer.
     *
     * @throws CannotListenException where the address is taken or not of this machine
     */
    public void start() {
        Javalin created = Javalin.create(this::configure);
        try {
            created.start(listen.host(), listen.port());
        } catch (JavalinBindException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new CannotListenException(
                    key + "=" + listen + ": cannot listen there: " + cause.getMessage()
                            + "; expected a free port on an address of this machine",
                    e);
        }
        server = created;
    }

    /** The port that is listened on, also where the setting was 0. */
    public int port() {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server.port();
    }

    /** Lets requests under way end, for a few seconds. */
    @Override
    public void close() {
        if (server != null) {
            server.stop();
            server = null;
        }
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.router.treatMultipleSlashesAsSingleSlash = false;
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 2);
        threads.setName("http");
        config.jetty.threadPool = threads;
        config.jetty.modifyServer(jetty -> {
            jetty.setStopTimeout(STOP_TIMEOUT_MS);
            jetty.setErrorHandler(new RefusedByJetty());
        });
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setUriCompliance(OPAQUE_IDS);
        });
        config.jetty.modifyServletContextHandler(
                handler -> handler.getServletHandler().setDecodeAmbiguousURIs(true));
        for (Route route : routes) {
            config.routes.addHttpHandler(HandlerType.GET, route.path(), context -> answer(context, route));
            config.routes.addHttpHandler(HandlerType.HEAD, route.path(), context -> answer(context, route));
            for (HandlerType other : OTHER_METHODS) {
                config.routes.addHttpHandler(other, route.path(), context -> {
                    throw HttpProblem.methodNotAllowed(context.method().name(), METHODS);
                });
            }
        }
        config.routes.exception(HttpProblem.class, (problem, context) -> send(context, problem.response()));
        config.routes.exception(
                HttpResponseException.class,
                (e, context) -> send(context, problem(e, context).response()));
        config.routes.exception(
                Exception.class,
                (e, context) -> send(context, unexpected(e, context).response()));
    }

    private static HttpProblem problem(HttpResponseException e, Context context) {
        return e.getStatus() == 404
                ? HttpProblem.notFound("there is nothing at " + context.path())
                : HttpProblem.of(e.getStatus(), String.valueOf(e.getMessage()));
    }

    private static HttpProblem unexpected(Exception e, Context context) {
        String id = UUID.randomUUID().toString();
        LOG.error("{} {} failed, answered 500 with id {}", context.method(), context.path(), id, e);
        return HttpProblem.of(500, "unexpected error; the log has more under " + id);
    }

    private static void answer(Context context, Route route) throws Exception {
        Map<String, String> headers = new HashMap<>();
        context.headerMap().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        send(
                context,
                route.handler()
                        .handle(new Request(
                                context.path(),
                                context.pathParamMap(),
                                QueryString.parameters(context.queryString()),
                                headers)));
    }

    private static void send(Context context, Response response) {
        response.headers().forEach(context::header);
        context.header("X-Content-Type-Options", "nosniff");
        if (!response.headers().containsKey("Cache-Control")) {
            context.header("Cache-Control", "no-store");
        }
        context.status(response.status()).contentType(response.contentType()).result(response.body());
    }
}
