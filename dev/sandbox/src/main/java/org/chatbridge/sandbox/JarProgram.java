package org.chatbridge.sandbox;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/** A program that is started as {@code java -jar}, in a JVM of its own that does not outlive this one. */
public final class JarProgram implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final Path jar;
    private final List<String> jvmOptions;
    private final List<String> arguments;
    private final Path log;
    private final @Nullable Path classes;
    private final @Nullable String main;
    private final ChildProcess process;

    /**
     * Describes a program; {@link #start()} starts it.
     *
     * @param name for messages
     * @param jar with a main class in its manifest
     * @param jvmOptions such as {@code -Xmx128m}
     * @param arguments those of its main
     * @param log where its output is appended to
     */
    public JarProgram(String name, Path jar, List<String> jvmOptions, List<String> arguments, Path log) {
        this(name, jar, jvmOptions, arguments, log, null, null);
    }

    /**
     * The libraries of a program with another main class than its own.
     *
     * @param classes directory or jar that the main class is in
     */
    public JarProgram(
            String name,
            Path jar,
            List<String> jvmOptions,
            List<String> arguments,
            Path log,
            @Nullable Path classes,
            @Nullable String main) {
        this.classes = classes;
        this.main = main;
        this.jar = jar;
        this.jvmOptions = List.copyOf(jvmOptions);
        this.arguments = List.copyOf(arguments);
        this.log = log;
        this.process = new ChildProcess(name, log);
    }

    /** Starts it, and returns at once. */
    public void start() {
        List<String> options = new ArrayList<>(ClassData.options(ClassData.of(jar)));
        options.addAll(jvmOptions);
        options.add("-cp");
        options.add(jar
                + File.pathSeparator
                + Programs.ownClasses()
                + (classes == null ? "" : File.pathSeparator + classes));
        process.start(options, main == null ? mainClass() : main, arguments);
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Where its output is. */
    public Path log() {
        return log;
    }

    /** Waits for its end, and returns its exit code. */
    public int awaitEnd() throws InterruptedException {
        return process.waitFor();
    }

    /** Ends it in order (SIGTERM), by force when that takes more than 20 s. */
    public void stop() {
        process.stop(GRACE);
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() {
        process.kill();
    }

    /** Freezes it (SIGSTOP). */
    public void suspend() {
        process.signal("STOP");
    }

    /** Lets it go on (SIGCONT). */
    public void resume() {
        process.signal("CONT");
    }

    @Override
    public void close() {
        stop();
    }

    private String mainClass() {
        try (JarFile file = new JarFile(jar.toFile())) {
            String main = file.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
            if (main == null) {
                throw new IllegalStateException(jar + " names no main class");
            }
            return main;
        } catch (IOException e) {
            throw new UncheckedIOException(jar + " cannot be read: build it with mvn package", e);
        }
    }
}
