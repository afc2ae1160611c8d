package org.chatbridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The programs as a user starts them: JVMs of their own. */
@Timeout(60)
final class ProgramsIT {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    /** A server that does nothing for ever. */
    static final class Idle {
        public static void main(String[] args) throws InterruptedException {
            new CountDownLatch(1).await();
        }
    }

    /** A parent that starts such a server, says its process id, and waits to be killed. */
    static final class Parent {
        public static void main(String[] args) throws InterruptedException {
            ChildProcess child = new ChildProcess("idle", Path.of(args[0], "idle.log"));
            child.start(List.of("-cp", System.getProperty("java.class.path")), Idle.class.getName(), List.of());
            System.out.println(child.pid());
            new CountDownLatch(1).await();
        }
    }

    @Test
    void shouldEndAChildWhoseParentWasKilled() throws Exception {
        Process parent = java(Parent.class, directory.toString());
        ProcessHandle child =
                ProcessHandle.of(Long.parseLong(firstLine(parent))).orElseThrow();
        assertThat(child.isAlive()).isTrue();

        parent.destroyForcibly().waitFor();

        child.onExit().get(20, TimeUnit.SECONDS);
    }

    @Test
    void shouldServeLiveChatUntilItIsTerminated() throws Exception {
        Process simulator = java(SimulatedLiveChat.class, "--port", "0", "--control-port", "0", "--seed", "7");
        String ready = firstLine(simulator);
        Matcher control = Pattern.compile("control on (http://\\S+)").matcher(ready);
        assertThat(control.find()).as(ready).isTrue();

        String truth = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(control.group(1) + "/truth"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();

        assertThat(Json.read(truth).path("total_pushes").asLong(-1)).isZero();
        String port = ready.replaceAll(".*ws://127\\.0\\.0\\.1:(\\d+).*", "$1");
        Process second = java(SimulatedLiveChat.class, "--port", port);
        assertThat(firstLine(second)).contains("port " + port).contains("in use");
        assertThat(second.waitFor()).isEqualTo(1);
        simulator.destroy();
        assertThat(simulator.waitFor()).isEqualTo(143);
    }

    @Test
    void shouldSayInOneLineWhichArgumentIsWrong() throws Exception {
        Process broker = java(KafkaBroker.class, "--port", "9o92", "--dir", directory.toString());

        assertThat(firstLine(broker)).isEqualTo("--port '9o92': expected a whole number from 0 to 65535");
        assertThat(broker.waitFor()).isEqualTo(2);
    }

    private static Process java(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String firstLine(Process process) throws IOException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = reader.readLine();
        return line == null ? "" : line;
    }
}
