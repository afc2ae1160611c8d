package org.chatbridge.streams.changes;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
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
    private final List<ViewTopic> views;
    private final FakeTopics topics;
    private final ChangesEndpoint endpoint;

    /**
     * @param registry of the rows' schemas
     * @param freshness JSON
     */
    public ChangesOfRows(
            Path directory,
            SchemaRegistry registry,
            RowMembers members,
            Function<List<ViewTopic>, byte[]> freshness,
            Clock clock) {
        this.views = List.of(ViewTopic.values());
        this.topics = new FakeTopics(views);
        this.endpoint = new ChangesEndpoint(
                views, freshness, () -> "not started", new SimpleMeterRegistry(), clock, System::nanoTime);
        endpoint.start(
                directory,
                () -> topics.reader(new Random(1)),
                new RowData(views, registry, members, e -> true),
                new Obstacle(
                        LoggerFactory.getLogger(ChangesOfRows.class), Duration.ofMinutes(1), System::nanoTime, ""));
    }

    /** A row, or null where it is gone, as it is on the topic. */
    public void add(ViewTopic view, String key, byte @Nullable [] row) {
        topics.add(views.indexOf(view), key.getBytes(StandardCharsets.UTF_8), row);
    }

    /** Until all rows that were added can be told. */
    public ChangesOfRows awaitReady() {
        Instance.await(() -> endpoint.reasonsNotReady().isEmpty() && endpoint.lag() == 0);
        return this;
    }

    /** The topics are gone and there again, with nothing on them. */
    public void makeAnew() {
        topics.makeAnew();
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
