package org.chatbridge.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.chatbridge.sandbox.Truth;

/** The whole product on one machine while things go wrong by a plan, and an oracle at the end. */
final class Rehearsal implements AutoCloseable {
    private static final Duration SETTLE = Duration.ofMinutes(2);
    private static final long POLL_MS = 500;
    private static final int SHOWN = 5;
    /** Above this the bridge cannot take a frame; the plan has frames on both sides. */
    private static final int FRAME_MAX_BYTES = 2_000_000;

    private final RehearsalSettings settings;
    private final PrintStream out;
    private final Path directory;
    private final Path token;
    private final Machine machine;

    Rehearsal(RehearsalSettings settings, PrintStream out) throws Quickstart.CannotStartException {
        this.settings = settings;
        this.out = out;
        this.directory = settings.root().resolve("dev/quickstart/target/rehearsal");
        this.token = directory.resolve("token.properties");
        this.machine = new Machine(
                settings.machine(),
                Ports.claim(settings.machine()),
                directory,
                "-Xmx256m",
                simulator -> simulator.withFrameLog(frameLog()),
                Map.of(
                        "livechat.token",
                        "${file:" + token + ":token}",
                        "livechat.frame.max.bytes",
                        Integer.toString(FRAME_MAX_BYTES)));
    }

    /** Runs it; whether all was as it should be. */
    boolean run() throws IOException, InterruptedException {
        out.println("The plan of seed " + settings.machine().seed() + ", "
                + settings.length().toSeconds() + " s at " + settings.machine().rate() + " pushes/s:");
        out.print(settings.plan().toText());
        Inflicting.writeToken(token, machine.liveChat().token());
        machine.liveChat().start();
        machine.broker().start();
        boolean registryLate = settings.plan().of(Plan.Room.REGISTRY).stream()
                .anyMatch(step -> step.at().isZero());
        if (!registryLate) {
            machine.registry().start();
        }
        machine.bridge().start();
        machine.views().start();
        Inflicting inflicting = new Inflicting(settings.plan(), machine, token);
        HeapWatch heap = new HeapWatch(machine, out);
        if (settings.watchesHeap()) {
            heap.start();
        }
        inflicting.run(settings.length());
        heap.close();
        long calmNanos = System.nanoTime();
        machine.liveChat().pause();
        String unsettled = settle(calmNanos);
        machine.liveChat().flushFrameLog();
        return report(inflicting, heap, unsettled);
    }

    /** Ends everything; does nothing the second time. */
    @Override
    public void close() {
        machine.close();
    }

    /** Waits until the bridge has nothing to do and the views show the truth; what is left, empty where nothing is. */
    private String settle(long calmNanos) throws InterruptedException {
        long end = System.nanoTime() + SETTLE.toNanos();
        boolean delivered = false;
        String left;
        do {
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
            left = busyWith(machine.bridgeHttp());
            if (left.isEmpty() && !delivered) {
                delivered = true;
                out.printf(
                        Locale.ROOT,
                        "the bridge streams and has nothing pending %.1f s after the last trouble%n",
                        (System.nanoTime() - calmNanos) / 1e9);
            }
            if (left.isEmpty()) {
                List<String> differences = viewDifferences();
                left = differences.isEmpty() ? "" : differences.size() + " differences of the views";
            }
        } while (!left.isEmpty() && System.nanoTime() < end);
        return left;
    }

    /** What a bridge has to do yet; empty where it streams and Kafka has all. */
    static String busyWith(HttpQueries bridge) throws InterruptedException {
        try {
            JsonNode status = bridge.json("/status");
            boolean idle = status.path("state").asText().equals("streaming")
                    && status.at("/journal/pending").asLong(1) == 0;
            return idle ? "" : "the bridge is busy: " + status;
        } catch (IOException e) {
            return "the bridge does not answer: " + e;
        }
    }

    private List<String> viewDifferences() throws InterruptedException {
        return viewDifferences(machine.liveChat().truth(), machine.viewsHttp());
    }

    /** Where the views say what is not so, each a sentence; what a gap left unknown may be. */
    static List<String> viewDifferences(Truth truth, HttpQueries views) throws InterruptedException {
        try {
            List<JsonNode> agents = views.rows("agents");
            List<String> differences = new ArrayList<>(Comparison.knownAgents(truth, agents));
            differences.addAll(Comparison.threads(truth, views.rows("threads")));
            return differences;
        } catch (IOException e) {
            return List.of("the views do not answer: " + e);
        }
    }

    private boolean report(Inflicting inflicting, HeapWatch heap, String unsettled)
            throws IOException, InterruptedException {
        List<String> faults = new ArrayList<>(inflicting.surprises());
        if (!unsettled.isEmpty()) {
            faults.add("not settled within " + SETTLE.toSeconds() + " s: " + unsettled);
        }
        List<String> views = viewDifferences();
        Verdict verdict = Oracle.judge(
                SentLog.read(frameLog()),
                new TopicReader(
                                machine.broker().bootstrapServers(),
                                machine.registry().url(),
                                Machine.TOPICS)
                        .read());
        out.println();
        out.print(verdict.toText());
        out.printf(Locale.ROOT, "views that differ            %7d  must be 0%n", views.size());
        out.printf(Locale.ROOT, "agents of unknown status     %7d%n", unknownAgents());
        out.printf(Locale.ROOT, "bridge told not to come back %7d%n", inflicting.dismissals());
        faults.addAll(heap.faults());
        faults.addAll(verdict.faults());
        views.forEach(difference -> faults.add("a view differs: " + difference));
        show(faults);
        out.println(faults.isEmpty() ? "all as it should be" : faults.size() + " faults; logs are in " + directory);
        return faults.isEmpty();
    }

    /** The first few of each kind: what stands before the first colon. */
    private void show(List<String> faults) {
        Map<String, List<String>> kinds = new LinkedHashMap<>();
        faults.forEach(fault -> kinds.computeIfAbsent(fault.replaceFirst("(?s):.*", ""), kind -> new ArrayList<>())
                .add(fault));
        kinds.forEach((kind, those) -> {
            those.stream().limit(SHOWN).forEach(out::println);
            if (those.size() > SHOWN) {
                out.println("… and " + (those.size() - SHOWN) + " more: " + kind);
            }
        });
    }

    private long unknownAgents() throws InterruptedException {
        try {
            return Comparison.unknownAgents(
                    machine.liveChat().truth(), machine.viewsHttp().rows("agents"));
        } catch (IOException e) {
            return machine.liveChat().truth().agents().size();
        }
    }

    private Path frameLog() {
        return directory.resolve("frames.ndjson");
    }
}
