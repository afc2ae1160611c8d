package org.chatbridge.quickstart;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.admin.Admin;
import org.chatbridge.sandbox.SimulatedLiveChat;
import org.chatbridge.sandbox.SimulatorSettings;
import org.chatbridge.sandbox.WorldSettings;

/**
 * Measures how many records a second the views fold from the beginning of the topics, beside a consumer that makes the same
 * records and does nothing with them: rounds that take turns, each process new and with nothing kept. The records are the
 * bridge's own, of a simulated team.
 */
final class RebuildMeasure {
    private static final Duration GIVE_UP = Duration.ofMinutes(10);
    private static final WorldSettings TEAM =
            WorldSettings.defaults().withAgents(100).withOpenThreads(400).withDormantChats(1_000);

    private final MeasureSettings settings;
    private final Stand stand;
    private final PrintStream out;
    private final Map<Contender, List<Run>> runs = new EnumMap<>(Contender.class);

    private enum Contender {
        VIEWS("views"),
        CONSUMER("consumer"),
        /** Kafka Streams, which does nothing with the records. */
        NOTHING("streams, nothing"),
        /** Kafka Streams, which keeps the last record of each key. */
        PUT("streams, one put");

        private final String label;

        Contender(String label) {
            this.label = label;
        }
    }

    /**
     * One of a round.
     *
     * @param startedMs when its process was started, in ms since 1970
     * @param brokerMicros of processor time the broker took, a record
     */
    private record Run(Pace pace, double startedMs, double brokerMicros) {
        double whole() {
            return pace.whole(startedMs);
        }

        double firstAfterMs() {
            return pace.firstMs() - startedMs;
        }
    }

    RebuildMeasure(MeasureSettings settings, Stand stand, PrintStream out) {
        this.settings = settings;
        this.stand = stand;
        this.out = out;
    }

    void run() throws Exception {
        fill();
        run(Contender.CONSUMER, 0); // so that the broker is warm
        out.printf(
                "%-26s%12s%12s%12s%14s%14s%16s%12s%n",
                "records/s",
                "2nd half",
                "from 1st",
                "from start",
                "1st after ms",
                "CPU us record",
                "in the 2nd half",
                "of broker");
        for (int round = 1; round <= settings.rounds(); round++) {
            List<Contender> turns = new ArrayList<>(List.of(Contender.values()));
            if (round % 2 == 0) {
                Collections.reverse(turns);
            }
            for (Contender contender : turns) {
                Run run = run(contender, round);
                runs.computeIfAbsent(contender, any -> new ArrayList<>()).add(run);
                row(contender.label + ", round " + round, List.of(run));
            }
        }
        for (Contender contender : Contender.values()) {
            row(contender.label + ", median", of(contender));
        }
        for (Contender contender : Contender.values()) {
            if (contender != Contender.CONSUMER) {
                out.printf(
                        Locale.ROOT,
                        "%s beside consumer: %.3f of its rate in the second half, %.3f from the first record, %.3f from the"
                                + " start; %.1f of its processor time%n",
                        contender.label,
                        ratio(contender, run -> run.pace().secondHalf()),
                        ratio(contender, run -> run.pace().fromFirst()),
                        ratio(contender, Run::whole),
                        ratio(contender, run -> run.pace().cpuWhole()));
            }
        }
    }

    private List<Run> of(Contender contender) {
        return runs.getOrDefault(contender, List.of());
    }

    private double ratio(Contender contender, ToDoubleFunction<Run> figure) {
        return median(of(contender), figure) / median(of(Contender.CONSUMER), figure);
    }

