package org.chatbridge.program;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.chatbridge.program.EventStream.End;

/** The readers of streams that are connected: no more than a bound, and none that has stopped reading. */
final class OpenStreams implements AutoCloseable {
    static final String OPEN = "chatbridge.http.streams.open";
    static final String ENDED = "chatbridge.http.streams.ended";

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private final Places places;
    private final LongSupplier nanos;
    private final MeterRegistry meters;
    private final Set<ServletStream> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch stopping = new CountDownLatch(1);

    /** @param nanos a clock that never goes back, in nanoseconds */
    OpenStreams(HttpLimits limits, LongSupplier nanos, MeterRegistry meters) {
        this.places = new Places(limits.maxStreams(), "streams");
        this.nanos = nanos;
        this.meters = meters;
    }

    void start() {
        Gauge.builder(OPEN, open, Set::size)
                .description("Readers of streams that are connected.")
                .register(meters);
        for (End why : End.values()) {
            ended(why);
        }
        Thread thread = new Thread(this::watch, "http-streams-watch");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Takes a place for one more.
     *
     * @throws HttpProblem 503 where all are taken, or the server stops
     */
    void admit() {
        if (stopping.getCount() == 0) {
            throw HttpProblem.stopping();
        }
        places.take();
    }

    /** That which a place was taken for. */
    void add(ServletStream stream) {
        open.add(stream);
        if (stopping.getCount() == 0) {
            stream.stop();
        }
    }

    /** It has ended; its place is free. */
    void remove(ServletStream stream, End why) {
        open.remove(stream);
        places.give();
        ended(why).increment();
    }

    /** Ends all of them, and lets no more in. */
    @Override
    public void close() {
        stopping.countDown();
        List.copyOf(open).forEach(ServletStream::stop);
    }

    private void watch() {
        try {
            while (!stopping.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                long now = nanos.getAsLong();
                open.forEach(stream -> stream.look(now));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Counter ended(End why) {
        return Counter.builder(ENDED)
                .description("Streams that have ended, and why: too_slow are readers that were cut.")
                .tag("why", why.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }
}
