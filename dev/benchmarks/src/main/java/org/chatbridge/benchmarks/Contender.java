package org.chatbridge.benchmarks;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.chatbridge.sandbox.FreePort;

/** One way from the sender into Kafka, as a process of its own. */
enum Contender {
    BRIDGE("bridge"),
    OTHER("other bridge"),
    PLAIN("plain pipeline"),
    PERFORMANCE("ProducerPerformance");

    private final String label;

    Contender(String label) {
        this.label = label;
    }

    /** What it is called in tables. */
    String label() {
        return label;
    }

    /** Whether it is a bridge: one built from here, or another to compare it with. */
    boolean isBridge() {
        return this == BRIDGE || this == OTHER;
    }

    /** What a run needs to know; {@code jar} is that of a bridge. */
    record Course(
            Path jar,
            Path directory,
            Cluster cluster,
            Sender sender,
            String prefix,
            List<String> jvmOptions,
            List<String> settings) {
        Path gcLog() {
            return directory.resolve("gc.log");
        }
    }

    /** A running one. {@code readyMillis} is how long it took from its start until it could take pushes. */
    record Running(Process process, double readyMillis) implements AutoCloseable {
        @Override
        public void close() {
            process.destroy();
            try {
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Starts it, and returns when it can take pushes. */
    Running start(Course course) throws IOException, InterruptedException {
        Files.createDirectories(course.directory());
        ProcessBuilder.Redirect log =
                ProcessBuilder.Redirect.to(course.directory().resolve("log").toFile());
        List<String> options = new ArrayList<>(course.jvmOptions());
        // With a single option the bridge would not begin again with those that it is shipped with.
        if (!isBridge() || !options.isEmpty()) {
            options.add(GcLog.option(course.gcLog()));
        }
        long began = System.nanoTime();
        Process process;
        if (isBridge()) {
            int port = FreePort.find();
            process = bridge(course, options, port, log);
            course.sender().awaitLogin(process);
            awaitStreaming(URI.create("http://127.0.0.1:" + port + "/status"), process);
        } else {
            process = Jvm.start(
                    options,
                    PlainMain.class.getName(),
                    log,
                    List.of(
                            course.sender().url(),
                            course.cluster().bootstrapServers(),
                            course.cluster().registryUrl(),
                            course.prefix()));
            course.sender().awaitLogin(process);
        }
        return new Running(process, (System.nanoTime() - began) / 1e6);
    }

    /** As the README has it: {@code java -jar}. */
    private static Process bridge(Course course, List<String> options, int port, ProcessBuilder.Redirect log)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(Jvm.java()));
        command.addAll(options);
        command.addAll(List.of("-jar", course.jar().toString()));
        List<String> settings = new ArrayList<>(List.of(
                "livechat.url=" + course.sender().url(),
                "livechat.token=Bearer sandbox",
                "bootstrap.servers=" + course.cluster().bootstrapServers(),
                "schema.registry.url=" + course.cluster().registryUrl(),
                "topics.prefix=" + course.prefix(),
                "topics.partitions=" + course.cluster().partitions(),
                "journal.dir=" + course.directory().resolve("journal"),
                "http.listen=127.0.0.1:" + port));
        settings.addAll(course.settings());
        for (String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
    }

    /** ProducerPerformance's own process: it begins at once, and ends when all is sent. */
    static Process performance(Course course, String topic, int records, int bytes) throws IOException {
        Files.createDirectories(course.directory());
        return Jvm.start(
                List.of(GcLog.option(course.gcLog())),
                "org.apache.kafka.tools.ProducerPerformance",
                ProcessBuilder.Redirect.to(course.directory().resolve("log").toFile()),
                List.of(String.format(
                                Locale.ROOT,
                                "--topic %s --num-records %d --record-size %d --throughput -1 --producer-props"
                                        + " bootstrap.servers=%s acks=all compression.type=lz4 linger.ms=5",
                                topic,
                                records,
                                bytes,
                                course.cluster().bootstrapServers())
                        .split(" ", -1)));
    }

    private static void awaitStreaming(URI status, Process process) throws IOException, InterruptedException {
        JsonMapper json = JsonMapper.builder().build();
        while (process.isAlive()) {
            try (InputStream answer = status.toURL().openStream()) {
                if (json.readTree(answer).path("state").asText().equalsIgnoreCase("streaming")) {
                    return;
                }
            } catch (IOException e) {
                // not yet
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        throw new IOException("the bridge has ended; its log says why");
    }
}
