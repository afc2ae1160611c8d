package org.chatbridge.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShippedJvmTest {
    private static final String VERSION = System.getProperty("java.vm.version");

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
        assertThat(ShippedJvm.isWithoutOptions(List.of(command.split(" ")), Map.of()))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"JDK_JAVA_OPTIONS,-Xmx1g", "JAVA_TOOL_OPTIONS,-Xmx1g", "_JAVA_OPTIONS,-Xmx1g"})
    void shouldLeaveWhatHasOptionsInTheEnvironment(String variable, String value) {
        assertThat(ShippedJvm.isWithoutOptions(
                        List.of("java", "-jar", "lib/program.jar"), Map.of("HOME", "/", variable, value)))
                .isFalse();
    }

    @Test
    void shouldKeepTheCommandBehindTheOptions() {
        // given
        List<String> started = List.of("/opt/jre/bin/java", "-jar", "lib/program.jar", "--set", "a=b c", "--set", "");

        // when
        List<String> command = ShippedJvm.command(started, List.of("-Xmn24m"), true);

        // then
        assertThat(ShippedJvm.isWithoutOptions(started, Map.of("HOME", "/"))).isTrue();
        assertThat(command)
                .startsWith(
                        "/opt/jre/bin/java",
                        "-XX:+IgnoreUnrecognizedVMOptions",
                        "-Xmn24m",
                        "-XX:SharedArchiveFile=lib/program-" + VERSION + ".jsa")
                .endsWith("-jar", "lib/program.jar", "--set", "a=b c", "--set", "");
        assertThat(ShippedJvm.isWithoutOptions(command, Map.of())).isFalse();
        assertThat(ShippedJvm.command(started, List.of("-Xmn24m"), false))
                .containsExactly(
                        "/opt/jre/bin/java",
                        "-XX:+IgnoreUnrecognizedVMOptions",
                        "-Xmn24m",
                        "-jar",
                        "lib/program.jar",
                        "--set",
                        "a=b c",
                        "--set",
                        "");
    }

    @Test
    void shouldTakeTheClassesOfThisJvmAlone() throws Exception {
        // given
        String jar = directory.resolve("program.jar").toString();
        Files.createFile(directory.resolve("program-17.0.1+1.jsa"));
        Files.createFile(directory.resolve("program.jsa"));
        assertThat(ClassData.isThere(jar)).isFalse();

        // when
        Files.createFile(directory.resolve("program-" + VERSION + ".jsa"));

        // then
        assertThat(ClassData.isThere(jar)).isTrue();
    }
}
