package org.chatbridge.bridge;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.chatbridge.sandbox.KafkaBroker;
import org.chatbridge.sandbox.SchemaRegistryServer;

/** A real broker and a real registry, started once for all integration tests of this module; both end with this JVM. */
final class Servers {
    private static final Path DIRECTORY =
            Path.of("target/servers-" + ProcessHandle.current().pid());
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    static final KafkaBroker BROKER = new KafkaBroker(0, DIRECTORY.resolve("kafka"));
    static final SchemaRegistryServer REGISTRY = new SchemaRegistryServer(0, DIRECTORY.resolve("registry"));

    static {
        CompletableFuture<Void> registry = CompletableFuture.runAsync(REGISTRY::start);
        BROKER.start();
        registry.join();
    }

    private Servers() {}

    /** A prefix of topics that no other test has. */
    static String newPrefix() {
        return "it" + PREFIXES.incrementAndGet() + ".";
    }
}
