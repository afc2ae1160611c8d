package org.chatbridge.quickstart;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.chatbridge.schema.SchemaRegistry;

/**
 * Measures how many rows a second an instance answers by their key, against the same HTTP server with a constant of the same
 * size, in rounds by turns, and how long an answer takes at half of that rate. Whoever asks is on the same processors.
 */
final class RateMeasure {
    private static final int AGENTS = 1_000;
    private static final Duration SETTLE = Duration.ofMinutes(1);

    private final MeasureSettings settings;
    private final Stand stand;
    private final PrintStream out;

    RateMeasure(MeasureSettings settings, Stand stand, PrintStream out) {
        this.settings = settings;
        this.stand = stand;
        this.out = out;
    }

    void run() throws Exception {
        Stand.Instance views = stand.views("views");
        try (SchemaRegistry schemas = stand.schemas();
                MeasuredPushes pushes = MeasuredPushes.to(stand, schemas, Map.of("acks", "all"))) {
            for (int i = 0; i < AGENTS; i++) {
                pushes.agent(agent(i), "accepting_chats");
            }
            pushes.flush();
        }
        stand.awaitReady(views);
        int bytes = awaitRows(views.uri());
        Stand.Instance constant = stand.constant(bytes);
        stand.awaitReady(constant);
        List<byte[]> questions = new ArrayList<>();
        for (int i = 0; i < AGENTS; i++) {
            questions.add(HttpConnection.get("/v1/agents/" + agent(i)));
        }
        compare(views, constant, questions, bytes);
    }

    private void compare(Stand.Instance views, Stand.Instance constants, List<byte[]> questions, int bytes)
            throws Exception {
        HttpLoad rows = new HttpLoad(views.uri(), questions, settings.connections());
        HttpLoad same = new HttpLoad(constants.uri(), questions, settings.connections());
        rows.asFastAsItAnswers(settings.warmUp().dividedBy(2));
        same.asFastAsItAnswers(settings.warmUp().dividedBy(2));
        out.printf("%d connections, answers of %d bytes%n", settings.connections(), bytes);
        out.printf(
                "%-10s%10s%12s%8s%14s%16s   rows:%s%n",
                "", "rows/s", "constant/s", "ratio", "CPU us a row", "CPU us constant", Latencies.HEAD);
        List<Double> ofRows = new ArrayList<>();
        List<Double> ofSame = new ArrayList<>();
        long failed = 0;
        for (int round = 1; round <= settings.rounds(); round++) {
            Cpu ofViews = Cpu.of(views.program().pid());
            HttpLoad.Outcome row = rows.asFastAsItAnswers(settings.length());
            double cpuOfRow = ofViews.microsFor(row.latencies().count());
            Cpu ofConstants = Cpu.of(constants.program().pid());
            HttpLoad.Outcome constant = same.asFastAsItAnswers(settings.length());
            double cpuOfConstant = ofConstants.microsFor(constant.latencies().count());
            failed += row.failed() + constant.failed();
            ofRows.add(row.perSecond());
            ofSame.add(constant.perSecond());
            out.printf(
                    "round %-4d%10.0f%12.0f%8.2f%14.0f%16.0f        %s%n",
                    round,
                    row.perSecond(),
                    constant.perSecond(),
                    row.perSecond() / constant.perSecond(),
                    cpuOfRow,
                    cpuOfConstant,
                    row.latencies());
        }
        double rate = median(ofRows);
        out.printf(
                "median    %10.0f%12.0f%8.2f   %d answers other than 200%n",
                rate, median(ofSame), rate / median(ofSame), failed);
        HttpLoad.Outcome half = rows.steadily(rate / 2, settings.length().multipliedBy(2));
        out.printf(
                "at half of it, %.0f rows/s, %d not 200: %s%n%s%n",
                half.perSecond(), half.failed(), Latencies.HEAD, " ".repeat(38) + half.latencies());
    }

    private static int awaitRows(URI views) throws InterruptedException, IOException {
        long end = System.nanoTime() + SETTLE.toNanos();
        try (HttpConnection connection = HttpConnection.open(views)) {
            for (int i = 0; i < AGENTS; i++) {
                while (connection.ask(HttpConnection.get("/v1/agents/" + agent(i))) != 200) {
                    if (System.nanoTime() > end) {
                        throw new IOException("no row of " + agent(i) + ": " + connection.body());
                    }
                    TimeUnit.MILLISECONDS.sleep(20);
                }
            }
            return connection.bodyLength();
        }
    }

    private static String agent(int number) {
        return "agent-" + number + "@agents.example";
    }

    private static double median(List<Double> figures) {
        List<Double> sorted = figures.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
