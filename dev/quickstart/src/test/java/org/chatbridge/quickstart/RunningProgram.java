package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.chatbridge.sandbox.JarProgram;

/** A program that runs, and whose log and answers are waited for: two minutes at the most. */
final class RunningProgram {
    static final Duration SOON = Duration.ofMinutes(2);

    private final HttpClient http = HttpClient.newHttpClient();
    private final JarProgram program;
    private final int port;

    RunningProgram(JarProgram program, int port) {
        this.program = program;
        this.port = port;
    }

    JarProgram program() {
        return program;
    }

    String log() throws IOException {
        return Files.readString(program.log());
    }

    void awaitReady() throws Exception {
        await("/health/ready", "^200 ");
    }

    RunningProgram awaitLog(String pattern) throws Exception {
        Pattern wanted = Pattern.compile(pattern);
        long end = System.nanoTime() + SOON.toNanos();
        while (!wanted.matcher(log()).find()) {
            assertThat(System.nanoTime()).as("%s in %s", pattern, log()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return this;
    }

    void await(String path, String pattern) throws Exception {
        Pattern wanted = Pattern.compile(pattern);
        long end = System.nanoTime() + SOON.toNanos();
        String answer = "";
        while (!wanted.matcher(answer).find()) {
            assertThat(System.nanoTime())
                    .as("%s does not answer %s but %s; %s", path, pattern, answer, log())
                    .isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(100);
            answer = get(path);
        }
    }

    /** The status and the body, or what went wrong. */
    String get(String path) throws InterruptedException {
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(5))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
