package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
    void shouldSeeEveryPush() throws Exception {
        MeasureSettings settings = settings("latency", "partitions=2 warmup=3 seconds=3 rate=200");
        try (Stand stand = new Stand(settings, directory)) {
            stand.start();
            new LatencyMeasure(settings, stand, out).run();
        }
        assertThat(printed()).contains("; 0 of the samples not seen");
    }

    @Test
    void shouldCompareRowsWithAConstant() throws Exception {
        MeasureSettings settings = settings("rate", "partitions=2 warmup=2 seconds=1 rounds=1 connections=2");
        try (Stand stand = new Stand(settings, directory)) {
            stand.start();
            new RateMeasure(settings, stand, out).run();
        }
        assertThat(printed()).contains(" 0 answers other than 200").contains(", 0 not 200");
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

    @Test
    void shouldFoldAllFromTheBeginningBesideAConsumer() throws Exception {
        MeasureSettings settings = settings("rebuild", "partitions=2 pushes=1000 rounds=1");
        try (Stand stand = new Stand(settings, directory)) {
            stand.start();
            new RebuildMeasure(settings, stand, out).run();
        }
        assertThat(printed())
                .containsPattern("(?m)^\\d{4,} records of 100 agents")
                .containsPattern("(?m)^views, median( +[1-9][0-9.]*){7}$")
                .containsPattern("(?m)^consumer, median( +[1-9][0-9.]*){5}")
                .containsPattern("views beside consumer: [0-9]\\.[0-9]+ of its rate");
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
