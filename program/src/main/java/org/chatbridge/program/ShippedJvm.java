package org.chatbridge.program;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives a program the options of the JVM that it is measured with, where whoever started it chose none: {@code java -jar bridge.jar}
 * begins again as {@code java OPTIONS -jar bridge.jar}, in the same process (execve(2)). Whoever has the process's id, and what it has of
 * its parent, notice nothing; {@code ps} shows the options.
 *
 * <p>One option of the user's is enough, on the command line, in {@code JDK_JAVA_OPTIONS} or in {@code JAVA_TOOL_OPTIONS}, and the program
 * runs as it was started. So it does where it is no Linux, or nothing may be executed: nothing depends on it but speed, memory, and that
 * a program whose memory is not enough ends.
 *
 * <p>The one class that knows JNA: Java itself can begin processes, but not replace its own.
 */
public final class ShippedJvm {
    /** Beside the main class of a program: options as {@code java @FILE} reads them, one in each line. */
    private static final String OPTIONS = "jvm.options";

    private static final Set<String> VARIABLES = Set.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS");
    private static final Path COMMAND = Path.of("/proc/self/cmdline");
    private static final Path JAVA = Path.of("/proc/self/exe");

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
            if (isWithoutOptions(started, System.getenv())) {
                execute(command(started, options(main), ClassData.isThere(System.getProperty("java.class.path"))));
            }
        } catch (IOException | RuntimeException | Error e) { // whatever it is, the program runs without it
            System.err.println(
                    "runs without the options that its JVM should have, for it cannot begin again with them: " + e
                            + "; with any option of the JVM (java -Xmx1g -jar …) it does not try");
        }
    }

    /** Whether it is {@code java -jar JAR}, and no option was given to the JVM. */
    static boolean isWithoutOptions(List<String> started, Map<String, String> environment) {
        return started.size() > 2
                && started.get(1).equals("-jar")
                && VARIABLES.stream().noneMatch(environment::containsKey);
    }

    /**
     * The same command, with options.
     *
     * @param classData whether there is some beside the jar
     */
    static List<String> command(List<String> started, List<String> options, boolean classData) {
        List<String> command = new ArrayList<>();
        command.add(started.get(0));
        command.add("-XX:+IgnoreUnrecognizedVMOptions"); // of another JVM, which then has its own
        command.addAll(options);
        if (classData) {
            command.addAll(ClassData.options(started.get(2)));
        }
        command.addAll(started.subList(1, started.size()));
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
        // Its native library goes where those of RocksDB and Kafka's codecs go, and not below the user's home.
        System.setProperty("jna.tmpdir", System.getProperty("java.io.tmpdir"));
        // What is searched is this process alone, which has the C library; looking for others runs ldconfig.
        System.setProperty("jna.platform.library.path", "");
        Map<String, String> options = Map.of(Library.OPTION_STRING_ENCODING, ISO_8859_1.name());
        NativeLibrary.getInstance(null, options)
                .getFunction("execv")
                .invokeInt(new Object[] {JAVA.toRealPath().toString(), command.toArray(String[]::new)});
        throw new IOException("execv failed with error " + Native.getLastError());
    }
}
