package org.chatbridge.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One server in a JVM of its own, whose output goes to a file and which does not outlive this JVM. */
final class ChildProcess {

    private static final long POLL_MS = 25;

    /** System property: options of every JVM that is started, before its own, with blanks between them. */
    static final String OPTIONS_OF_ALL = "sandbox.jvm";

    private final String name;
    private final Path log;
    private @Nullable Process process;

    ChildProcess(String name, Path log) {
        this.name = name;
        this.log = log;
    }

    /** Starts {@code java jvmOptions mainClass arguments}; {@code jvmOptions} hold the class path. */
    synchronized void start(List<String> jvmOptions, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty(OPTIONS_OF_ALL, "").strip().split(" +")));
        command.removeIf(String::isEmpty);
        command.addAll(jvmOptions);
        command.add(ChildProcessMain.class.getName());
        command.add(mainClass);
        command.addAll(arguments);
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " could not be started", e);
        }
    }

    /** Waits until {@code ready} holds; false when the process has ended or the time is over. */
    boolean awaitReady(Ready ready, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (System.nanoTime() < end) {
            if (running().waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
                return false;
            }
            try {
                if (ready.check()) {
                    return true;
                }
            } catch (IOException e) {
                // not yet
            }
        }
        return false;
    }

    /** A look at the server from outside; an exception means "not yet". */
    interface Ready {
        boolean check() throws IOException, InterruptedException;
    }

    synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    long pid() {
        return running().pid();
    }

    /** Waits for the end of the process, however long that takes. */
    int waitFor() throws InterruptedException {
        return running().waitFor();
    }

    /** Asks the process to end, and makes it end when it has not within {@code grace}. Does nothing when there is none. */
    synchronized void stop(Duration grace) {
        Process ending = process;
        if (ending == null || !ending.isAlive()) {
            return;
        }
        signal("CONT"); // a suspended process would not hear of it
        ending.toHandle().destroy();
        try {
            if (!ending.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the process at once, as {@code kill -9} does. */
    synchronized void kill() {
        Process ending = process;
        if (ending != null) {
            ending.destroyForcibly().onExit().join();
        }
    }

    /** Sends a signal by its name, such as {@code STOP} or {@code CONT}. */
    void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("SIG" + signal + " to " + name + " failed: " + output.strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last lines of the log that name an error, for the message of a failed start. */
    String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return lines.stream()
                    .filter(line -> line.contains("ERROR") || line.contains("Exception") || line.contains("Error:"))
                    .reduce((earlier, later) -> later)
                    .map(line -> " It said: " + line.strip())
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    private synchronized Process running() {
        if (process == null) {
            throw new IllegalStateException(name + " has not been started");
        }
        return process;
    }

    /** Refuses a port that something else listens on. */
    static void refuseTaken(int port, String name) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        } catch (IOException e) {
            return;
        }
        throw new IllegalStateException(
                "port " + port + " for " + name + " is in use: stop what listens there or choose another with --port");
    }
}
