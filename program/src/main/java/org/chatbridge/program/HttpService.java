package org.chatbridge.program;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import io.micrometer.core.instrument.Gauge;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
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
    private static final String REQUESTS = "chatbridge.http.requests.active";
    private static final int NOT_MODIFIED = 304;
    private static final int MOST_THREADS = 32;

    private final String key;
    private final HostPort listen;
    private final List<Route> routes;
    private final List<Route> standardRoutes;
    private final PrometheusMetrics metrics;
    private final HttpOptions options;
    private final HttpLimits limits;
    private final LongSupplier nanos;
    private final QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 2);
    private final Places requests;
    private final OpenStreams streams;
    private @Nullable Javalin server;

    /** With the options that are right where nothing is set. */
    public HttpService(
            String key, HostPort listen, List<Route> routes, Readiness readiness, PrometheusMetrics metrics) {
        this(key, listen, routes, readiness, metrics, HttpOptions.defaults(), System::nanoTime);
    }

    /**
     * @param key the setting that says where to listen, for messages
     * @param routes beside {@code /health/live}, {@code /health/ready} and {@code /metrics}, which are always there
     * @param nanos a clock that never goes back, in nanoseconds
     */
    public HttpService(
            String key,
            HostPort listen,
            List<Route> routes,
            Readiness readiness,
            PrometheusMetrics metrics,
            HttpOptions options,
            LongSupplier nanos) {
        this.key = key;
        this.listen = listen;
        this.routes = List.copyOf(routes);
        this.standardRoutes = StandardRoutes.of(readiness, metrics);
        this.metrics = metrics;
        this.options = options;
        this.limits = options.limits();
        this.nanos = nanos;
        this.requests = new Places(this.limits.maxRequests(), "requests");
        this.streams = new OpenStreams(this.limits, nanos, metrics.registry());
    }

    /** The server cannot listen as it was told: where, with which certificate or for whom; the message names the setting. */
    public static final class CannotListenException extends RuntimeException {
        private static final long serialVersionUID = 1;

        CannotListenException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Begins to answer.
     *
     * @throws CannotListenException where the address is taken or not of this machine, or a file that the options name
     *     cannot be used
     */
    public void start() {
        Jetty jetty = Jetty.read(listen, options, nanos);
        Javalin created = Javalin.create(config -> configure(config, jetty));
        try {
            created.start();
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
        Gauge.builder(REQUESTS, requests, Places::taken)
                .description("Requests that are being answered, without health and metrics.")
                .register(metrics.registry());
        streams.start();
        server = created;
    }

    /** The port that is listened on, also where the setting was 0. */
    public int port() {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server.port();
    }

    /** Ends the streams, and lets requests under way end, for a few seconds. */
    @Override
    public void close() {
        if (server != null) {
            streams.close();
            server.stop();
            server = null;
        }
    }

    private void configure(JavalinConfig config, Jetty jetty) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.router.treatMultipleSlashesAsSingleSlash = false;
        threads.setName("http");
        config.jetty.threadPool = threads;
        config.jetty.modifyServer(jetty::configure);
        config.jetty.modifyHttpConfiguration(jetty::configure);
        config.jetty.addConnector(jetty::connector);
        config.jetty.modifyServletContextHandler(
                handler -> handler.getServletHandler().setDecodeAmbiguousURIs(true));
        standardRoutes.forEach(route -> add(route, config, false));
        routes.forEach(route -> add(route, config, true));
        config.routes.exception(HttpProblem.class, (problem, context) -> send(context, problem.response()));
        config.routes.exception(
                TimeoutException.class,
                (e, context) ->
                        send(context, HttpProblem.late(limits.answerWithin()).response()));
        config.routes.exception(
                HttpResponseException.class,
                (e, context) -> send(context, problem(e, context).response()));
        config.routes.exception(
                Exception.class,
                (e, context) -> send(context, unexpected(e, context).response()));
    }

    /** @param counted whether it takes one of the places */
    private void add(Route route, JavalinConfig config, boolean counted) {
        Handler answer = context -> {
            try {
                answer(context, route.answering(), counted);
            } catch (Error e) {
                // Javalin would answer it without a body.
                throw new ExecutionException(e);
            }
        };
        config.routes.addHttpHandler(HandlerType.GET, route.path(), answer);
        config.routes.addHttpHandler(HandlerType.HEAD, route.path(), answer);
        for (HandlerType other : OTHER_METHODS) {
            config.routes.addHttpHandler(other, route.path(), context -> {
                throw HttpProblem.methodNotAllowed(context.method().name(), METHODS);
            });
        }
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

    private void answer(Context context, Route.Answering answering, boolean counted) throws Exception {
        Request request = request(context);
        if (answering instanceof Route.Streaming streaming) {
            stream(context, streaming, request);
        } else if (counted) {
            requests.take();
            boolean later = false;
            try {
                later = !answered(context, answering, request);
            } finally {
                if (!later) {
                    requests.give();
                }
            }
        } else if (answering instanceof Route.Handler handler) {
            send(context, handler.handle(request));
        }
    }

    /** Whether it was answered; otherwise it will be, and gives its place back then. */
    private boolean answered(Context context, Route.Answering answering, Request request) throws Exception {
        if (answering instanceof Route.Later later) {
            CompletableFuture<Response> response = later.handle(request).toCompletableFuture();
            if (response.isDone()) {
                send(context, outcome(response));
                return true;
            }
            // A copy: it alone is timed out. The threads of the server write, whoever has the answer.
            context.future(() -> response.copy()
                    .orTimeout(limits.answerWithin().toNanos(), TimeUnit.NANOSECONDS)
                    .whenComplete((answer, failure) -> requests.give())
                    .handleAsync(
                            (answer, failure) -> {
                                if (failure != null) {
                                    throw new CompletionException(failure);
                                }
                                send(context, answer);
                                return answer;
                            },
                            threads));
            return false;
        }
        if (answering instanceof Route.Handler handler) {
            send(context, handler.handle(request));
        }
        return true;
    }

    private static Response outcome(CompletableFuture<Response> done) throws Exception {
        try {
            return done.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private void stream(Context context, Route.Streaming streaming, Request request) {
        streams.admit();
        context.future(() -> {
            ServletStream stream =
                    new ServletStream(context.req(), context.res(), limits, threads, nanos, streams::remove);
            streams.add(stream);
            try {
                streaming.open(request, stream);
            } catch (Exception | Error e) {
                Exception failure = e instanceof Exception exception ? exception : new ExecutionException(e);
                if (!stream.refused(failure) && stream.cut(EventStream.End.ENDED)) {
                    LOG.error("{} failed after its first chunk", context.path(), e);
                }
            }
            return stream.answered();
        });
    }

    private static Request request(Context context) {
        Map<String, String> headers = new HashMap<>();
        context.headerMap().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        return new Request(
                context.path(), context.pathParamMap(), QueryString.parameters(context.queryString()), headers);
    }

    private static void send(Context context, Response answer) {
        Response response =
                Representation.of(answer, context.header("If-None-Match"), context.header("Accept-Encoding"));
        response.headers().forEach((name, value) -> {
            // Vary may be there already: answers vary with the origin too.
            if (name.equals("Vary")) {
                context.res().addHeader(name, value);
            } else {
                context.header(name, value);
            }
        });
        context.status(response.status()).contentType(response.contentType());
        if (response.status() == NOT_MODIFIED) {
            return;
        }
        context.res().setContentLength(response.body().length);
        if (!context.method().equals(HandlerType.HEAD)) {
            context.result(response.body());
        }
    }
}
