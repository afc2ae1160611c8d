package org.chatbridge.streams.changes;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.chatbridge.program.EventStream;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.program.Obstacle;
import org.chatbridge.program.Request;
import org.chatbridge.program.Route;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.chatbridge.schema.ViewTopic;
import org.jspecify.annotations.Nullable;

/** {@code /v1/changes}, which can be asked for before Kafka is there. */
public final class ChangesEndpoint implements Route.Streaming, AutoCloseable {
    public static final String PATH = "/v1/changes";
    /** The parameter that names views. */
    public static final String VIEW = Selection.VIEW;
    /** The parameter for those who cannot send the header. */
    public static final String LAST_EVENT_ID = ViewChanges.LAST_EVENT_ID;

    public static final String CONTENT_TYPE = "text/event-stream";

    private static final long RING_BYTES = 32 << 20;
    private static final long TOLD_BYTES = 32 << 20;
    private static final Duration SOON = Duration.ofSeconds(1);

    private final List<ViewTopic> views;
    private final Function<List<ViewTopic>, byte[]> freshness;
    private final Supplier<String> whyNotStarted;
    private final MeterRegistry meters;
    private final Clock clock;
    private final LongSupplier nanos;
    private volatile @Nullable ViewChanges changes;

    /**
     * @param freshness JSON of how fresh the rows of views are
     * @param whyNotStarted what is waited for, a sentence
     * @param nanos a clock that never goes back, in nanoseconds
     */
    public ChangesEndpoint(
            List<ViewTopic> views,
            Function<List<ViewTopic>, byte[]> freshness,
            Supplier<String> whyNotStarted,
            MeterRegistry meters,
            Clock clock,
            LongSupplier nanos) {
        this.views = views.stream().sorted().toList();
        this.freshness = freshness;
        this.whyNotStarted = whyNotStarted;
        this.meters = meters;
        this.clock = clock;
        this.nanos = nanos;
    }

    /**
     * The topics, as they are reached.
     *
     * @param consumers each without a group, that throws where an offset is out of range
     * @param recordIsToBlame whether a record that cannot be read never will be
     */
    public record Topics(
            TopicNames names,
            SchemaRegistry registry,
            RowMembers members,
            Predicate<RuntimeException> recordIsToBlame,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Supplier<Admin> admins) {}

    /**
     * Kafka and the topics are there: begins to read.
     *
     * @param directory of the copy of the rows, for this instance alone
     * @throws org.apache.kafka.common.KafkaException where the directory cannot be used
     */
    public void start(Path directory, Topics topics, Obstacle cannotRead) {
        start(
                directory,
                () -> new KafkaViewLog(
                        views,
                        topics.names(),
                        topics.consumers().get(),
                        topics.admins().get()),
                new RowData(views, topics.registry(), topics.members(), topics.recordIsToBlame()),
                cannotRead);
    }

    /** The same from any log of the views' topics. */
    void start(Path directory, Supplier<ViewLog> logs, RowData data, Obstacle cannotRead) {
        ViewChanges created = new ViewChanges(
                directory,
                logs,
                new ViewChanges.Parts(data, freshness, RING_BYTES, TOLD_BYTES, clock, nanos, meters, cannotRead));
        changes = created;
        created.start();
    }

    /** How many records of the views' topics readers cannot be told yet; empty where that is not known. */
    public OptionalLong lag() {
        ViewChanges now = changes;
        return now == null ? OptionalLong.empty() : now.lag();
    }

    /** Whether a view has a row under a key, whichever instance folds it: as far as its topic is read here, and never before. */
    public boolean has(ViewTopic view, String key) {
        ViewChanges now = changes;
        return now != null && now.has(view, key);
    }

    /** Why nobody can be told anything, each a sentence; none where they can. */
    public List<String> reasonsNotReady() {
        ViewChanges now = changes;
        if (now == null) {
            return List.of(whyNotStarted.get());
        }
        return now.isReady() ? List.of() : List.of(ViewChanges.NOT_READY);
    }

    @Override
    public void open(Request request, EventStream stream) {
        request.allowOnly(Set.of(VIEW, LAST_EVENT_ID));
        Selection selection = Selection.of(views, request.queryParameter(VIEW));
        // A browser that comes back sends the header, to an address that may still have the parameter.
        Optional<String> lastEventId = Optional.ofNullable(request.headers().get("last-event-id"))
                .or(() -> request.queryParameter(LAST_EVENT_ID));
        ViewChanges now = changes;
        if (now == null) {
            throw HttpProblem.unavailable(whyNotStarted.get(), SOON);
        }
        now.open(selection, lastEventId, new StreamSink(stream));
    }

    @Override
    public void close() {
        ViewChanges now = changes;
        if (now != null) {
            now.close();
        }
    }
}
