package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Materialized;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The jar as users start it: complete, patient while nothing is there, and polite when told to end. */
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class PackagedProgramIT {
    private static final Pattern PORT = Pattern.compile("answering HTTP on port (\\d+)");
    private static final List<String> OPTIONS = List.of("-Xmx256m", "-Duser.language=tr");
    private static final Duration SOON = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    private Path directory;

    @Test
    void shouldEndWithTwoWhereASettingIsWrong() throws Exception {
        // when
        Process process = start("--set", "bootstrap.servers=here");

        // then
        assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(log()).contains("bootstrap.servers=here: expected").contains("state.dir: required");
    }

    @Test
    void shouldWaitForKafkaAliveButNotReadyCountFailuresFromZeroAndEndWithZero() throws Exception {
        // given
        int nobody = unusedPort();
        Process process = start(
                "--set", "bootstrap.servers=127.0.0.1:" + nobody,
                "--set", "schema.registry.url=http://127.0.0.1:" + nobody,
                "--set", "http.listen=127.0.0.1:0",
                "--set", "state.dir=" + directory.resolve("state"));
        try {
            int port = Integer.parseInt(awaitInLog(process, PORT).group(1));

            // when
            awaitInLog(process, Pattern.compile("waiting: bootstrap.servers=127.0.0.1:" + nobody));

            // then
            assertThat(get(port, "/health/live").statusCode()).isEqualTo(200);
            assertThat(get(port, "/health/ready").statusCode()).isEqualTo(503);
            HttpResponse<String> agents = get(port, "/v1/agents");
            assertThat(agents.statusCode()).isEqualTo(503);
            assertThat(agents.headers().firstValue("Retry-After")).isPresent();
            assertThat(agents.body()).contains("Kafka does not answer");
            assertThat(get(port, "/metrics").body())
                    .as("failures, counted from zero before Kafka is there")
                    .contains(
                            "# HELP chatbridge_views_records_undecodable_total Records ",
                            "# HELP chatbridge_views_records_unfoldable_total Records ",
                            "# HELP chatbridge_views_records_without_key_total Records ",
                            "# HELP chatbridge_views_records_misplaced_total Records ",
                            "# HELP chatbridge_views_stream_threads_replaced_total ",
                            "chatbridge_views_records_undecodable_total{topic=\"livechat.agent-updated\"} 0.0",
                            "chatbridge_views_records_unfoldable_total{topic=\"livechat-views-people-repartition\"} 0.0",
                            "chatbridge_views_records_without_key_total{topic=\"livechat.agent-updated\"} 0.0",
                            "chatbridge_views_records_misplaced_total{topic=\"livechat.agent-updated\"} 0.0",
                            "chatbridge_views_stream_threads_replaced_total 0.0");
            assertThat(log()).doesNotContain("\tat ");
        } finally {
            process.destroy();
        }
        assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldLeaveNothingAmongTheTemporaryFiles() throws Exception {
        // given
        Path temporary = Files.createDirectory(directory.resolve("temporary"));
        Process process = startAlone(List.of("-Djava.io.tmpdir=" + temporary), directory.resolve("state"));
        try {
            // when
            awaitInLog(process, Pattern.compile("waiting: "));

            // then
            assertThat(Files.readString(Path.of("/proc", Long.toString(process.pid()), "maps")))
                    .contains("librocksdbjni");
            assertThat(temporary).isEmptyDirectory();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    @Timeout(
            value = 90,
            threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // nothing interrupts who waits for the other end of a pipe
    void shouldEndWithZeroWhenAskedWhileItReadsItsSettings() throws Exception {
        // given
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Process process = start("--set", "bootstrap.servers=${file:" + pipe + ":kafka}");
        OutputStream opensWhenTheViewsRead = Files.newOutputStream(pipe);
        try (opensWhenTheViewsRead) {
            // when
            process.destroy();

            // then
            assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
    }

    /** Nobody may write there, whoever he is. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldNameTheDirectoryThatCannotBeWrittenBeforeItAsksForKafka() throws Exception {
        // when
        Process process = startAlone(OPTIONS, Path.of("/proc"));

        // then
        try {
            assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(2);
            assertThat(log())
                    .startsWith("state.dir=/proc: expected a directory that can be written")
                    .hasLineCount(1);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldNameTheDirectoryOfAnotherInstanceBeforeItAsksForKafka() throws Exception {
        // given
        Path state = directory.resolve("state");
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "application.id", "livechat-views", "bootstrap.servers", "127.0.0.1:1", "state.dir", state.toString()));
        StreamsBuilder builder = new StreamsBuilder();
        builder.table("topic", Materialized.as("store"));
        try (KafkaStreams other = new KafkaStreams(builder.build(), properties)) {
            assertThat(other.state()).isEqualTo(KafkaStreams.State.CREATED);

            // when
            Process process = startAlone(OPTIONS, state);

            // then
            try {
                assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isEqualTo(2);
                assertThat(log())
                        .startsWith("state.dir=" + state
                                + ": expected a directory that can be written and that no other" + " instance uses: ")
                        .hasLineCount(1);
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void shouldNameThePortThatIsTaken() throws Exception {
        // given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // when
            Process process = start(
                    "--set",
                    "bootstrap.servers=127.0.0.1:1",
                    "--set",
                    "schema.registry.url=http://127.0.0.1:1",
                    "--set",
                    "http.listen=127.0.0.1:" + taken.getLocalPort(),
                    "--set",
                    "state.dir=" + directory.resolve("state"));

            // then
            assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(2);
            assertThat(log()).contains("http.listen=127.0.0.1:" + taken.getLocalPort() + ": cannot listen there");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldRunInTheJvmThatItIsShippedWith() throws Exception {
        // given
        Path options = Path.of("src/main/resources/org/chatbridge/streams/jvm.options");

        // when
        Process process = startAlone(List.of(), directory.resolve("Ærø"));
        try {
            awaitInLog(process, PORT);

            // then
            assertThat(command(process))
                    .containsAll(Files.readAllLines(options).stream()
                            .filter(line -> line.startsWith("-"))
                            .toList())
                    .anyMatch(argument -> argument.startsWith("-XX:SharedArchiveFile="));
            assertThat(directory.resolve("Ærø")).isDirectory();
            assertThat(log()).doesNotContain("[cds]");
        } finally {
            process.destroy();
        }
        assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldRunInTheJvmThatWasAskedFor() throws Exception {
        // when
        Process process = startAlone(List.of("-Da=b"), directory.resolve("state"));
        try {
            awaitInLog(process, PORT);

            // then
            assertThat(command(process)).contains("-Da=b").noneMatch(argument -> argument.startsWith("-XX:"));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static List<String> command(Process process) throws IOException {
        return List.of(Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                .split("\0"));
    }

    /** Where nobody is there that the program looks for. */
    private Process startAlone(List<String> jvmOptions, Path stateDir) throws IOException {
        return start(
                jvmOptions,
                "--set",
                "bootstrap.servers=127.0.0.1:1",
                "--set",
                "schema.registry.url=http://127.0.0.1:1",
                "--set",
                "http.listen=127.0.0.1:0",
                "--set",
                "state.dir=" + stateDir);
    }

    private Process start(String... arguments) throws IOException {
        return start(OPTIONS, arguments);
    }

    private Process start(List<String> jvmOptions, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar", Path.of("target", "streams-topology.jar").toString()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("VIEWS_"));
        return builder.start();
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("log"), StandardCharsets.UTF_8);
    }

    private Matcher awaitInLog(Process process, Pattern pattern) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (System.nanoTime() < deadline) {
            Matcher matcher = pattern.matcher(log());
            if (matcher.find()) {
                return matcher;
            }
            // Wakes at once where the program ends, which is what the next line then shows.
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        throw new AssertionError("not in the log: " + pattern + "\n" + log());
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
