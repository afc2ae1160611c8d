package org.chatbridge.bridge;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.chatbridge.sandbox.KafkaBroker;
import org.chatbridge.sandbox.SchemaRegistryServer;

/** A real broker and a real registry, started once for all integration tests of this module; both end with this JVM. */
final class Servers {
    private static final Path DIRECTORY =
            Path.of("target/servers-" + ProcessHandle.current().pid());
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    static final KafkaBroker BROKER =
            new KafkaBroker(0, DIRECTORY.resolve("kafka"), Map.of("log.segment.delete.delay.ms", "100"));
    static final SchemaRegistryServer REGISTRY = new SchemaRegistryServer(0, DIRECTORY.resolve("registry"));

    static {
        CompletableFuture<Void> registry = CompletableFuture.runAsync(REGISTRY::start);
        BROKER.start();
        registry.join();
    }

    private Servers() {}

    /**
     * A prefix of topics that no other test has; all topics of the tests before are deleted: a broker that was killed reads each
     * partition anew when it starts.
     */
    static String newPrefix() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", BROKER.bootstrapServers()))) {
            Set<String> left = admin.listTopics().names().get();
            admin.deleteTopics(left).all().get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("topics of the tests before cannot be deleted", e);
        }
        return prefixBesideOthers();
    }

    /** The same for tests that run side by side: nothing is deleted. */
    static String prefixBesideOthers() {
        return "it" + PREFIXES.incrementAndGet() + ".";
    }
}
