package org.chatbridge.program;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives a program the options of the JVM that it is measured with, where whoever started it chose none: {@code java -jar bridge.jar}
 * begins again as {@code java OPTIONS -jar bridge.jar}, in the same process (execve(2)). Whoever has the process's id, and what it has of
 * its parent, notice nothing; {@code ps} shows the options.
 *
 * <p>One option of the user's is enough, on the command line, in {@code JDK_JAVA_OPTIONS} or in {@code JAVA_TOOL_OPTIONS}, and the program
 * runs as it was started. So it does where it is no Linux, or nothing may be executed: nothing but speed and memory depends on it.
 *
 * <p>The one class that knows JNA: Java itself can begin processes, but not replace its own.
 */
public final class ShippedJvm {
    /** Beside the main class of a program: options as {@code java @FILE} reads them, one in each line. */
    private static final String OPTIONS = "jvm.options";

    private static final Set<String> VARIABLES = Set.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS");
    private static final Path COMMAND = Path.of("/proc/self/cmdline");
    private static final Path JAVA = Path.of("/proc/self/exe");

    /** What is needed of the C library. */
    private interface C extends Library {
        int execv(String path, String[] arguments);
    }

    private ShippedJvm() {}

    /**
     * Does not return where the program begins again. To be called before all else.
     *
     * @param main the class that was started, whose options they are
     */
    public static void enter(Class<?> main) {
        if (!Files.isReadable(COMMAND)) {
            return;
        }
        try {
            // As Latin-1 each byte comes out as it went in. There is a zero behind each argument, and behind the last
            // one.
            List<String> started = List.of(Files.readString(COMMAND, ISO_8859_1).split("\0", -1));
            started = started.subList(0, started.size() - 1);
            Optional<Path> jar = jarWithoutOptions(started, System.getenv());
            if (jar.isPresent()) {
                execute(command(started, options(main), jar.get(), ClassData.of(jar.get())));
            }
        } catch (IOException | LinkageError | UnsupportedOperationException e) {
            System.err.println(
                    "runs without the options that its JVM should have, for it cannot begin again with them: " + e
                            + "; with any option of the JVM (java -Xmx1g -jar …) it does not try");
        }
    }

    /** The jar that was started, where no option was given to the JVM. */
    static Optional<Path> jarWithoutOptions(List<String> started, Map<String, String> environment) {
        boolean asItComes = started.size() > 2
                && started.get(1).equals("-jar")
                && VARIABLES.stream().noneMatch(environment::containsKey);
        return asItComes ? Optional.of(Path.of(started.get(2)).toAbsolutePath()) : Optional.empty();
    }

    /**
     * The same command, with options.
     *
     * @param classes what the JVM may have of the program's classes
     */
    static List<String> command(List<String> started, List<String> options, Path jar, Optional<Path> classes) {
        List<String> command = new ArrayList<>();
        command.add(started.get(0));
        command.addAll(options);
        classes.ifPresent(archive -> command.addAll(ClassData.options(archive)));
        command.add("-jar");
        command.add(jar.toString());
        command.addAll(started.subList(3, started.size()));
        return command;
    }

    /** The options of a program. */
    static List<String> options(Class<?> main) throws IOException {
        try (InputStream in = main.getResourceAsStream(OPTIONS)) {
            if (in == null) {
                throw new FileNotFoundException(OPTIONS + " beside " + main.getName());
            }
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        }
    }

    private static void execute(List<String> command) throws IOException {
        C c = Native.load("c", C.class, Map.of(Library.OPTION_STRING_ENCODING, ISO_8859_1.name()));
        c.execv(JAVA.toRealPath().toString(), command.toArray(String[]::new));
        throw new IOException("execv failed with error " + Native.getLastError());
    }
}
