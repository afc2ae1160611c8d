package org.chatbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.chatbridge.sandbox.JarProgram;
import org.chatbridge.sandbox.SimulatedLiveChat;
import org.chatbridge.sandbox.SimulatorSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar as it is started by users: its last words and exit codes. */
@Timeout(120)
class PackagedBridgeIT {
    private static final int SIGTERM_GRACE_S = 20;

    private final String prefix = Servers.newPrefix();

    @TempDir
    Path directory;

    @Test
    void shouldNameEveryMistakeBeforeItConnects() throws Exception {
        JarProgram bridge = bridge(
                "livechat.url=http://livechat.example/",
                "livechat.token=Bearer secret-word",
                "topics.partitions=none",
                "topic.prefix=x",
                "producer.acks=1",
                "producer.partitioner.ignore.keys=true",
                "admin.bootstrap.servers=elsewhere:9092");
        bridge.start();

        assertThat(bridge.awaitEnd()).isEqualTo(2);
        assertThat(output())
                .contains("livechat.url=http://livechat.example/: expected a URL")
                .contains("topics.partitions=none: expected a whole number")
                .contains("topic.prefix: unknown key; did you mean topics.prefix?")
                .contains("producer.acks=1: may not be set")
                .contains("producer.partitioner.ignore.keys=true: may not be set: the key decides")
                .contains("admin.bootstrap.servers=elsewhere:9092: may not be set: set bootstrap.servers instead")
                .contains("bootstrap.servers: required and not set")
                .doesNotContain("secret-word")
                .doesNotContain("\tat ")
                .hasLineCount(9);
    }

    @Test
    void shouldSayNothingBesideTheMistakeOfAJournalThatCannotBeUsed() throws Exception {
        Path noDirectory = Files.createFile(directory.resolve("file"));
        JarProgram bridge = alone("journal.dir=" + noDirectory, "http.listen=127.0.0.1:0");
        bridge.start();

        assertThat(bridge.awaitEnd()).isEqualTo(2);
        assertThat(output()).startsWith("journal.dir=" + noDirectory + ": ").hasLineCount(1);
    }

    @Test
    void shouldTouchNothingWhereItsPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String listen = "http.listen=127.0.0.1:" + taken.getLocalPort();
            JarProgram bridge = alone("journal.dir=" + directory.resolve("journal"), listen);
            bridge.start();

