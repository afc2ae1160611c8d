package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The measures of the views find what they look for; their figures are those of a machine that has nothing else to do. */
@Tag("measures")
class ViewsMeasuresIT {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @Test
    void shouldSeeEveryPushAtEachRate() throws Exception {
        MeasureSettings settings =
                settings("latency", "partitions=2 warmup=2 seconds=2 rate=200,2% pushes=3000 threads=1000");
        try (Stand stand = new Stand(settings, directory)) {
            stand.start();
            new LatencyMeasure(settings, stand, out).run();
        }
        assertThat(printed())
                .contains("top rate: 3000 pushes")
                .containsPattern("(?m)^200 pushes/s for 2 s, .*; 0 of the samples not seen$")
                .containsPattern("(?m)^[0-9]+ pushes/s, 2% of the top rate, for 2 s, .*; 0 of the samples not seen$");
    }

    @Test
    void shouldCompareRowsListsAndPagesWithConstants() throws Exception {
        MeasureSettings settings =
                brief(settings("queries", "partitions=2 agents=50 threads=1000 rounds=1 connections=2"));
        try (Stand stand = new Stand(settings, directory)) {
            stand.start();
            new QueriesMeasure(settings, stand, out).run();
        }
        assertThat(printed()).containsPattern("(?m)^0 answers other than 200$").containsPattern("(?m)^wrk.*row by key");
        for (String kind : List.of("row by key", "threads of an agent", "list of agents", "page of 100 threads")) {
            assertThat(printed())
                    .containsPattern("(?m)^median: " + kind + "( +[1-9][0-9]*){3} +[0-9.]+ ")
                    .containsPattern("(?m)^" + kind + " +[1-9][0-9]* +0 ");
        }
    }

    @Test
    void shouldMeasureWhereThereAreMoreInstances() throws Exception {
        MeasureSettings settings = brief(settings(
                "growth", "instances=2 partitions=2 agents=50 threads=1000 pushes=1000 rounds=1 connections=2"));
        GrowthTable.Row row;
        try (Stand stand = new Stand(settings, directory)) {
            stand.start();
            row = new GrowthMeasure(settings, directory, out).measure(Growth.BASE, settings, stand);
        }
        assertThat(row.figures()).hasSize(4).allSatisfy((name, figure) -> assertThat(figure)
                .isPositive());
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

    /** As short as it can be: what is found then is no figure of anything. */
    private static MeasureSettings brief(MeasureSettings settings) {
        return new MeasureSettings(
                settings.root(),
                settings.kind(),
                settings.partitions(),
                Duration.ofMillis(500),
                Duration.ofMillis(300),
                settings.rates(),
                settings.pushes(),
                settings.rounds(),
                settings.connections(),
                settings.agents(),
                settings.threads(),
                settings.instances(),
                settings.pages(),
                settings.growth(),
                settings.times(),
                settings.jvmOptions(),
                settings.viewsSettings());
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
