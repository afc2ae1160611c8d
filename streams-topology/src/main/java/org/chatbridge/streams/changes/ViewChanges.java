package org.chatbridge.streams.changes;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.program.Obstacle;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.changes.EventIds.Progress;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the views and every change of them, for many readers: the replica, who reads for it, and who is told.
 *
 * <p>By any thread; {@link #open} never blocks on a reader.
 */
final class ViewChanges implements ChangesReader.Audience, AutoCloseable {
    static final String LAST_EVENT_ID = "last_event_id";

    static final String NOT_READY = "the rows of the views are being read from Kafka, for " + ChangesEndpoint.PATH;

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration END_WITHIN = Duration.ofSeconds(5);
    private static final int WORKERS = 2;

    private final SortedStore store;
    private final Replica replica;
    private final ChangesReader reader;
    private final RowData data;
    private final Function<List<ViewTopic>, byte[]> freshness;
    private final long ringBytes;
    private final long toldBytes;
    private final Clock clock;
    private final LongSupplier nanos;
    private final ChangesMetrics metrics;
    private final ScheduledExecutorService workers;
    private volatile @Nullable Told told;
    private boolean closed;

    private record Told(Era era, Feed feed) {}

    /**
     * What it is made of beside the topics.
     *
     * @param freshness JSON of the freshness of views
     * @param ringBytes about how much memory the last changes may take
     * @param toldBytes about how much memory rows may take that readers asked for
     */
    record Parts(
            RowData data,
            Function<List<ViewTopic>, byte[]> freshness,
            long ringBytes,
            long toldBytes,
            Clock clock,
            LongSupplier nanos,
            MeterRegistry meters,
            Obstacle cannotRead) {}

    /**
     * @param directory of the replica
     * @throws org.apache.kafka.common.KafkaException where the directory cannot be used
     */
    ViewChanges(Path directory, Supplier<ViewLog> logs, Parts parts) {
        this.data = parts.data();
        this.freshness = parts.freshness();
        this.ringBytes = parts.ringBytes();
        this.toldBytes = parts.toldBytes();
        this.clock = parts.clock();
        this.nanos = parts.nanos();
        this.metrics = new ChangesMetrics(parts.meters());
        this.store = SortedStore.openOrAnew(directory);
        this.replica = new Replica(store);
        this.reader = new ChangesReader(logs, replica, this, clock, nanos, parts.cannotRead());
        AtomicInteger number = new AtomicInteger();
        this.workers = Executors.newScheduledThreadPool(WORKERS, task -> {
            Thread thread = new Thread(task, "changes-worker-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        metrics.gauges(this, ViewChanges::readers, changes -> number(changes.reader.lag()));
    }

    void start() {
        reader.start();
    }

    /** How many records of the topics readers cannot be told yet; empty where that is not known. */
    OptionalLong lag() {
        return reader.lag();
    }

    private static double number(OptionalLong known) {
        return known.isPresent() ? known.getAsLong() : Double.NaN;
    }

    /** Whether the rows have been here, all of them, since the start. */
    boolean isReady() {
        return told != null;
    }

    /**
     * Tells a reader the rows and the changes, or the changes after what it knows.
     *
     * @param lastEventId of the last event that it knows
     * @throws HttpProblem 400 where the id is not known, 503 where the rows are not here yet
     */
    void open(Selection selection, Optional<String> lastEventId, Sink sink) {
        Told now = told;
        if (now == null) {
            throw HttpProblem.unavailable(NOT_READY, SOON);
        }
        Progress from = null;
        if (lastEventId.isPresent()) {
            try {
                from = now.era().ids().read(selection, lastEventId.get());
            } catch (EventIds.BadIdException e) {
                throw HttpProblem.badParameter(
                        LAST_EVENT_ID, e.getMessage() + "; expected that of an event, or none to begin anew");
            }
        }
        boolean reset = lastEventId.isPresent()
                && (from == null || from.minutes() == EventIds.OF_NO_TIME || from.minutes() < replica.knowsSince());
        Session session = new Session(now.era(), now.feed(), selection, sink, workers);
        session.begin(reset ? null : from, reset);
        if (!Objects.equals(told, now)) {
            // Dismissed meanwhile, perhaps without this one.
            session.close();
        }
    }

    /** Whether a view has a row under a key, as far as it is read. */
    boolean has(ViewTopic view, String key) {
        return replica.has(view.view(), key.getBytes(StandardCharsets.UTF_8));
    }

    private int readers() {
        Told now = told;
        return now == null ? 0 : now.era().sessions().size();
    }

    @Override
    public boolean knows(Layout layout) {
        Told now = told;
        return now != null && now.era().layout().equals(layout);
    }

    @Override
    public synchronized void dismiss() {
        Told now = told;
        if (now != null) {
            told = null;
            now.feed().close();
            List.copyOf(now.era().sessions()).forEach(Session::close);
        }
    }

    @Override
    public synchronized void assemble(Layout layout, long[] position, long[] alike) {
        if (closed) {
            return;
        }
        Era era = new Era(
                layout,
                new Ring(layout, ringBytes, position),
                replica,
                new ToldRows(layout, data, toldBytes),
                selection -> freshness.apply(selection.views(layout)),
                clock,
                metrics,
                alike);
        Feed feed = new Feed(era, nanos);
        feed.start();
        told = new Told(era, feed);
    }

    @Override
    public void differs(long[] until) {
        Told now = told;
        if (now != null) {
            now.era().alikeFrom(until);
        }
    }

    @Override
    public byte @Nullable [] render(Layout layout, LogRecord record) {
        return data.of(layout, record);
    }

    @Override
    public void tell(List<Change> changes, long[] position) {
        Told now = told;
        if (now != null) {
            now.era().rows().changed(changes);
            now.era().ring().append(changes, position);
            if (!changes.isEmpty()) {
                now.feed().wake();
            }
        }
    }

    /** Ends in order: no more is read, the readers are sent away, then the files are closed. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        reader.close();
        dismiss();
        workers.shutdown();
        try {
            if (!workers.awaitTermination(END_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                workers.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        replica.close();
    }
}