            assertThat(bridge.awaitEnd()).isEqualTo(2);
            assertThat(output()).startsWith(listen + ": cannot listen there").hasLineCount(1);
            assertThat(directory.resolve("journal")).doesNotExist();
        }
    }

    @Test
    void shouldNameAFileOfHttpThatCannotBeUsedBeforeItTouchesTheJournal() throws Exception {
        JarProgram bridge = alone(
                "journal.dir=" + directory.resolve("journal"),
                "http.listen=127.0.0.1:0",
                "http.auth.tokens.file=/none");
        bridge.start();

        assertThat(bridge.awaitEnd()).isEqualTo(2);
        assertThat(output()).contains("http.auth.tokens.file=/none: ").doesNotContain("\tat ");
        assertThat(directory.resolve("journal")).doesNotExist();
    }

    @Test
    void shouldEndWhenTheTokenIsRefused() throws Exception {
        try (SimulatedLiveChat liveChat = liveChat()) {
            JarProgram bridge = connected(liveChat, "livechat.token=Bearer wrong-secret");
            bridge.start();

            assertThat(bridge.awaitEnd()).isEqualTo(3);
            assertThat(output())
                    .contains("login refused: auth Invalid access token. Set livechat.token to a valid token")
                    .doesNotContain("wrong-secret")
                    .doesNotContain("\tat ");
            assertThat(new Received(prefix).gaps().values())
                    .as("told though the topics were made only now")
                    .anyMatch(gap -> gap.toString().contains("login refused"));
        }
    }

    @Test
    void shouldEndWhenTheTopicsAreNotAsConfigured() throws Exception {
        try (SimulatedLiveChat liveChat = liveChat();
                RunningBridge first = new RunningBridge(liveChat, prefix, directory)) {
            first.awaitReady();
        }
        try (SimulatedLiveChat liveChat = liveChat()) {
            JarProgram bridge = connected(liveChat, "livechat.token=" + liveChat.token(), "topics.partitions=5");
            bridge.start();

            assertThat(bridge.awaitEnd()).isEqualTo(2);
            assertThat(output())
                    .contains("topics.partitions=5: the topic " + prefix + "agent-disconnected has 3; set"
                            + " topics.partitions=3, or another topics.prefix");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:1", "kafka.invalid:9092"})
    void shouldWaitForServersThatAreNotThereAndEndWithZeroWhenAsked(String kafka) throws Exception {
        JarProgram bridge = bridge(
                "livechat.url=ws://127.0.0.1:1/rtm/ws",
                "livechat.token=Bearer x",
                "bootstrap.servers=" + kafka,
                "schema.registry.url=http://127.0.0.1:1",
                "topics.prefix=" + prefix,
                "journal.dir=" + directory.resolve("journal"),
                "http.listen=127.0.0.1:0");
        bridge.start();
        Await.until(
                "both complaints",
                () -> output().contains("bootstrap.servers=" + kafka + ": Kafka does not answer")
                        && output().contains(
                                        "livechat.url=ws://127.0.0.1:1/rtm/ws: cannot connect: Connection refused"));
        long asked = System.nanoTime();
        bridge.stop();

        assertThat(bridge.awaitEnd()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(SIGTERM_GRACE_S));
        assertThat(output()).doesNotContain("\tat ");
    }

    @Test
    @Timeout(
            value = 90,
            threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // nothing interrupts who waits for the other end of a pipe
    void shouldEndWithZeroWhenAskedWhileItReadsItsSettings() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        JarProgram bridge = bridge("livechat.token=${file:" + pipe + ":token}");
        bridge.start();
        OutputStream opensWhenTheBridgeReads = Files.newOutputStream(pipe);
        try (opensWhenTheBridgeReads) {
            bridge.stop();

            assertThat(bridge.awaitEnd()).isZero();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldRunInTheJvmThatItIsShippedWith() throws Exception {
        // given
        List<String> options =
                Files.readAllLines(Path.of("src/main/resources/org/chatbridge/bridge/jvm.options")).stream()
                        .filter(line -> line.startsWith("-"))
                        .toList();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", "target/bridge.jar"));
        for (String setting : List.of(
                "bootstrap.servers=kafka.invalid:9092", // known at once to be in the way of what is left
                "schema.registry.url=http://127.0.0.1:1",
                "livechat.url=ws://127.0.0.1:1/",
                "livechat.token=Bearer two words",
                "journal.dir=" + directory.resolve("journal"),
                "http.listen=127.0.0.1:0")) {
            command.addAll(List.of("--set", setting));
        }

        // when
        Process bridge = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("bridge.log").toFile())
                .start();
        try {
            Await.until("its address", () -> output().contains("health, status and metrics at"));

            // then
            assertThat(Files.readString(Path.of("/proc/" + bridge.pid() + "/cmdline"))
                            .split("\0"))
                    .containsAll(options)
                    .contains("livechat.token=Bearer two words")
                    .anyMatch(argument -> argument.startsWith("-XX:SharedArchiveFile="));
        } finally {
            bridge.destroy();
        }
        assertThat(bridge.waitFor()).isZero();
    }

    private SimulatedLiveChat liveChat() {
        SimulatedLiveChat liveChat =
                new SimulatedLiveChat(SimulatorSettings.defaults().withRate(0));
        liveChat.start();
        return liveChat;
    }

    private JarProgram connected(SimulatedLiveChat liveChat, String... more) {
        List<String> settings = new ArrayList<>(List.of(
                "livechat.url=" + liveChat.url(),
                "bootstrap.servers=" + Servers.BROKER.bootstrapServers(),
                "schema.registry.url=" + Servers.REGISTRY.url(),
                "topics.prefix=" + prefix,
                "journal.dir=" + directory.resolve("journal"),
                "http.listen=127.0.0.1:0"));
        settings.addAll(Arrays.asList(more));
        return bridge(settings.toArray(String[]::new));
    }

    /** Where nobody is there that the program looks for. */
    private JarProgram alone(String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "livechat.url=ws://127.0.0.1:1/rtm/ws",
                "livechat.token=Bearer x",
                "bootstrap.servers=127.0.0.1:1",
                "schema.registry.url=http://127.0.0.1:1"));
        all.addAll(List.of(settings));
        return bridge(all.toArray(String[]::new));
    }

    private JarProgram bridge(String... settings) {
        List<String> arguments = new ArrayList<>();
        for (String setting : settings) {
            arguments.add("--set");
            arguments.add(setting);
        }
        return new JarProgram(
                "the bridge",
                Path.of("target/bridge.jar"),
                List.of("-Xmx128m"),
                arguments,
                directory.resolve("bridge.log"));
    }

    private String output() throws Exception {
        Path log = directory.resolve("bridge.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }
}
