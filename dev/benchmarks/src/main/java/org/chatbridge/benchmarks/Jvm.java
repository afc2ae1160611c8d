package org.chatbridge.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts main classes of this class path in JVMs of their own. */
final class Jvm {
    private Jvm() {}

    /** @param output where what it says goes; errors are this process' own */
    static Process start(Class<?> main, ProcessBuilder.Redirect output, String... arguments) throws IOException {
        return start(List.of(), main.getName(), output, List.of(arguments));
    }

    static Process start(List<String> jvmOptions, String main, ProcessBuilder.Redirect output, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectOutput(output)
                .redirectError(
                        output.type() == ProcessBuilder.Redirect.Type.PIPE ? ProcessBuilder.Redirect.INHERIT : output)
                .start();
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
