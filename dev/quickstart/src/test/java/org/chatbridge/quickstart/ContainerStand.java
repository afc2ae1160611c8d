package org.chatbridge.quickstart;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.chatbridge.quickstart.Containers.CannotRunException;
import org.chatbridge.quickstart.Containers.Running;
import org.chatbridge.sandbox.FreePort;

/**
 * Three brokers and a registry in containers, and the programs from their images, as docker-compose.yml has them. Each record is on all
 * three brokers, and is written where two have it.
 */
final class ContainerStand implements AutoCloseable {
    static final int BROKERS = 3;

    private static final long MIB = 1024L * 1024;
    private static final String CLUSTER = "Y2hhdGJyaWRnZS1kb2NrZXI";

    private final Path root;
    private final String images;
    private final Containers containers;
    private final Map<Integer, Running> brokers = new TreeMap<>();
    private final Map<Integer, Integer> brokerPorts = new TreeMap<>();
    private Running registry;

    /**
     * @param root the checkout
     * @param logs directory for what the containers say
     * @throws CannotRunException where there is no engine, or it lacks the images of the programs
     */
    @SuppressWarnings("NullAway.Init") // start() comes next
    ContainerStand(Path root, Path logs) throws CannotRunException, IOException {
        this.root = root;
        this.images = Files.readString(root.resolve("docker-compose.yml"), StandardCharsets.UTF_8)
                .replace(
                        "${CHATBRIDGE_VERSION:-latest}",
                        Objects.requireNonNullElse(System.getenv("CHATBRIDGE_VERSION"), "latest"));
        this.containers = new Containers(logs);
        List<String> missing = containers.missing(List.of(image("chatbridge/bridge"), image("chatbridge/views")));
        if (!missing.isEmpty()) {
            containers.close();
            throw new CannotRunException(
                    "the engine has no " + String.join(", ", missing) + ": docker compose --profile demo build");
        }
    }

    /** Starts the brokers and the registry; they answer a little later. */
    void start() throws IOException {
        for (int id = 1; id <= BROKERS; id++) {
            brokerPorts.put(id, FreePort.find());
            startBroker(id);
        }
        registry = containers.start(ContainerDescription.of(
                "registry",
                image("apicurio/apicurio-registry"),
                8080,
                Map.of(
                        "APICURIO_STORAGE_KIND",
                        "kafkasql",
                        "APICURIO_KAFKASQL_BOOTSTRAP_SERVERS",
                        ofAll(broker -> "kafka-" + broker + ":9092"))));
    }

