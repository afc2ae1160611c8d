package org.chatbridge.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;

/**
 * A real schema registry (Apicurio) on the loopback interface, in a JVM of its own.
 *
 * <p>Its Confluent-compatible API is at {@link #url()}. Schemas with their ids are kept in a file in the given directory and
 * outlive the server, as does the log ({@code registry.log}).
 */
public final class SchemaRegistryServer implements AutoCloseable {

    private static final String HELP = """
            A real schema registry on 127.0.0.1, until Ctrl-C.
              --port PORT   default 8085; 0 picks a free one
              --dir DIR     required: schemas and registry.log""";
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(20);

    static final Path CLASS_DATA = ClassData.ofServer("registry");

    private final Path directory;
    private final ChildProcess process;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private int port;

    /**
     * Describes a registry; {@link #start()} starts it.
     *
     * @param port 0 picks a free one, which is then kept over restarts
     */
    public SchemaRegistryServer(int port, Path directory) {
        this.port = port;
        this.directory = directory.toAbsolutePath();
        this.process = new ChildProcess("the schema registry", log());
    }

    /**
     * Starts the registry, and returns when it lists its subjects.
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
            ChildProcess.refuseTaken(port, "the schema registry");
        }
        Path jar = Programs.registryJar();
        List<String> options = new ArrayList<>(ClassData.options(CLASS_DATA));
        options.addAll(List.of(
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dapicurio.storage.kind=sql",
                "-Dapicurio.storage.sql.kind=h2",
                "-Dapicurio.datasource.url=jdbc:h2:file:" + directory.resolve("schemas"),
                "-cp",
                Programs.ownClasses() + File.pathSeparator + jar));
        process.start(options, mainClass(jar), List.of());
        try {
            if (!process.awaitReady(this::answers, READY_WITHIN)) {
                process.kill();
                throw new IllegalStateException("the schema registry did not start on 127.0.0.1:" + port
                        + " with schemas in " + directory + ": free the port, or give it another directory with --dir."
                        + process.lastWords() + " Its log: " + log());
            }
        } catch (InterruptedException e) {
            process.kill();
            Thread.currentThread().interrupt();
        }
    }

    /** The {@code schema.registry.url} of clients. */
    public synchronized String url() {
        if (port == 0) {
            throw new IllegalStateException("the registry has no port before start()");
        }
        return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
    }

    /** Where the registry writes what it has to say. */
    public Path log() {
        return directory.resolve("registry.log");
    }

    /** Whether the registry's process runs, suspended or not. */
    public boolean isRunning() {
        return process.isAlive();
    }

    /** Ends the registry in order (SIGTERM), by force when that takes more than 20 s. */
    public synchronized void stop() {
        stop(STOPS_WITHIN);
    }

    /** The same, by force when it takes longer than this. */
    synchronized void stop(Duration within) {
        process.stop(within);
    }

    /** Stops the registry and starts it on the same port and schemas. */
    public synchronized void restart() {
        stop();
        start();
    }

    /** Freezes the registry (SIGSTOP): its port stays open, and nothing answers. */
    public void suspend() {
        process.signal("STOP");
    }

    /** Lets a suspended registry go on (SIGCONT). */
    public void resume() {
        process.signal("CONT");
    }

    /** The same as {@link #stop()}. */
    @Override
    public void close() {
        stop();
    }

    private boolean answers() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/subjects"))
                .timeout(Duration.ofSeconds(5))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    }

    private static String mainClass(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes().getValue("Main-Class");
        } catch (IOException e) {
            throw new UncheckedIOException("the schema registry's jar cannot be read: " + jar, e);
        }
    }

    /** Runs a registry until SIGTERM; {@code --help} tells the arguments. */
    public static void main(String[] args) {
        ServerMain.run(HELP, args, arguments -> {
            int port = arguments.port("--port", 8085);
            String dir = arguments.text("--dir");
            arguments.refuseOthers();
            if (dir == null) {
                throw new Arguments.BadArgument("--dir is missing: expected a directory for schemas and log");
            }
            SchemaRegistryServer registry = new SchemaRegistryServer(port, Path.of(dir));
            registry.start();
            return new ServerMain.Running() {
                @Override
                public String ready() {
                    return "Schema registry on " + registry.url() + ", log: " + registry.log();
                }

                @Override
                public void close() {
                    registry.close();
                }

                @Override
                public void awaitEnd() throws InterruptedException {
                    registry.process.waitFor();
                }
            };
        });
    }
}
