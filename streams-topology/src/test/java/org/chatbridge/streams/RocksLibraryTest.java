package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;

@Timeout(60)
class RocksLibraryTest {
    private static final int KILLED = 9;

    /** Uses RocksDB, and ends as if it were killed. */
    public static void main(String[] arguments) {
        RocksLibrary.load();
        try (Options options = new Options()) {
            Runtime.getRuntime().halt(options.createIfMissing() ? 1 : KILLED);
        }
    }

    @Test
    void shouldLeaveNoFileWhereTheProcessIsKilled(@TempDir Path temporary) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        RocksLibraryTest.class.getName())
                .inheritIO()
                .start();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(KILLED);
            assertThat(temporary).isEmptyDirectory();
        } finally {
            process.destroyForcibly();
        }
    }
}
