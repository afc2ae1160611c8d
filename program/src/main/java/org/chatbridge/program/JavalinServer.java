package org.chatbridge.program;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
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
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings requests to routes: the one class that knows Javalin, and the one place where an error becomes an answer. */
final class JavalinServer {
    private static final Logger LOG = LoggerFactory.getLogger(JavalinServer.class);
    private static final List<String> METHODS = List.of("GET", "HEAD");
    /** The attribute that says whose answer is timed. */
    private static final String TIMED = "org.chatbridge.route";

    private static final int NOT_MODIFIED = 304;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int MOST_THREADS = 32;

    private final List<Route> routes;
    private final List<Route> standardRoutes;
    private final HttpLimits limits;
    private final LongSupplier nanos;
    private final Places requests;
    private final Places apart;
    private final OpenStreams streams;
    private final AnswerTimes times;
    private final QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 2);
    private final Javalin javalin;

    /**
     * @param standardRoutes which are answered however much else is
     * @param apart the places of requests that {@link Route#apart()} names
     * @param nanos a clock that never goes back, in nanoseconds
     */
    JavalinServer(
            Jetty jetty,
            List<Route> routes,
            List<Route> standardRoutes,
            HttpLimits limits,
            LongSupplier nanos,
            Places requests,
            Places apart,
            OpenStreams streams,
            AnswerTimes times) {
        this.routes = routes;
        this.standardRoutes = standardRoutes;
        this.limits = limits;
        this.nanos = nanos;
        this.requests = requests;
        this.apart = apart;
        this.streams = streams;
        this.times = times;
        this.javalin = Javalin.create(config -> configure(config, jetty));
    }

    void start() {
        javalin.start();
    }

    int port() {
        return javalin.port();
    }

    void stop() {
        javalin.stop();
    }

    private void configure(JavalinConfig config, Jetty jetty) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.prefer405over404 = true; // of any method that is not answered, those that nobody has heard of too
        config.router.treatMultipleSlashesAsSingleSlash = false;
        config.router.ignoreTrailingSlashes = false; // an id that is empty is not the list
        threads.setName("http");
        config.jetty.threadPool = threads;
        config.jetty.modifyServer(jetty::configure);
        config.jetty.modifyHttpConfiguration(jetty::configure);
        config.jetty.addConnector(jetty::connector);
        config.jetty.modifyServletContextHandler(
                handler -> handler.getServletHandler().setDecodeAmbiguousURIs(true));
        config.requestLogger.http((context, milliseconds) -> {
            String route = context.attribute(TIMED);
            if (route != null) {
                times.took(route, context.statusCode(), milliseconds);
            }
        });
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
        boolean timed = counted && !(route.answering() instanceof Route.Streaming);
        Handler answer = context -> {
            if (timed) {
                context.attribute(TIMED, route.path());
            }
            try {
                answer(context, route, counted);
            } catch (Error e) {
                // Javalin would answer it without a body.
                throw new ExecutionException(e);
            }
        };
        config.routes.addHttpHandler(HandlerType.GET, route.path(), answer);
        config.routes.addHttpHandler(HandlerType.HEAD, route.path(), answer);
    }

    private static HttpProblem problem(HttpResponseException e, Context context) {
        return switch (e.getStatus()) {
            case NOT_FOUND -> HttpProblem.notFound("there is nothing at " + context.path());
            case METHOD_NOT_ALLOWED ->
                HttpProblem.methodNotAllowed(context.req().getMethod(), METHODS);
            default -> HttpProblem.of(e.getStatus(), String.valueOf(e.getMessage()));
        };
    }

    private static HttpProblem unexpected(Exception e, Context context) {
        String id = UUID.randomUUID().toString();
        LOG.error("{} {} failed, answered 500 with id {}", context.method(), context.path(), id, e);
        return HttpProblem.of(500, "unexpected error; the log has more under " + id);
    }

    private void answer(Context context, Route route, boolean counted) throws Exception {
        Request request = request(context);
        Route.Answering answering = route.answering();
        if (answering instanceof Route.Streaming streaming) {
            stream(context, streaming, request);
        } else if (counted) {
            Places places = route.apart().test(request) ? apart : requests;
            places.take();
            boolean later = false;
            try {
                later = !answered(context, answering, request, places);
            } finally {
                if (!later) {
                    places.give();
                }
            }
        } else if (answering instanceof Route.Handler handler) {
            send(context, handler.handle(request));
        }
    }

    /** Whether it was answered; otherwise it will be, and gives its place back then. */
    private boolean answered(Context context, Route.Answering answering, Request request, Places places)
            throws Exception {
        if (answering instanceof Route.Later later) {
            CompletableFuture<Response> response = later.handle(request).toCompletableFuture();
            if (response.isDone()) {
                send(context, outcome(response));
                return true;
            }
            // A copy: it alone is timed out. The threads of the server write, whoever has the answer.
            context.future(() -> response.copy()
                    .orTimeout(limits.answerWithin().toNanos(), TimeUnit.NANOSECONDS)
                    .whenComplete((answer, failure) -> places.give())
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
            BooleanSupplier accepted =
                    context.req().getAttribute(BearerGate.STILL_ACCEPTED) instanceof BooleanSupplier of
                            ? of
                            : () -> true;
            ServletStream stream =
                    new ServletStream(context.req(), context.res(), limits, threads, nanos, accepted, streams::remove);
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
        if (context.method().equals(HandlerType.HEAD)) {
            return;
        }
        if (response.body().length > BodyWriter.FROM_BYTES) {
            context.future(() -> BodyWriter.write(context.res(), response.body()));
        } else {
            BodyWriter.writeAtOnce(context.res(), response.body());
        }
    }
}
