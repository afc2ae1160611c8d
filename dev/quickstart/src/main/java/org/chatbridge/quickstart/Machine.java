package org.chatbridge.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.chatbridge.quickstart.QuickstartSettings.Server;
import org.chatbridge.sandbox.JarProgram;
import org.chatbridge.sandbox.KafkaBroker;
import org.chatbridge.sandbox.SchemaRegistryServer;
import org.chatbridge.sandbox.SimulatedLiveChat;
import org.chatbridge.sandbox.SimulatorSettings;
import org.chatbridge.sandbox.Truth;
import org.chatbridge.schema.TopicNames;

/**
 * All servers of the quickstart: broker, registry, bridge and views in JVMs of their own, the simulated LiveChat in this
 * one. What they say goes to files in one directory.
 */
final class Machine implements AutoCloseable {
    static final TopicNames TOPICS = new TopicNames("livechat.");

    private static final int PARTITIONS = 6;

    private final KafkaBroker broker;
    private final SchemaRegistryServer registry;
    private final SimulatedLiveChat liveChat;
    private final JarProgram bridge;
    private final JarProgram views;
    private final HttpQueries bridgeHttp;
    private final HttpQueries viewsHttp;

    /**
     * @param directory emptied first
     * @param bridgeHeap such as {@code -Xmx256m}
     */
    Machine(QuickstartSettings settings, Ports ports, Path directory, String bridgeHeap) {
        empty(directory);
        broker = new KafkaBroker(ports.of(Server.KAFKA), directory.resolve("kafka"));
        registry = new SchemaRegistryServer(ports.of(Server.REGISTRY), directory.resolve("registry"));
        liveChat = new SimulatedLiveChat(SimulatorSettings.defaults()
                .withPort(ports.of(Server.LIVECHAT))
                .withRate(settings.rate())
                .withSeed(settings.seed()));
        String kafka = "bootstrap.servers=127.0.0.1:" + ports.of(Server.KAFKA);
        String schemas = "schema.registry.url=http://127.0.0.1:" + ports.of(Server.REGISTRY) + "/apis/ccompat/v7";
        bridge = new JarProgram(
                "the bridge",
                settings.root().resolve("bridge/target/bridge.jar"),
                List.of(bridgeHeap),
                set(
                        "livechat.url=ws://127.0.0.1:" + ports.of(Server.LIVECHAT) + "/agent/v0.2/rtm/ws",
                        "livechat.token=" + liveChat.token(),
                        kafka,
                        schemas,
                        "topics.partitions=" + PARTITIONS,
                        "journal.dir=" + directory.resolve("journal"),
                        "http.listen=127.0.0.1:" + ports.of(Server.BRIDGE)),
                directory.resolve("bridge.log"));
        views = new JarProgram(
                "the views",
                settings.root().resolve("streams-topology/target/streams-topology.jar"),
                List.of("-Xmx512m"),
                set(
                        kafka,
                        schemas,
                        "state.dir=" + directory.resolve("state"),
                        "http.listen=127.0.0.1:" + ports.of(Server.VIEWS)),
                directory.resolve("views.log"));
        bridgeHttp = new HttpQueries(URI.create("http://127.0.0.1:" + ports.of(Server.BRIDGE)));
        viewsHttp = new HttpQueries(URI.create("http://127.0.0.1:" + ports.of(Server.VIEWS)));
    }

    KafkaBroker broker() {
        return broker;
    }

    SchemaRegistryServer registry() {
        return registry;
    }

    SimulatedLiveChat liveChat() {
        return liveChat;
    }

    JarProgram bridge() {
        return bridge;
    }

    JarProgram views() {
        return views;
    }

    HttpQueries bridgeHttp() {
        return bridgeHttp;
    }

    HttpQueries viewsHttp() {
        return viewsHttp;
    }

    /** Where topics and views differ from what is so in the world now, each a sentence; the world should stand still. */
    List<String> differences() throws InterruptedException {
        Truth truth = liveChat.truth();
        List<String> differences = new ArrayList<>();
        try (TopicCounts counts = new TopicCounts(broker.bootstrapServers())) {
            differences.addAll(Comparison.topics(truth, TOPICS, counts.of(TOPICS.received())));
            List<JsonNode> agents = viewsHttp.rows("agents");
            List<JsonNode> threads = viewsHttp.rows("threads");
            differences.addAll(Comparison.agents(truth, agents));
            differences.addAll(Comparison.threads(truth, threads));
        } catch (IOException | ExecutionException e) {
            differences.add("cannot be compared: " + e);
        }
        return differences;
    }

    /** Ends what was started, those who need others first; does nothing the second time. */
    @Override
    public void close() {
        views.close();
        bridge.close();
        liveChat.close();
        registry.close();
        broker.close();
    }

    private static List<String> set(String... settings) {
        List<String> arguments = new ArrayList<>();
        for (String setting : settings) {
            arguments.add("--set");
            arguments.add(setting);
        }
        return arguments;
    }

    /** The last line of a log that tells of trouble; empty where none does. */
    static String lastWords(Path log) {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.UTF_8)) {
            return lines.filter(line -> !line.isBlank() && !line.startsWith("\tat "))
                    .reduce((earlier, later) -> later)
                    .orElse("");
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }

    private static void empty(Path directory) {
        try {
            if (Files.exists(directory)) {
                try (Stream<Path> files = Files.walk(directory)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot empty " + directory, e);
        }
    }
}
