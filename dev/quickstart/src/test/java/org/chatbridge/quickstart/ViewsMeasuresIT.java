package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The measures of the views find what they look for; their figures are those of a machine that has nothing else to do. */
class ViewsMeasuresIT {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @Test
    void shouldSeeEveryPushAtEachRate() throws Exception {
        MeasureSettings settings =
                settings("latency", "partitions=2 warmup=2 seconds=2 rate=200,1% pushes=3000 threads=1000");
        try (Stand stand = new Stand(settings, directory)) {
            stand.start();
            new LatencyMeasure(settings, stand, out).run();
        }
        assertThat(printed())
                .contains("top rate: 3000 pushes")
                .containsPattern("(?m)^200 pushes/s for 2 s, .*; 0 of the samples not seen$")
                .containsPattern("(?m)^[0-9]+ pushes/s, 1% of the top rate, for 2 s, .*; 0 of the samples not seen$");
    }

    @Test
    void shouldCompareRowsListsAndPagesWithConstants() throws Exception {
        MeasureSettings settings =
                settings("queries", "partitions=2 agents=50 threads=1000 warmup=2 seconds=1 rounds=1 connections=2");
        try (Stand stand = new Stand(settings, directory)) {
            stand.start();
            new QueriesMeasure(settings, stand, out).run();
        }
        assertThat(printed()).contains("\n0 answers other than 200");
        for (String kind : List.of("row by key", "threads of an agent", "list of agents", "page of 100 threads")) {
            assertThat(printed())
                    .containsPattern("(?m)^median: " + kind + " +[1-9][0-9]* +[1-9][0-9]* +[1-9][0-9]* +[0-9.]+ ")
                    .containsPattern("(?m)^" + kind + " +[1-9][0-9]* +0 ")
                    .containsPattern("(?m)^wrk.*" + kind);
        }
    }

    @Test
    void shouldTellWhatBendsWhereOneThingIsLarger() throws Exception {
        MeasureSettings settings = settings(
                "growth",
                "rows=base,instances-2 partitions=2 agents=50 threads=1000 pushes=1000 warmup=1 seconds=1 rounds=1"
                        + " connections=2");

        new GrowthMeasure(settings, directory, out).run();

        assertThat(printed())
                .contains("base: 50 agents, 1000 open threads, 2 partitions, 1 instances")
                .contains("instances-2: 50 agents, 1000 open threads, 2 partitions, 2 instances")
                .containsPattern("(?m)^base( +1\\.00){4}$")
                .containsPattern("(?m)^instances-2( +[0-9.]+){4}$")
                .contains("what bends first: ");
    }

    @Test
    void shouldKeepEveryThreadWhenAnInstanceIsKilled() throws Exception {
        MeasureSettings settings = settings("million", "partitions=2 threads=1500 pages=20");
        try (Stand stand = new Stand(settings, directory)) {
            stand.start();
            new MillionMeasure(settings, stand, out).run();
        }
        assertThat(printed())
                .contains("0 of them not whole")
                .contains("1500 of 1500 threads")
                .contains("threads in its list: 1500 of 1500");
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private static MeasureSettings settings(String measure, String options) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("quickstart.root", "../..");
        properties.setProperty("measure", measure);
        properties.setProperty("measure.options", options);
        return MeasureSettings.of(properties);
    }
}
