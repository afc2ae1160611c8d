package org.chatbridge.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShippedJvmTest {
    private static final Path JAR = Path.of("lib/program.jar").toAbsolutePath();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java -Xmx1g -jar lib/program.jar",
                "java -Da=b -jar lib/program.jar --version",
                "java -cp lib/program.jar org.chatbridge.Main",
                "java @options -jar lib/program.jar",
                "java -jar"
            })
    void shouldLeaveWhatHasOptionsAlready(String command) {
        assertThat(ShippedJvm.jarWithoutOptions(List.of(command.split(" ")), Map.of()))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"JDK_JAVA_OPTIONS,-Xmx1g", "JAVA_TOOL_OPTIONS,-Xmx1g", "_JAVA_OPTIONS,-Xmx1g"})
    void shouldLeaveWhatHasOptionsInTheEnvironment(String variable, String value) {
        assertThat(ShippedJvm.jarWithoutOptions(
                        List.of("java", "-jar", "lib/program.jar"), Map.of("HOME", "/", variable, value)))
                .isEmpty();
    }

    @Test
    void shouldKeepTheCommandBehindTheOptions() {
        // given
        List<String> started = List.of("/opt/jre/bin/java", "-jar", "lib/program.jar", "--set", "a=b c", "--set", "");

        // when
        Optional<Path> jar = ShippedJvm.jarWithoutOptions(started, Map.of("HOME", "/"));
        List<String> command =
                ShippedJvm.command(started, List.of("-Xmn24m"), jar.orElseThrow(), Optional.of(Path.of("classes.jsa")));

        // then
        assertThat(jar).contains(JAR);
        assertThat(command).startsWith("/opt/jre/bin/java", "-Xmn24m", "-XX:SharedArchiveFile=classes.jsa");
        assertThat(command).endsWith("-jar", JAR.toString(), "--set", "a=b c", "--set", "");
        assertThat(ShippedJvm.jarWithoutOptions(command, Map.of())).isEmpty();
    }

    @Test
    void shouldTakeTheClassesOfThisJvmAlone() throws Exception {
        // given
        Path jar = directory.resolve("program.jar");
        Files.createFile(directory.resolve("program-17.0.1+1.jsa"));
        Files.createFile(directory.resolve("program.jsa"));
        assertThat(ClassData.of(jar)).isEmpty();

        // when
        Path own = Files.createFile(directory.resolve("program-" + System.getProperty("java.vm.version") + ".jsa"));

        // then
        assertThat(ClassData.of(jar)).contains(own);
    }
}
