package org.chatbridge.program;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes the {@link ClassData} of a program, as a part of the build: runs it for some seconds, with nobody there that it looks for, asks
 * it for its health, and ends it. Arguments: the jar, the main class, and settings as for {@code --set}.
 */
public final class ClassDataMain {
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(60);
    private static final Duration GOES_ON_FOR = Duration.ofSeconds(2);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);
    private static final List<String> PATHS = List.of("/health/live", "/health/ready", "/metrics");

    private ClassDataMain() {}

    /** Ends with 1 where there is no file in the end. */
    public static void main(String[] arguments) throws Exception {
        Path jar = Path.of(arguments[0]).toAbsolutePath();
        Path archive = Path.of(ClassData.path(jar.toString()));
        // Half a file would be the end of every JVM that takes it for a whole one.
        Path unfinished = archive.resolveSibling(archive.getFileName() + ".part");
        Path log = archive.resolveSibling(archive.getFileName() + ".log");
        Files.deleteIfExists(archive);
        Files.deleteIfExists(unfinished);
        int port = unusedPort();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ShippedJvm.options(Class.forName(arguments[1])));
        command.add("-XX:ArchiveClassesAtExit=" + unfinished);
        command.addAll(List.of("-jar", jar.toString()));
        Arrays.stream(arguments).skip(2).forEach(setting -> command.addAll(List.of("--set", setting)));
        command.addAll(List.of("--set", "http.listen=127.0.0.1:" + port));
        Process program = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            ask(program, port);
            program.waitFor(GOES_ON_FOR.toMillis(), TimeUnit.MILLISECONDS);
            program.destroy();
            program.waitFor(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            program.destroyForcibly().waitFor();
        }
        if (!Files.isRegularFile(unfinished)) {
            System.err.println("no class data came of " + jar + ": see " + log);
            System.exit(1);
        }
        Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void ask(Process program, int port) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        long end = System.nanoTime() + ANSWERS_WITHIN.toNanos();
        for (String path : PATHS) {
            URI uri = URI.create("http://127.0.0.1:" + port + path);
            while (!answers(client, uri) && program.isAlive() && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    private static boolean answers(HttpClient client, URI uri) throws InterruptedException {
        try {
            client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding());
            return true;
        } catch (IOException e) {
            return false; // not yet
        }
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