    private void row(String label, List<Run> of) {
        out.printf(
                Locale.ROOT,
                "%-26s%12.0f%12.0f%12.0f%14.0f%14.1f%16.1f%12.1f%n",
                label,
                median(of, run -> run.pace().secondHalf()),
                median(of, run -> run.pace().fromFirst()),
                median(of, Run::whole),
                median(of, Run::firstAfterMs),
                median(of, run -> run.pace().cpuWhole()),
                median(of, run -> run.pace().cpuSecondHalf()),
                median(of, Run::brokerMicros));
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** Has a bridge write what a simulated team does. */
    private void fill() throws Exception {
        long begun = System.nanoTime();
        try (SimulatedLiveChat liveChat = new SimulatedLiveChat(SimulatorSettings.defaults()
                        .withRate(SimulatorSettings.FULL_SPEED)
                        .withWorld(TEAM));
                TopicCounts counts = new TopicCounts(stand.broker().bootstrapServers())) {
            liveChat.start();
            Stand.Instance bridge = stand.bridge(liveChat);
            await(bridge, () -> liveChat.truth().totalPushes() >= settings.pushes());
            liveChat.pause();
            long pushes = liveChat.truth().totalPushes();
            await(bridge, () -> sum(counts.of(Machine.TOPICS.received())) >= pushes);
            bridge.program().stop();
            out.printf(
                    Locale.ROOT,
                    "%d records of %d agents with %d open threads on %d topics of %d partitions, written in %.1f s%n",
                    sum(counts.of(TopicsOfViews.ALL)),
                    TEAM.agents(),
                    TEAM.openThreads(),
                    TopicsOfViews.ALL.size(),
                    settings.partitions(),
                    (System.nanoTime() - begun) / 1e9);
        }
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    @FunctionalInterface
    private interface Look {
        boolean isSo() throws InterruptedException, ExecutionException;
    }

    private static void await(Stand.Instance instance, Look look) throws Exception {
        long end = System.nanoTime() + GIVE_UP.toNanos();
        while (!look.isSo()) {
            if (System.nanoTime() > end || !instance.program().isRunning()) {
                throw new IOException("what was waited for has not come, log "
                        + instance.program().log());
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private Run run(Contender contender, int round) throws Exception {
        Cpu ofBroker = Cpu.of(stand.broker().pid());
        double startedMs = System.currentTimeMillis();
        Pace pace =
                switch (contender) {
                    case CONSUMER -> consumed(round);
                    case VIEWS -> folded("views-" + round);
                    case NOTHING -> folded("nothing-" + round);
                    case PUT -> folded("put-" + round);
                };
        return new Run(pace, startedMs, ofBroker.microsFor((double) pace.records()));
    }

    private Pace consumed(int round) throws Exception {
        Stand.Instance consumer = stand.consumer("consumer-" + round);
        await(consumer, () -> said(consumer).stream().anyMatch(Pace::isIn));
        consumer.program().kill();
        return said(consumer).stream()
                .filter(Pace::isIn)
                .map(Pace::parse)
                .findFirst()
                .orElseThrow();
    }

    private static List<String> said(Stand.Instance instance) {
        try {
            String log = Files.readString(instance.program().log(), StandardCharsets.UTF_8);
            // what has no end yet is not whole
            return log.substring(0, log.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            return List.of(); // not yet
        }
    }

    private Pace folded(String group) throws Exception {
        String what = group.substring(0, group.indexOf('-'));
        Stand.Instance views =
                what.equals("views") ? stand.views(group, "application.id=" + group) : stand.floor(group, what);
        long pid = views.program().pid();
        Cpu cpu = Cpu.sinceStart(pid);
        long end = System.nanoTime() + GIVE_UP.toNanos();
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", stand.broker().bootstrapServers()))) {
            Pace pace = new GroupProgress(admin, group)
                    .await(
                            TopicsOfViews.ALL,
                            () -> cpu.microsFor(1),
                            () -> views.program().isRunning() && System.nanoTime() < end);
            views.program().stop();
            forget(admin, group);
            return pace;
        }
    }

    /** Deletes what an instance has made in Kafka, so that the next one has nothing to read but the bridge's topics. */
    private static void forget(Admin admin, String group) throws InterruptedException, ExecutionException {
        Set<String> topics = admin.listTopics().names().get();
        topics.removeIf(topic -> !topic.startsWith(group) && !topic.startsWith(Machine.TOPICS.prefix() + "view."));
        admin.deleteTopics(topics).all().get();
    }
}
