package org.chatbridge.quickstart;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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

    void run() throws Exception {
        List<GrowthTable.Row> rows = new ArrayList<>();
        for (Growth growth : settings.growth()) {
            MeasureSettings sized = growth.of(settings);
            try (Stand stand = new Stand(sized, directory)) {
                stand.start();
                rows.add(measure(growth, sized, stand));
            }
        }
        if (rows.stream().anyMatch(row -> row.growth() == Growth.BASE)) {
            out.println();
            out.println("pushes folded a second; answers a second, as their share of a constant of the same size");
            new GrowthTable(rows).lines().forEach(out::println);
        }
    }

    /**
     * Measures one row: of answers their share of a constant, for the machine is not always the same.
     *
     * @param sized the sizes of the stand
     */
    GrowthTable.Row measure(Growth growth, MeasureSettings sized, Stand stand) throws Exception {
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
        Map<String, Double> figures = new LinkedHashMap<>(Map.of(FOLDED, folded));
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
            figures.put(asked.name(), median.ratio());
        }
        return new GrowthTable.Row(growth, figures);
    }
}
