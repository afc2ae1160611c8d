package org.chatbridge.quickstart;

import java.nio.file.Path;

/**
 * Measures the views as they are run: {@code mvn -Pviews-measures -Dmeasure=latency}, {@code rate}, {@code queries},
 * {@code growth}, {@code million} or {@code rebuild}. Exit codes: 0 measured, 2 a setting is wrong.
 */
public final class ViewsMeasuresMain {
    private ViewsMeasuresMain() {}

    /** Measures one thing. */
    public static void main(String[] args) throws Exception {
        System.exit(run());
    }

    private static int run() throws Exception {
        MeasureSettings settings;
        try {
            settings = MeasureSettings.of(System.getProperties());
        } catch (QuickstartSettings.MistakesException e) {
            System.err.println(e.getMessage());
            return 2;
        }
        Path directory = settings.root()
                .resolve("dev/quickstart/target/measures")
                .resolve(settings.kind().directory());
        if (settings.kind() == MeasureSettings.Kind.GROWTH) {
            new GrowthMeasure(settings, directory, System.out).run();
            return 0;
        }
        try (Stand stand = new Stand(settings, directory)) {
            stand.start();
            switch (settings.kind()) {
                case LATENCY -> new LatencyMeasure(settings, stand, System.out).run();
                case RATE, QUERIES -> new QueriesMeasure(settings, stand, System.out).run();
                case MILLION -> new MillionMeasure(settings, stand, System.out).run();
                case REBUILD -> new RebuildMeasure(settings, stand, System.out).run();
                case GROWTH -> throw new IllegalStateException("has a stand for each row");
            }
        }
        return 0;
    }
}
