package org.chatbridge.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/**
 * A real Kafka broker on the loopback interface, alone in its cluster, in a JVM of its own.
 *
 * <p>Topics are not created by themselves. Requests up to 96 MiB are taken, so a topic with {@code max.message.bytes} of
 * 64 MiB works. Data, configuration and log ({@code broker.log}) are in the given directory and outlive the broker.
 */
public final class KafkaBroker implements AutoCloseable {

    private static final String HELP = """
            A real Kafka broker on 127.0.0.1, until Ctrl-C.
              --port PORT   default 9092; 0 picks a free one
              --dir DIR     required: data, configuration and broker.log""";
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(20);

    static final Path CLASS_DATA = ClassData.ofServer("broker");

    private final Path directory;
    private final ChildProcess process;
    private final Map<String, String> configuration;
    private int port;

    /**
     * Describes a broker; {@link #start()} starts it.
     *
     * @param port 0 picks a free one, which is then kept over restarts
     */
    public KafkaBroker(int port, Path directory) {
        this(port, directory, Map.of());
    }

    /**
     * The same with more in its configuration. Listeners in it ({@code listeners}, {@code advertised.listeners}) come beside
     * the plain one on {@code port}, whose users are {@code User:ANONYMOUS}.
     */
    public KafkaBroker(int port, Path directory, Map<String, String> configuration) {
        this.configuration = Map.copyOf(configuration);
        this.port = port;
        this.directory = directory.toAbsolutePath();
        this.process = new ChildProcess("the Kafka broker", log());
    }

    /**
     * Starts the broker, and returns when it answers an admin request.
     *
     * @throws IllegalStateException when it does not start; says why and where the log is
     */
    public synchronized void start() {
        if (process.isAlive()) {
            return;
        }
        if (port == 0) {
            port = FreePort.find();
        } else {
            ChildProcess.refuseTaken(port, "the Kafka broker");
        }
        writeConfiguration(FreePort.find());
        List<String> options = new ArrayList<>(ClassData.options(CLASS_DATA));
        options.addAll(List.of(
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.clients=warn",
                "-cp",
                Programs.brokerClassPath()));
        process.start(
                options, BrokerMain.class.getName(), List.of(configuration().toString(), data().toString()));
        try {
            if (!process.awaitReady(this::answers, READY_WITHIN)) {
                process.kill();
                throw new IllegalStateException("the Kafka broker did not start on 127.0.0.1:" + port + " with data in "
                        + data() + ": free the port, or give it another directory with --dir." + process.lastWords()
                        + " Its log: " + log());
            }
        } catch (InterruptedException e) {
            process.kill();
            Thread.currentThread().interrupt();
        }
    }

    /** The {@code bootstrap.servers} of clients: {@code 127.0.0.1:port}. */
    public synchronized String bootstrapServers() {
        if (port == 0) {
            throw new IllegalStateException("the broker has no port before start()");
        }
        return "127.0.0.1:" + port;
    }

    /** Where the broker writes what it has to say. */
    public Path log() {
        return directory.resolve("broker.log");
    }

    /** Whether the broker's process runs, suspended or not. */
    public boolean isRunning() {
        return process.isAlive();
    }

    /** The id of the broker's process. */
    public long pid() {
        return process.pid();
    }

    /** Ends the broker in order (SIGTERM), by force when that takes more than 20 s. */
    public synchronized void stop() {
        stop(STOPS_WITHIN);
    }

    /** The same, by force when it takes longer than this. */
    synchronized void stop(Duration within) {
        process.stop(within);
    }

    /** Ends the broker as {@code kill -9} does. */
    public synchronized void kill() {
        process.kill();
    }

    /** Stops the broker and starts it on the same port and data. */
    public synchronized void restart() {
        stop();
        start();
    }

    /** Freezes the broker (SIGSTOP): its port stays open, and nothing answers. */
    public void suspend() {
        process.signal("STOP");
    }

    /** Lets a suspended broker go on (SIGCONT). */
    public void resume() {
        process.signal("CONT");
    }

    /** The same as {@link #stop()}. */
    @Override
    public void close() {
        stop();
    }

    private Path configuration() {
        return directory.resolve("server.properties");
    }

    private Path data() {
        return directory.resolve("data");
    }

    private boolean answers() throws IOException, InterruptedException {
        try (java.net.Socket socket = new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
            if (!socket.isConnected()) {
                return false;
            }
        }
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrapServers(), "client.id", "sandbox-ready");
        try (Admin admin = Admin.create(config)) {
            return !admin.describeCluster().nodes().get(10, TimeUnit.SECONDS).isEmpty();
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private void writeConfiguration(int controllerPort) {
        Map<String, String> all = new TreeMap<>(configuration);
        all.put(
                "listeners",
                with("PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort, "listeners"));
        all.put("advertised.listeners", with("PLAINTEXT://127.0.0.1:" + port, "advertised.listeners"));
        String own = String.join(
                "\n",
                "process.roles=broker,controller",
                "node.id=1",
                "controller.quorum.voters=1@127.0.0.1:" + controllerPort,
                "controller.listener.names=CONTROLLER",
                "log.dirs=" + data(),
                "auto.create.topics.enable=false",
                "socket.request.max.bytes=" + 96 * 1024 * 1024,
                "offsets.topic.replication.factor=1",
                "offsets.topic.num.partitions=4",
                "transaction.state.log.replication.factor=1",
                "transaction.state.log.min.isr=1",
                "transaction.state.log.num.partitions=4",
                "share.coordinator.state.topic.replication.factor=1",
                "share.coordinator.state.topic.min.isr=1",
                "group.initial.rebalance.delay.ms=0",
                // a killed broker is let in again when the session of its former life is over (default 9 s)
                "broker.session.timeout.ms=4000",
                "broker.heartbeat.interval.ms=500",
                "num.network.threads=2",
                "num.io.threads=4",
                // the default of 128 MiB would be a quarter of the heap
                "log.cleaner.dedupe.buffer.size=" + 16 * 1024 * 1024,
                "");
        StringBuilder text = new StringBuilder(own);
        all.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
        try {
            Files.createDirectories(directory);
            Files.writeString(configuration(), text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the Kafka broker cannot write to " + directory + ": give it another directory with --dir", e);
        }
    }

    private String with(String own, String key) {
        String more = configuration.get(key);
        return more == null ? own : own + "," + more;
    }

    /** Runs a broker until SIGTERM; {@code --help} tells the arguments. */
    public static void main(String[] args) {
        ServerMain.run(HELP, args, arguments -> {
            int port = arguments.port("--port", 9092);
            String dir = arguments.text("--dir");
            arguments.refuseOthers();
            if (dir == null) {
                throw new Arguments.BadArgument("--dir is missing: expected a directory for data and log");
            }
            KafkaBroker broker = new KafkaBroker(port, Path.of(dir));
            broker.start();
            return new ServerMain.Running() {
                @Override
                public String ready() {
                    return "Kafka broker on " + broker.bootstrapServers() + ", log: " + broker.log();
                }

                @Override
                public void close() {
                    broker.close();
                }

                @Override
                public void awaitEnd() throws InterruptedException {
                    broker.process.waitFor();
                }
            };
        });
    }
}
