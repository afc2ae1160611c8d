package org.chatbridge.quickstart;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chatbridge.schema.SchemaRegistry;

/**
 * Measures how many answers a second an instance gives, against the same HTTP server with a constant of the same size, in
 * rounds by turns, and how long an answer takes at half of that rate: rows by their key, and, unless only those are measured,
 * lists and pages.
 */
final class QueriesMeasure {
    private final MeasureSettings settings;
    private final Stand stand;
    private final PrintStream out;

    QueriesMeasure(MeasureSettings settings, Stand stand, PrintStream out) {
        this.settings = settings;
        this.stand = stand;
        this.out = out;
    }

    void run() throws Exception {
        Stand.Instance views = stand.views("views");
        Team team = new Team(settings.agents(), settings.threads());
        try (SchemaRegistry schemas = stand.schemas();
                MeasuredPushes pushes = MeasuredPushes.to(stand, schemas, Map.of("acks", "all", "linger.ms", 5))) {
            team.tell(pushes);
            pushes.flush();
        }
        stand.awaitReady(views);
        stand.awaitFolded(views, List.of("threads", "agents"));
        Stand.Instance constant = stand.constant();
        stand.awaitReady(constant);
        List<QueryRounds> kinds = new ArrayList<>();
        for (Asked asked : asked(views.uri())) {
            kinds.add(new QueryRounds(asked, List.of(views), constant, settings.connections()));
        }
        out.printf(
                "%d connections, %d agents with %d open threads, %d partitions%n",
                settings.connections(), settings.agents(), settings.threads(), settings.partitions());
        compare(kinds);
        if (settings.kind() == MeasureSettings.Kind.QUERIES) {
            Wrk wrk = new Wrk(settings.connections(), settings.length(), stand.directory());
            out.println(wrk.compare(kinds.get(0).asked(), views.uri(), constant.uri()));
        }
    }

    private List<Asked> asked(URI views) throws IOException {
        List<Asked> asked = new ArrayList<>(List.of(Asked.rows(views, settings.agents())));
        if (settings.kind() == MeasureSettings.Kind.QUERIES) {
            asked.add(Asked.threadsOfAgent(views, settings.agents()));
            asked.add(Asked.agents(views));
            asked.add(Asked.pages(views));
        }
        return asked;
    }

    private void compare(List<QueryRounds> kinds) throws InterruptedException, IOException {
        for (QueryRounds kind : kinds) {
            kind.warmUp(settings.warmUp().dividedBy(kinds.size()));
        }
        out.println(QueryRounds.HEAD);
        Map<Integer, List<QueryRounds.Round>> rounds = new TreeMap<>();
        for (int round = 1; round <= settings.rounds(); round++) {
            for (int i = 0; i < kinds.size(); i++) {
                QueryRounds.Round one = kinds.get(i).round(settings.length());
                rounds.computeIfAbsent(i, any -> new ArrayList<>()).add(one);
                out.println(kinds.get(i).line("round " + round + ": ", one));
            }
        }
        long failed = 0;
        List<Double> tops = new ArrayList<>();
        for (Map.Entry<Integer, List<QueryRounds.Round>> kind : rounds.entrySet()) {
            QueryRounds.Round median = QueryRounds.Round.median(kind.getValue());
            failed += median.failed();
            tops.add(median.perSecond());
            out.println(kinds.get(kind.getKey()).line("median: ", median));
        }
        out.printf("%d answers other than 200%n", failed);
        out.printf("%-32s%10s%10s  %s%n", "at half of it", "answers/s", "not 200", Latencies.HEAD);
        for (int i = 0; i < kinds.size(); i++) {
            HttpLoad.Outcome half =
                    kinds.get(i).steadily(tops.get(i) / 2, settings.length().multipliedBy(2));
            out.printf(
                    "%-32s%10.0f%10d  %s%n",
                    kinds.get(i).asked().name(), half.perSecond(), half.failed(), half.latencies());
        }
    }
}
