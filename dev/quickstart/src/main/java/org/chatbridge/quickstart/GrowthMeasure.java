package org.chatbridge.quickstart;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.chatbridge.schema.SchemaRegistry;

/**
 * Measures how many pushes a second the views fold, and how many answers a second they give, at a base and where one thing is
 * larger; says which figure has suffered most. Each row of the table has a broker, a registry and instances of its own.
 */
final class GrowthMeasure {
    private static final String FOLDED = "pushes folded/s";

    private final MeasureSettings settings;
    private final Path directory;
    private final PrintStream out;

    GrowthMeasure(MeasureSettings settings, Path directory, PrintStream out) {
        this.settings = settings;
        this.directory = directory;
        this.out = out;
    }

    /**
     * What was measured at one size.
     *
     * @param folded pushes a second
     * @param rounds the median of each kind of questions
     */
    private record Row(Growth growth, double folded, Map<String, QueryRounds.Round> rounds) {
        /** Beside the same at the base; of answers their share of a constant, for the machine is not always the same. */
        Map<String, Double> besides(List<Row> base) {
            Map<String, Double> ratios = new LinkedHashMap<>();
            ratios.put(
                    FOLDED,
                    folded / base.stream().mapToDouble(Row::folded).average().orElse(Double.NaN));
            rounds.forEach((kind, round) -> ratios.put(
                    kind,
                    round.ratio()
                            / base.stream()
                                    .map(row -> row.rounds().get(kind))
                                    .mapToDouble(any -> any == null ? Double.NaN : any.ratio())
                                    .average()
                                    .orElse(Double.NaN)));
            return ratios;
        }
    }

    void run() throws Exception {
        List<Row> rows = new ArrayList<>();
        for (Growth growth : settings.growth()) {
            MeasureSettings sized = growth.of(settings);
            try (Stand stand = new Stand(sized, directory)) {
                stand.start();
                rows.add(measure(growth, sized, stand));
            }
        }
        List<Row> base =
                rows.stream().filter(row -> row.growth() == Growth.BASE).toList();
        if (!base.isEmpty()) {
            compare(rows, base);
        }
    }

    private Row measure(Growth growth, MeasureSettings sized, Stand stand) throws Exception {
        List<Stand.Instance> views = new ArrayList<>();
        for (int i = 1; i <= sized.instances(); i++) {
            views.add(stand.views("views-" + i));
        }
        Team team = new Team(sized.agents(), sized.threads());
        URI first = views.get(0).uri();
        FullSpeed fullSpeed = new FullSpeed(stand, first, team, sized.partitions());
        out.printf(
                "%s: %d agents, %d open threads, %d partitions, %d instances of the views%n",
                growth.label(), sized.agents(), sized.threads(), sized.partitions(), sized.instances());
        double folded;
        try (SchemaRegistry schemas = stand.schemas();
                MeasuredPushes pushes = MeasuredPushes.to(
                        stand,
                        schemas,
                        Map.of("linger.ms", 5, "batch.size", 128 << 10, "compression.type", "lz4", "acks", "all"))) {
            team.tell(pushes);
            pushes.flush();
            for (Stand.Instance instance : views) {
                stand.awaitReady(instance);
            }
            fullSpeed.awaitFolded();
            double before = fullSpeed.run(pushes, sized.pushes());
            folded = fullSpeed.run(pushes, sized.pushes());
            out.printf("  %.0f pushes folded/s (the time before, which does not count, %.0f/s)%n", folded, before);
        }
        Stand.Instance constant = stand.constant();
        stand.awaitReady(constant);
        Map<String, QueryRounds.Round> rounds = new LinkedHashMap<>();
        out.println("  " + QueryRounds.HEAD);
        for (Asked asked : List.of(
                Asked.rows(first, sized.agents()), Asked.threadsOfAgent(first, sized.agents()), Asked.pages(first))) {
            QueryRounds kind = new QueryRounds(asked, views, constant, sized.connections());
            kind.warmUp(sized.warmUp().dividedBy(3));
            QueryRounds.Round median = kind.rounds(sized.rounds(), sized.length(), any -> {});
            out.println("  " + kind.line("median: ", median));
            if (median.failed() > 0) {
                throw new IOException(median.failed() + " answers other than 200");
            }
            rounds.put(asked.name(), median);
        }
        return new Row(growth, folded, rounds);
    }

    private void compare(List<Row> rows, List<Row> base) {
        out.printf(
                "%nbeside the base: pushes folded a second; answers a second, as their share of a constant of the same size%n");
        out.printf("%-16s", "");
        base.get(0).besides(base).keySet().forEach(kind -> out.printf("%24s", kind));
        out.println();
        String bent = "nothing";
        double least = 1;
        for (Row row : rows) {
            out.printf("%-16s", row.growth().label());
            for (Map.Entry<String, Double> figure : row.besides(base).entrySet()) {
                out.printf(Locale.ROOT, "%24.2f", figure.getValue());
                if (figure.getValue() < least && row.growth() != Growth.BASE) {
                    least = figure.getValue();
                    bent = figure.getKey() + " with " + row.growth().label();
                }
            }
            out.println();
        }
        out.printf("what bends first: %s, %.2f of the base%n", bent, least);
    }
}
