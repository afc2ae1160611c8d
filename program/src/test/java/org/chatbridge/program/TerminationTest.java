package org.chatbridge.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TerminationTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    /** Unpacks something, as libraries do with their native part, and ends with the code that it is given, or when it is told to. */
    public static void main(String[] arguments) throws Exception {
        Termination.install(() -> System.out.println("drained"));
        Files.createTempFile("unpacked", "").toFile().deleteOnExit();
        System.out.println("running");
        if (arguments.length > 0) {
            System.exit(Integer.parseInt(arguments[0]));
        }
        new CountDownLatch(1).await();
    }

    @Test
    void shouldDrainDeleteWhatWasUnpackedAndEndWithZeroWhenTold() throws Exception {
        Process program = program();
        try (BufferedReader said = program.inputReader()) {
            assertThat(said.readLine()).isEqualTo("running");
            program.toHandle().destroy(); // with SIGTERM

            assertThat(said.readLine()).isEqualTo("drained");
            assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(program.exitValue()).isZero();
            assertThat(directory).isEmptyDirectory();
        } finally {
            program.destroyForcibly();
        }
    }

    @Test
    void shouldDrainAndKeepTheCodeOfAProgramThatEndsByItself() throws Exception {
        Process program = program("3");
        try (BufferedReader said = program.inputReader()) {
            assertThat(said.lines()).containsExactly("running", "drained");
            assertThat(program.waitFor()).isEqualTo(3);
            assertThat(directory).isEmptyDirectory();
        } finally {
            program.destroyForcibly();
        }
    }

    private Process program(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                System.getProperty("java.class.path"),
                TerminationTest.class.getName());
        builder.command().addAll(List.of(arguments));
        return builder.start();
    }
}
