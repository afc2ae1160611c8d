package org.chatbridge.bridge;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chatbridge.sandbox.JarProgram;
import org.chatbridge.sandbox.SimulatedLiveChat;

/** The packaged bridge as a process of its own, on a free HTTP port; killed when it is closed. */
final class BridgeJar implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("metrics at (http://127\\.0\\.0\\.1:\\d+)");

    private final JarProgram program;
    private final Path log;

    /**
     * Starts it.
     *
     * @param directory for its journal and its log
     * @param name of both
     */
    BridgeJar(SimulatedLiveChat liveChat, String prefix, Path directory, String name, String... more) {
        List<String> settings = new ArrayList<>(List.of(
                "livechat.url=" + liveChat.url(),
                "livechat.token=" + liveChat.token(),
                "bootstrap.servers=" + Servers.BROKER.bootstrapServers(),
                "schema.registry.url=" + Servers.REGISTRY.url(),
                "topics.prefix=" + prefix,
                "topics.partitions=3",
                "journal.dir=" + directory.resolve(name + "-journal"),
                "http.listen=127.0.0.1:0"));
        settings.addAll(List.of(more));
        List<String> arguments = new ArrayList<>();
        for (String setting : settings) {
            arguments.add("--set");
            arguments.add(setting);
        }
        log = Path.of("target", prefix + name + "-" + System.nanoTime() + ".log"); // kept for whoever looks why
        program = new JarProgram(
                "the bridge " + name,
                Path.of("target/bridge.jar"),
                List.of("-Xmx128m", "-XX:+UseSerialGC"),
                arguments,
                log);
        program.start();
    }

    JarProgram program() {
        return program;
    }

    String output() throws IOException {
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** What it answers; empty where it does not answer yet. */
    String get(String path) throws Exception {
        Matcher address = ADDRESS.matcher(output());
        if (!address.find()) {
            return "";
        }
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(address.group(1) + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (ConnectException e) {
            throw new AssertionError(
                    "the bridge " + (program.isRunning() ? "runs, and" : "has ended, and") + " said: " + output(), e);
        }
    }

    void awaitStatus(String part) throws Exception {
        Await.until(part, () -> get("/status").contains(part));
    }

    @Override
    public void close() {
        program.kill();
    }
}
