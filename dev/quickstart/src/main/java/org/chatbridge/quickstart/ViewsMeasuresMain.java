package org.chatbridge.quickstart;

/**
 * Measures the views as they are run: {@code mvn -Pviews-measures -Dmeasure=latency}, {@code rate}, {@code million} or
 * {@code rebuild}. Exit codes: 0 measured, 2 a setting is wrong.
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
        try (Stand stand = new Stand(
                settings,
                settings.root()
                        .resolve("dev/quickstart/target/measures")
                        .resolve(settings.kind().directory()))) {
            stand.start();
            switch (settings.kind()) {
                case LATENCY -> new LatencyMeasure(settings, stand, System.out).run();
                case RATE -> new RateMeasure(settings, stand, System.out).run();
                case MILLION -> new MillionMeasure(settings, stand, System.out).run();
                case REBUILD -> new RebuildMeasure(settings, stand, System.out).run();
            }
        }
        return 0;
    }
}
