package org.chatbridge.streams;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.HttpOptions;
import org.chatbridge.program.HttpService;
import org.chatbridge.program.PrometheusMetrics;
import org.chatbridge.program.Readiness;
import org.chatbridge.program.Route;

/** All that the views answer, on a free port, from the stores of a {@link TestDriver}. */
final class ViewsServer implements AutoCloseable {
    /** Five minutes after the twelfth push. */
    static final Duration REMEMBERED = Duration.ofDays(30);

    static final Clock CLOCK = Clock.fixed(Pushes.receivedAt(12).plus(Duration.ofMinutes(5)), ZoneOffset.UTC);

    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private final HttpService http;

    ViewsServer(ViewEndpoints views, Route.Streaming changes, Readiness readiness, HttpOptions options, Route... more) {
        List<Route> routes = new ArrayList<>(Pages.routes(views, changes));
        routes.addAll(List.of(more));
        http = new HttpService(
                "http.listen", new HostPort("127.0.0.1", 0), routes, readiness, metrics, options, System::nanoTime);
        http.start();
    }

    /** Questions about all views, as an instance without peers answers them. */
    static ViewEndpoints endpoints(TestDriver driver) {
        return endpoints(driver, Alone::new);
    }

    /** The same, which find out where rows are in another way. */
    static ViewEndpoints endpoints(TestDriver driver, Supplier<Locator> locators) {
        return new ViewEndpoints(
                Views.ALL.stream()
                        .<ViewQueries<?, ?>>map(view -> queries(view, driver, locators))
                        .toList(),
                CLOCK);
    }

    /** The same before Kafka Streams is there. */
    static ViewEndpoints endpointsWithoutStores(TestDriver driver) {
        return new ViewStores(
                        driver.topics,
                        "livechat-views",
                        standings(driver),
                        driver.positions,
                        freshness(driver),
                        CLOCK,
                        REMEMBERED,
                        System::nanoTime,
                        () -> "Kafka does not answer")
                .endpoints(peers(), (view, key) -> false, Runnable::run, Runnable::run, () -> false, CLOCK);
    }

    private static <S extends SpecificRecord, R extends SpecificRecord> ViewQueries<S, R> queries(
            View<S, R> view, TestDriver driver, Supplier<Locator> locators) {
        List<String> topics = view.sources().stream()
                .map(source -> source.in(driver.topics, "livechat-views"))
                .toList();
        ViewResource<S, R> resource = new ViewResource<>(
                view,
                topics,
                driver.reader(view.name()),
                driver.versions(view.name()),
                standings(driver),
                driver.positions,
                freshness(driver),
                CLOCK,
                REMEMBERED,
                System::nanoTime);
        return new ViewQueries<>(
                resource, locators, peers(), key -> false, Runnable::run, Runnable::run, System::nanoTime);
    }

    private static Standing.Source standings(TestDriver driver) {
        return new Standing.Measured(driver.positions, new Behind(), new CopyProgress());
    }

    /** Always by the same. */
    private static final class Behind implements Standing.Measured.Lag {
        @Override
        public OptionalLong lag(Collection<String> topics, int partition) {
            return OptionalLong.of(3);
        }

        @Override
        public OptionalLong lagOfAnyRow(Collection<String> topics, int partition) {
            return OptionalLong.of(3);
        }

        @Override
        public boolean isCutOff() {
            return false;
        }
    }

    static Freshness.Source freshness(TestDriver driver) {
        return new Freshness.Source(driver.upstream, topics -> OptionalLong.of(3));
    }

    private static Peers peers() {
        return new Peers(Alone::nobody, "views", System::nanoTime);
    }

    int port() {
        return http.port();
    }

    @Override
    public void close() {
        http.close();
        metrics.close();
    }
}
