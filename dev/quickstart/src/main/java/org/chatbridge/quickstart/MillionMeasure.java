package org.chatbridge.quickstart;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.chatbridge.schema.SchemaRegistry;

/**
 * Measures an instance that keeps many open threads: how long it reads, what memory it takes, how fast it turns pages, what a
 * second instance does when the first is killed, and how long a start takes on what is there.
 */
final class MillionMeasure {
    private static final int PAGE = 100;
    private static final int CHATS_OF_AN_AGENT = 10;
    /** Nobody opens a million threads in a minute. */
    private static final Duration OPENED_WITHIN = Duration.ofHours(24);

    private static final Duration WATCH_EVERY = Duration.ofSeconds(10);
    private static final Duration GIVE_UP = Duration.ofMinutes(60);

    private final MeasureSettings settings;
    private final Stand stand;
    private final PrintStream out;

    MillionMeasure(MeasureSettings settings, Stand stand, PrintStream out) {
        this.settings = settings;
        this.stand = stand;
        this.out = out;
    }

    void run() throws Exception {
        fill();
        long begun = System.nanoTime();
        Stand.Instance first = stand.views("first");
        awaitFolded(first, begun);
        say(
                "folded by one instance",
                begun,
                " (%.0f threads/s)",
                settings.threads() * 1e9 / (System.nanoTime() - begun));
        memory(first);
        pages(first);

        begun = System.nanoTime();
        Stand.Instance second = stand.views("second");
        kept(second).awaitAll(GIVE_UP);
        say("a second instance has a copy of all partitions", begun, "");
        memory(second);

        changelogs(second);
        begun = System.nanoTime();
        first.program().kill();
        long rows = Walk.countThreads(second.uri());
        say(
                "kill -9 of the first: all pages of the second walked",
                begun,
                ", %d of %d threads",
                rows,
                settings.threads());
        kept(second).awaitActive(GIVE_UP);
        say("the second folds all partitions", begun, "");
        changelogs(second);
        pages(second);

        begun = System.nanoTime();
        second.program().stop();
        say("the second is stopped", begun, "");
        begun = System.nanoTime();
        Stand.Instance again = stand.views("second");
        stand.awaitReady(again);
        say("and is ready again on its state", begun, "");
        kept(again).awaitActive(GIVE_UP);
        say("and folds all partitions", begun, "");
        changelogs(again);
        rows = Walk.countThreads(again.uri());
        out.printf("threads in its list: %d of %d%n", rows, settings.threads());
    }

    private void changelogs(Stand.Instance instance) throws IOException {
        out.printf("  records of changelogs it has read since it began: %d%n", ChangelogsRead.by(instance.uri()));
    }

    private Kept kept(Stand.Instance instance) {
        return new Kept(instance, settings.partitions());
    }

    private void fill() throws IOException {
        long begun = System.nanoTime();
        try (SchemaRegistry schemas = stand.schemas();
                MeasuredPushes pushes = MeasuredPushes.to(
                        stand,
                        schemas,
                        Map.of("linger.ms", 20, "batch.size", 256 << 10, "compression.type", "lz4", "acks", "all"))) {
            for (int i = 0; i < settings.threads(); i++) {
                pushes.ago(OPENED_WITHIN.multipliedBy(settings.threads() - i).dividedBy(settings.threads()));
                pushes.thread(chat(i), "agent-" + i / CHATS_OF_AN_AGENT + "@agents.example");
            }
            pushes.flush();
        }
        say(settings.threads() + " threads announced", begun, "");
    }

    private void awaitFolded(Stand.Instance instance, long begun) throws InterruptedException, IOException {
        stand.awaitReady(instance);
        HttpQueries http = new HttpQueries(instance.uri());
        long watched = begun;
        int settled = 0;
        while (settled < 3) {
            TimeUnit.MILLISECONDS.sleep(500);
            long lag = 0;
            for (String view : new String[] {"threads", "chats", "agents", "customers"}) {
                // Null before it is measured.
                lag += http.json("/v1/" + view + "?limit=1")
                        .path("freshness")
                        .path("offset_lag")
                        .asLong(1L << 40);
            }
            settled = lag == 0 ? settled + 1 : 0;
            long now = System.nanoTime();
            if (now - watched > WATCH_EVERY.toNanos()) {
                watched = now;
                say(
                        "  lag " + lag,
                        begun,
                        ", RSS %d MB",
                        Heap.residentMegabytes(instance.program().pid()));
            }
            if (now - begun > GIVE_UP.toNanos() || !instance.program().isRunning()) {
                throw new IOException("the views do not catch up: lag " + lag + ", log "
                        + instance.program().log());
            }
        }
    }

    private void memory(Stand.Instance instance) throws IOException, InterruptedException {
        long pid = instance.program().pid();
        long resident = Heap.residentMegabytes(pid);
        out.printf(
                "%s: live heap %.0f MB of 512 MB, resident %d MB%n",
                instance.program().log().getFileName(), Heap.liveBytes(pid) / 1e6, resident);
    }

    private void pages(Stand.Instance instance) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        Latencies latencies = new Latencies();
        int incomplete = 0;
        try (HttpConnection connection = HttpConnection.open(instance.uri())) {
            for (int i = -settings.pages() / 10; i < settings.pages(); i++) {
                String cursor = Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(chat(random.nextInt(settings.threads())).getBytes(StandardCharsets.UTF_8));
                byte[] question = HttpConnection.get("/v1/threads?limit=" + PAGE + "&cursor=" + cursor);
                long asked = System.nanoTime();
                int status = connection.ask(question);
                long took = System.nanoTime() - asked;
                if (i >= 0) {
                    latencies.add(took);
                    String body = connection.body();
                    incomplete += status == 200 && (Walk.threadsIn(body) == PAGE || Walk.isLast(body)) ? 0 : 1;
                }
            }
        }
        out.printf("%-26s%s%n", "pages of " + PAGE, Latencies.HEAD);
        out.printf("%-26s%s%n", incomplete + " of them not whole", latencies);
    }

    /** Ids whose order says nothing, as LiveChat's. */
    private static String chat(int number) {
        return Long.toString(Integer.toUnsignedLong(number * 0x9E3779B1), 36) + "-" + number;
    }

    private void say(String what, long begunNanos, String more, Object... arguments) {
        double seconds = (System.nanoTime() - begunNanos) / 1e9;
        out.printf("%-56s%8.1f s%s%n", what, seconds, String.format(java.util.Locale.ROOT, more, arguments));
    }
}
