package org.chatbridge.quickstart;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks the same with wrk, where it is installed, so that nobody has to believe {@link HttpLoad} alone. */
final class Wrk {
    private static final Pattern RATE = Pattern.compile("Requests/sec: +([0-9.]+)");
    private static final Pattern OTHERS = Pattern.compile("Non-2xx or 3xx responses: ([0-9]+)");
    private static final Pattern P99 = Pattern.compile("(?m)^ +99% +(\\S+)");

    /** A question is one of the lines of a file, at random. */
    private static final String SCRIPT = """
            local questions = {}
            init = function(arguments)
              for line in io.lines(arguments[1]) do questions[#questions + 1] = wrk.format("GET", line) end
            end
            request = function() return questions[math.random(#questions)] end
            """;

    private final int connections;
    private final Duration length;
    private final Path directory;

    /** @param directory where it may write */
    Wrk(int connections, Duration length, Path directory) {
        this.connections = connections;
        this.length = length;
        this.directory = directory;
    }

    private record Outcome(double perSecond, String p99, long others) {}

    /** A line that says how fast the views and a constant answered. */
    String compare(Asked asked, URI views, URI constant) throws IOException, InterruptedException {
        try {
            new ProcessBuilder("wrk", "-v").start().waitFor();
        } catch (IOException e) {
            return "wrk is not installed (Debian: apt-get install wrk): nothing else has asked for a " + asked.name();
        }
        Outcome answers = run(views, asked.targets());
        Outcome constants = run(constant, List.of("/constant/" + asked.bytes()));
        return String.format(
                Locale.ROOT,
                "wrk: %-27s%10.0f%12.0f%7.2f   p99 %s and %s, %d answers not 2xx",
                asked.name(),
                answers.perSecond(),
                constants.perSecond(),
                answers.perSecond() / constants.perSecond(),
                answers.p99(),
                constants.p99(),
                answers.others() + constants.others());
    }

    private Outcome run(URI server, List<String> targets) throws IOException, InterruptedException {
        Path script = Files.writeString(directory.resolve("wrk.lua"), SCRIPT);
        Path questions = Files.write(directory.resolve("wrk.questions"), targets);
        Process wrk = new ProcessBuilder(
                        "wrk",
                        "--latency",
                        "-t1",
                        "-c" + connections,
                        "-d" + Math.max(1, length.toSeconds()) + "s",
                        "-s" + script,
                        server.toString(),
                        "--",
                        questions.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher rate = RATE.matcher(said);
        if (wrk.waitFor() != 0 || !rate.find()) {
            throw new IOException("wrk does not say how fast it was: " + said);
        }
        Matcher p99 = P99.matcher(said);
        Matcher others = OTHERS.matcher(said);
        return new Outcome(
                Double.parseDouble(rate.group(1)),
                p99.find() ? p99.group(1) : "?",
                others.find() ? Long.parseLong(others.group(1)) : 0);
    }
}