    /** Starts a broker that knows nothing but its number. */
    void startBroker(int id) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "CLUSTER_ID",
                CLUSTER,
                "KAFKA_NODE_ID",
                Integer.toString(id),
                "KAFKA_PROCESS_ROLES",
                "broker,controller",
                "KAFKA_CONTROLLER_QUORUM_VOTERS",
                ofAll(broker -> broker + "@kafka-" + broker + ":9093"),
                "KAFKA_CONTROLLER_LISTENER_NAMES",
                "CONTROLLER",
                "KAFKA_LISTENERS",
                "PLAINTEXT://:9092,CONTROLLER://:9093,HOST://:9094",
                "KAFKA_ADVERTISED_LISTENERS",
                "PLAINTEXT://kafka-" + id + ":9092,HOST://127.0.0.1:" + brokerPorts.get(id),
                "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,HOST:PLAINTEXT",
                "KAFKA_INTER_BROKER_LISTENER_NAME",
                "PLAINTEXT",
                "KAFKA_LOG_DIRS",
                "/var/lib/kafka/data"));
        environment.put("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
        environment.put("KAFKA_DEFAULT_REPLICATION_FACTOR", "3");
        environment.put("KAFKA_MIN_INSYNC_REPLICAS", "2");
        environment.put("KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "6");
        environment.put("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0");
        environment.put("KAFKA_HEAP_OPTS", "-Xmx512m");
        brokers.put(
                id,
                containers.start(
                        ContainerDescription.of("kafka-" + id, image("apache/kafka"), 9094, environment),
                        Objects.requireNonNull(brokerPorts.get(id))));
    }

    /** Ends a broker as {@code kill -9} does, and loses its disk. */
    void killBroker(int id) {
        Objects.requireNonNull(brokers.remove(id), "it runs").close();
    }

    String bootstrapServers() {
        return brokerPorts.values().stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    String registryUrl() {
        return registry.uri() + "/apis/ccompat/v7";
    }

    /** The address of this machine on which the containers reach what listens there. */
    InetAddress here() throws IOException {
        return containers.here();
    }

    /**
     * Starts a bridge.
     *
     * @param name of its topics, and of its volume: the same again goes on with what is there
     * @param liveChatPort on {@link #here()}
     */
    Running bridge(String name, int liveChatPort) throws IOException {
        Map<String, String> environment = new HashMap<>(common("BRIDGE", name));
        environment.put("BRIDGE_LIVECHAT_URL", "ws://" + Containers.HERE + ":" + liveChatPort + "/agent/v0.2/rtm/ws");
        environment.put("BRIDGE_LIVECHAT_TOKEN", "Bearer sandbox");
        return containers.start(bridge(name, environment));
    }

    /** Starts a bridge that is told this alone, and returns when it has ended. */
    Running endingBridge(Map<String, String> environment) throws IOException {
        return containers.runToTheEnd(bridge("ending", environment));
    }

    private ContainerDescription bridge(String name, Map<String, String> environment) {
        return ContainerDescription.of(name + "-bridge", image("chatbridge/bridge"), 8081, environment)
                .readOnly(Map.of("/var/lib/bridge", name + "-journal"), 512 * MIB);
    }

    /**
     * Starts an instance of the views; those of one name share the work, and a volume.
     *
     * @param name of the topics of the bridge
     */
    Running views(String name) throws IOException {
        Map<String, String> environment = new HashMap<>(common("VIEWS", name));
        environment.put("VIEWS_APPLICATION_ID", name + "-views");
        environment.put("VIEWS_APPLICATION_SERVER", "${env:HOSTNAME}:8080");
        return containers.start(ContainerDescription.of("views", image("chatbridge/views"), 8080, environment)
                .readOnly(Map.of("/var/lib/views", name + "-state"), 1024 * MIB));
    }

    /** Starts what stands in front of all instances of the views. */
    Running gateway() throws IOException {
        return containers.start(ContainerDescription.of("gateway", image("haproxy"), 8080, Map.of())
                .withFile("/usr/local/etc/haproxy/haproxy.cfg", root.resolve("deploy/haproxy/haproxy.cfg")));
    }

    private static Map<String, String> common(String program, String name) {
        return Map.of(
                program + "_BOOTSTRAP_SERVERS",
                ofAll(broker -> "kafka-" + broker + ":9092"),
                program + "_SCHEMA_REGISTRY_URL",
                "http://registry:8080/apis/ccompat/v7",
                program + "_TOPICS_PREFIX",
                name + ".");
    }

    /** Who of those that were started does not answer yet, each a sentence. */
    List<String> away(Admin admin) throws InterruptedException {
        List<String> away = new ArrayList<>();
        try {
            int there = admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).size();
            if (there != BROKERS) {
                away.add("of " + BROKERS + " brokers only " + there + " have found each other");
            }
        } catch (ExecutionException | TimeoutException e) {
            away.add("no broker answers: " + e);
        }
        try {
            new HttpQueries(registry.uri()).json("/apis/ccompat/v7/subjects");
        } catch (IOException e) {
            away.add("the registry does not answer: " + e);
        }
        return away;
    }

    private String image(String name) {
        Matcher matcher = Pattern.compile("(?m)^ +image: (" + Pattern.quote(name) + ":\\S+)$")
                .matcher(images);
        if (!matcher.find()) {
            throw new IllegalStateException("docker-compose.yml names no image " + name);
        }
        return matcher.group(1);
    }

    private static String ofAll(java.util.function.IntFunction<String> broker) {
        return IntStream.rangeClosed(1, BROKERS).mapToObj(broker).collect(Collectors.joining(","));
    }

    @Override
    public void close() {
        containers.close();
    }
}
