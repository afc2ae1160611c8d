package org.chatbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BridgeMainTest {
    @TempDir
    Path directory;

    /** Such as where a file of lib/ is missing. */
    @Test
    void shouldEndWithOneWhereAnErrorIsThrown() throws Exception {
        String separator = Pattern.quote(File.pathSeparator);
        List<String> withoutAvro =
                new ArrayList<>(List.of(System.getProperty("java.class.path").split(separator)));
        assertThat(withoutAvro.removeIf(
                        file -> Path.of(file).getFileName().toString().startsWith("avro-1.")))
                .isTrue();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                String.join(File.pathSeparator, withoutAvro),
                BridgeMain.class.getName()));
        for (String setting : List.of(
                "livechat.url=ws://127.0.0.1:1/rtm/ws",
                "livechat.token=Bearer x",
                "bootstrap.servers=127.0.0.1:1",
                "schema.registry.url=http://127.0.0.1:1",
                "journal.dir=" + directory.resolve("journal"),
                "http.listen=127.0.0.1:0")) {
            command.addAll(List.of("--set", setting));
        }
        Path said = directory.resolve("said");
        Process bridge = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(bridge.waitFor(30, TimeUnit.SECONDS)).as("it ends").isTrue();
            assertThat(Files.readString(said)).contains("NoClassDefFoundError");
            assertThat(bridge.exitValue()).isEqualTo(1);
        } finally {
            bridge.destroyForcibly();
        }
    }
}
