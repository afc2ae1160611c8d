package org.chatbridge.streams.changes;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.view.AgentRow;
import org.chatbridge.avro.view.CustomerRow;
import org.chatbridge.program.Obstacle;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.ViewTopic;
import org.slf4j.LoggerFactory;

/** One instance that tells changes, on topics without Kafka. */
final class Instance implements AutoCloseable {
    static final List<ViewTopic> VIEWS = List.of(ViewTopic.AGENTS, ViewTopic.CUSTOMERS);
    static final long LARGE_RING = 32 << 20;
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);

    private static final SchemaRegistry REGISTRY = new SchemaRegistry("mock://changes", Map.of());
    private static final AvroSerde<AgentRow> AGENTS = new AvroSerde<>(REGISTRY, AgentRow.getClassSchema());
    private static final AvroSerde<CustomerRow> CUSTOMERS = new AvroSerde<>(REGISTRY, CustomerRow.getClassSchema());
    private static final Duration SOON = Duration.ofSeconds(20);

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final ViewChanges changes;

    Instance(FakeTopics topics, Path directory, long ringBytes, Random random, Clock clock) {
        changes = new ViewChanges(
                directory,
                () -> topics.reader(random),
                new ViewChanges.Parts(
                        new RowData(VIEWS, REGISTRY, Instance::members, e -> true),
                        views -> "{\"upstream\":\"streaming\"}".getBytes(StandardCharsets.UTF_8),
                        ringBytes,
                        ringBytes,
                        clock,
                        System::nanoTime,
                        meters,
                        new Obstacle(
                                LoggerFactory.getLogger(Instance.class), Duration.ofMinutes(1), System::nanoTime, "")));
        changes.start();
    }

    Instance awaitReady() {
        await(changes::isReady);
        return this;
    }

    double count(String name) {
        return meters.get(name).counter().count();
    }

    /** A row as it is on the topic. */
    static byte[] row(int topic, String key, int version) {
        return topic == 0
                ? AGENTS.serializer()
                        .serialize(
                                "agents",
                                AgentRow.newBuilder()
                                        .setAgentId(key)
                                        .setName(Integer.toString(version))
                                        .build())
                : CUSTOMERS
                        .serializer()
                        .serialize(
                                "customers",
                                CustomerRow.newBuilder()
                                        .setCustomerId(key)
                                        .setName(Integer.toString(version))
                                        .build());
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + SOON);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(2);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void members(SpecificRecord row, com.fasterxml.jackson.core.JsonGenerator json)
            throws java.io.IOException {
        json.writeStringField(
                "name",
                Objects.toString(row.get(row.getSchema().getField("name").pos())));
    }

    @Override
    public void close() {
        changes.close();
    }
}
