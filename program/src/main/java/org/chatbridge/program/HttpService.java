package org.chatbridge.program;

import io.micrometer.core.instrument.Gauge;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The HTTP server of a program: begins to answer, and ends. */
public final class HttpService implements AutoCloseable {
    private static final String REQUESTS = "chatbridge.http.requests.active";
    private static final String READY = "chatbridge.ready";

    private final String key;
    private final HostPort listen;
    private final List<Route> routes;
    private final List<Route> standardRoutes;
    private final Readiness readiness;
    private final PrometheusMetrics metrics;
    private final HttpOptions options;
    private final LongSupplier nanos;
    private final Places requests;
    private final Places apart;
    private final OpenStreams streams;
    private @Nullable Jetty prepared;
    private @Nullable JavalinServer server;

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
        this.readiness = readiness;
        this.metrics = metrics;
        this.options = options;
        this.nanos = nanos;
        this.requests = new Places(options.limits().maxRequests(), "requests");
        this.apart = new Places(options.limits().maxRequests(), "requests of other servers");
        this.streams = new OpenStreams(options.limits(), nanos, metrics.registry());
    }

    /** The server cannot listen as it was told: where, with which certificate or for whom; the message names the setting. */
    public static final class CannotListenException extends RuntimeException {
        private static final long serialVersionUID = 1;

        CannotListenException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Reads the files that the options name, and takes the address: who connects waits for {@link #start}, which does this where nobody
     * has.
     *
     * @throws CannotListenException where a file cannot be used, or the address is taken or not of this machine
     */
    public void prepare() {
        Jetty jetty = read();
        try {
            jetty.takeAddress();
        } catch (IOException e) {
            throw new CannotListenException(
                    key + "=" + listen + ": cannot listen there: " + e.getMessage()
                            + "; expected a free port on an address of this machine",
                    e);
        }
        prepared = jetty;
    }

    private Jetty read() {
        Set<String> open = Stream.of(routes, standardRoutes)
                .flatMap(List::stream)
                .filter(Route::open)
                .map(Route::path)
                .collect(Collectors.toSet());
        return Jetty.read(listen, options, open, nanos);
    }

    /**
     * Begins to answer.
     *
     * @throws CannotListenException as {@link #prepare}
     */
    public void start() {
        if (prepared == null) {
            prepare();
        }
        JavalinServer created = new JavalinServer(
                Objects.requireNonNull(prepared),
                routes,
                standardRoutes,
                options.limits(),
                nanos,
                requests,
                apart,
                streams,
                new AnswerTimes(metrics.registry()));
        created.start();
        Gauge.builder(REQUESTS, () -> requests.taken() + apart.taken())
                .description("Requests that are being answered, without health and metrics.")
                .register(metrics.registry());
        Gauge.builder(READY, () -> readiness.reasonsNotReady().isEmpty() ? 1 : 0)
                .description("1 while /health/ready answers 200, else 0.")
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
        } else if (prepared != null) {
            prepared.giveAddressBack();
        }
        prepared = null;
    }
}
