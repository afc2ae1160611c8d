package org.chatbridge.quickstart;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.chatbridge.sandbox.FreePort;
import org.chatbridge.sandbox.JarProgram;
import org.chatbridge.sandbox.KafkaBroker;
import org.chatbridge.sandbox.SchemaRegistryServer;
import org.chatbridge.sandbox.SimulatedLiveChat;
import org.chatbridge.schema.SchemaRegistry;

/** What the views are measured on: a broker, a registry, the topics of the bridge, and instances of the views, each a process. */
final class Stand implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofMinutes(5);

    private final MeasureSettings settings;
    private final Path directory;
    private final KafkaBroker broker;
    private final SchemaRegistryServer registry;
    private final List<JarProgram> programs = new ArrayList<>();

    /** An instance of the views. */
    record Instance(JarProgram program, URI uri) {}

    /** @param directory emptied first */
    Stand(MeasureSettings settings, Path directory) {
        this.settings = settings;
        this.directory = directory;
        this.broker = new KafkaBroker(0, directory.resolve("kafka"));
        this.registry = new SchemaRegistryServer(0, directory.resolve("registry"));
    }

    void start() throws InterruptedException, ExecutionException, TimeoutException {
        Machine.empty(directory);
        broker.start();
        registry.start();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(Machine.TOPICS.written().stream()
                            .map(topic -> new NewTopic(topic, Optional.of(settings.partitions()), Optional.empty()))
                            .toList())
                    .all()
                    .get(1, TimeUnit.MINUTES);
        }
    }

    KafkaBroker broker() {
        return broker;
    }

    /** Where all of it writes. */
    Path directory() {
        return directory;
    }

    /** A client of the registry. */
    SchemaRegistry schemas() {
        return new SchemaRegistry(registry.url(), Map.of());
    }

    /**
     * Starts an instance, and returns at once.
     *
     * @param name of its state directory: the same again goes on with what is there
     */
    Instance views(String name) throws IOException {
        return views(name, settings);
    }

    /** @param own the settings of this instance alone: those of the JVM and of the views count */
    Instance views(String name, MeasureSettings own) throws IOException {
        return views(name, own, List.of());
    }

    /** @param setting of this instance alone, beside those of all */
    Instance views(String name, String setting) throws IOException {
        return views(name, settings, List.of(setting));
    }

    private Instance views(String name, MeasureSettings own, List<String> more) throws IOException {
        int port = FreePort.find();
        List<String> options = new ArrayList<>(List.of("-Xmx512m"));
        options.addAll(own.jvmOptions());
        List<String> arguments = new ArrayList<>(List.of(
                "--set", "bootstrap.servers=" + broker.bootstrapServers(),
                "--set", "schema.registry.url=" + registry.url(),
                "--set", "state.dir=" + directory.resolve(name),
                "--set", "http.listen=127.0.0.1:" + port,
                "--set", "application.server=127.0.0.1:" + port));
        own.viewsSettings().forEach(setting -> arguments.addAll(List.of("--set", setting)));
        more.forEach(setting -> arguments.addAll(List.of("--set", setting)));
        return started(port, new JarProgram(name, viewsJar(), options, arguments, directory.resolve(name + ".log")));
    }

    /** Starts {@link ConstantMain}. */
    Instance constant() throws IOException {
        int port = FreePort.find();
        return withTheLibrariesOfTheViews("constant", port, ConstantMain.class, List.of(Integer.toString(port)));
    }

    /** Starts {@link PlainConsumerMain}, which answers nobody. */
    Instance consumer(String name) {
        return withTheLibrariesOfTheViews(
                name,
                0,
                PlainConsumerMain.class,
                List.of(broker.bootstrapServers(), registry.url().toString()));
    }

    /**
     * Starts {@link FloorMain}, which answers nobody.
     *
     * @param name of its state directory, and its application id
     * @param what it does with a record
     */
    Instance floor(String name, String what) {
        return withTheLibrariesOfTheViews(
                name,
                0,
                FloorMain.class,
                List.of(
                        broker.bootstrapServers(),
                        registry.url().toString(),
                        directory.resolve(name).toString(),
                        name,
                        what));
    }

    private Instance withTheLibrariesOfTheViews(String name, int port, Class<?> main, List<String> arguments) {
        List<String> options = new ArrayList<>(List.of("-Xmx512m"));
        options.addAll(settings.jvmOptions());
        return started(
                port,
                new JarProgram(
                        name,
                        viewsJar(),
                        options,
                        arguments,
                        directory.resolve(name + ".log"),
                        settings.root().resolve("dev/quickstart/target/classes"),
                        main.getName()));
    }

    /** Starts a bridge that is told what happens in a simulated LiveChat. */
    Instance bridge(SimulatedLiveChat liveChat) throws IOException {
        int port = FreePort.find();
        List<String> arguments = new ArrayList<>();
        List.of(
                        "bootstrap.servers=" + broker.bootstrapServers(),
                        "schema.registry.url=" + registry.url(),
                        "livechat.url=" + liveChat.url(),
                        "livechat.token=" + liveChat.token(),
                        "topics.partitions=" + settings.partitions(),
                        "journal.dir=" + directory.resolve("journal"),
                        "http.listen=127.0.0.1:" + port)
                .forEach(setting -> arguments.addAll(List.of("--set", setting)));
        return started(
                port,
                new JarProgram(
                        "bridge",
                        settings.root().resolve("bridge/target/bridge.jar"),
                        List.of("-Xmx256m"),
                        arguments,
                        directory.resolve("bridge.log")));
    }

    private Instance started(int port, JarProgram program) {
        programs.add(program);
        program.start();
        return new Instance(program, URI.create("http://127.0.0.1:" + port));
    }

    /**
     * Waits until an instance is ready.
     *
     * @return how long that took
     */
    Duration awaitReady(Instance instance) throws InterruptedException {
        long begun = System.nanoTime();
        HttpQueries http = new HttpQueries(instance.uri());
        while (!http.isReady()) {
            if (!instance.program().isRunning() || System.nanoTime() - begun > READY_WITHIN.toNanos()) {
                throw new IllegalStateException("an instance does not become ready; its log: "
                        + instance.program().log() + ": "
                        + Machine.lastWords(instance.program().log()));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Waits until nothing is left to fold for these views. */
    void awaitFolded(Instance instance, List<String> views) throws InterruptedException, IOException {
        HttpQueries http = new HttpQueries(instance.uri());
        long end = System.nanoTime() + READY_WITHIN.toNanos();
        for (String view : views) {
            while (http.json("/v1/" + view + "?limit=1")
                            .path("freshness")
                            .path("offset_lag")
                            .asLong(1)
                    != 0) {
                if (System.nanoTime() > end) {
                    throw new IOException(view + " does not catch up; log "
                            + instance.program().log());
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
    }

    private Path viewsJar() {
        return settings.root().resolve("streams-topology/target/streams-topology.jar");
    }

    @Override
    public void close() {
        programs.forEach(JarProgram::kill);
        registry.close();
        broker.close();
    }
}
