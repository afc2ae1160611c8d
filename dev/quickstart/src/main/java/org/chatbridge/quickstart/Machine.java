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
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
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

    static final int PARTITIONS = 6;

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
        this(settings, ports, directory, bridgeHeap, simulator -> simulator, Map.of());
    }

    /**
     * @param simulator what else the simulated LiveChat is told
     * @param bridgeSettings what the bridge is told instead, or besides
     */
    Machine(
            QuickstartSettings settings,
            Ports ports,
            Path directory,
            String bridgeHeap,
            UnaryOperator<SimulatorSettings> simulator,
            Map<String, String> bridgeSettings) {
        empty(directory);
        broker = new KafkaBroker(ports.of(Server.KAFKA), directory.resolve("kafka"));
        registry = new SchemaRegistryServer(ports.of(Server.REGISTRY), directory.resolve("registry"));
        liveChat = new SimulatedLiveChat(simulator.apply(SimulatorSettings.defaults()
                .withPort(ports.of(Server.LIVECHAT))
                .withRate(settings.rate())
                .withSeed(settings.seed())));
        Map<String, String> common = Map.of(
                "bootstrap.servers",
                "127.0.0.1:" + ports.of(Server.KAFKA),
                "schema.registry.url",
                "http://127.0.0.1:" + ports.of(Server.REGISTRY) + "/apis/ccompat/v7");
        Map<String, String> forBridge = new TreeMap<>(common);
        forBridge.put("livechat.url", "ws://127.0.0.1:" + ports.of(Server.LIVECHAT) + "/agent/v0.2/rtm/ws");
        forBridge.put("livechat.token", liveChat.token());
        forBridge.put("topics.partitions", Integer.toString(PARTITIONS));
        forBridge.put("journal.dir", directory.resolve("journal").toString());
        forBridge.put("http.listen", "127.0.0.1:" + ports.of(Server.BRIDGE));
        forBridge.putAll(bridgeSettings);
        Map<String, String> forViews = new TreeMap<>(common);
        forViews.put("state.dir", directory.resolve("state").toString());
        forViews.put("http.listen", "127.0.0.1:" + ports.of(Server.VIEWS));
        bridge = new JarProgram(
                "the bridge",
                settings.root().resolve("bridge/target/bridge.jar"),
                List.of(bridgeHeap),
                set(forBridge),
                directory.resolve("bridge.log"));
        views = new JarProgram(
                "the views",
                settings.root().resolve("streams-topology/target/streams-topology.jar"),
                List.of("-Xmx512m"),
                set(forViews),
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
        return differences(liveChat.truth(), TOPICS, broker.bootstrapServers(), viewsHttp);
    }

    /** The same wherever the topics and the views are. */
    static List<String> differences(Truth truth, TopicNames topics, String bootstrapServers, HttpQueries views)
            throws InterruptedException {
        List<String> differences = new ArrayList<>();
        try (TopicCounts counts = new TopicCounts(bootstrapServers)) {
            differences.addAll(Comparison.topics(truth, topics, counts.of(topics.received())));
            List<JsonNode> agents = views.rows("agents");
            List<JsonNode> threads = views.rows("threads");
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

    private static List<String> set(Map<String, String> settings) {
        List<String> arguments = new ArrayList<>();
        settings.forEach((key, value) -> {
            arguments.add("--set");
            arguments.add(key + "=" + value);
        });
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

    /** Makes a directory, or empties it. */
    static void empty(Path directory) {
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
