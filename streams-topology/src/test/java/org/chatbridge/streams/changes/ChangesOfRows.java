package org.chatbridge.streams.changes;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Function;
import org.chatbridge.program.EventStream;
import org.chatbridge.program.Obstacle;
import org.chatbridge.program.Request;
import org.chatbridge.program.Route;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.ViewTopic;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** {@code /v1/changes} as it is, on topics without Kafka. */
public final class ChangesOfRows implements Route.Streaming, AutoCloseable {
    private final List<ViewTopic> views = List.of(ViewTopic.values());
    private final FakeTopics topics = new FakeTopics(views);
    private final RowData rows;
    private final ChangesEndpoint endpoint;

    /**
     * @param registry of the rows' schemas
     * @param freshness JSON
     */
    public ChangesOfRows(
            SchemaRegistry registry, RowMembers members, Function<List<ViewTopic>, byte[]> freshness, Clock clock) {
        this.rows = new RowData(views, registry, members, e -> true);
        this.endpoint = new ChangesEndpoint(
                views, freshness, () -> "not started", new SimpleMeterRegistry(), clock, System::nanoTime);
    }

    /** Goes on when all rows that were added can be told. */
    public ChangesOfRows start(Path directory) {
        endpoint.start(
                directory,
                () -> topics.reader(new Random(1)),
                rows,
                new Obstacle(
                        LoggerFactory.getLogger(ChangesOfRows.class), Duration.ofMinutes(1), System::nanoTime, ""));
        Instance.await(
                () -> endpoint.reasonsNotReady().isEmpty() && endpoint.lag().equals(OptionalLong.of(0)));
        return this;
    }

    /** A row, or null where it is gone, as it is on the topic. */
    public void add(ViewTopic view, String key, byte @Nullable [] row) {
        topics.add(views.indexOf(view), key.getBytes(StandardCharsets.UTF_8), row);
    }

    /** The topics are gone and there again, with nothing on them. */
    public ChangesOfRows makeAnew() {
        topics.makeAnew();
        return this;
    }

    @Override
    public void open(Request request, EventStream stream) {
        endpoint.open(request, stream);
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
