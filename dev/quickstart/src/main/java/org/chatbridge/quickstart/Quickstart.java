package org.chatbridge.quickstart;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.chatbridge.quickstart.QuickstartSettings.Server;
import org.chatbridge.sandbox.JarProgram;
import org.chatbridge.sandbox.Truth;

/** The whole product on one machine: started, watched, compared with the truth, and stopped. */
final class Quickstart implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration SETTLE = Duration.ofMinutes(1);
    private static final long POLL_MS = 100;
    private static final int SHOWN = 20;

    private final QuickstartSettings settings;
    private final Path directory;
    private final PrintStream out;
    private final boolean console;
    private final Machine machine;
    private final Ports ports;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final long startedNanos = System.nanoTime();

    /** Something did not start; the message says what, and where to look. */
    static final class CannotStartException extends Exception {
        private static final long serialVersionUID = 1;

        CannotStartException(String message) {
            super(message);
        }
    }

    /**
     * @param directory where all of it writes, emptied first
     * @param out where progress is printed
     * @param console whether a person looks at it: the summary then stays on one line
     * @throws CannotStartException where a port is in use
     */
    Quickstart(QuickstartSettings settings, Path directory, PrintStream out, boolean console)
            throws CannotStartException {
        this.settings = settings;
        this.directory = directory;
        this.out = out;
        this.console = console;
        this.ports = Ports.claim(settings);
        this.machine = new Machine(settings, ports, directory, "-Xmx256m");
    }

    Machine machine() {
        return machine;
    }

    /** Starts everything, and returns when all of it is ready; a line for each. */
    void start() throws CannotStartException, InterruptedException {
        CompletableFuture<Void> kafka = CompletableFuture.runAsync(machine.broker()::start);
        CompletableFuture<Void> registry = CompletableFuture.runAsync(machine.registry()::start);
        machine.liveChat().start();
        report(Server.LIVECHAT, machine.liveChat().url().toString());
        // Both wait for Kafka and the registry by themselves.
        machine.bridge().start();
        machine.views().start();
        join(kafka);
        report(Server.KAFKA, machine.broker().bootstrapServers());
        join(registry);
        report(Server.REGISTRY, machine.registry().url());
        await(Server.BRIDGE, machine.bridge(), machine.bridgeHttp());
        await(Server.VIEWS, machine.views(), machine.viewsHttp());
    }

    /** Asks {@link #run} to return. */
    void stop() {
        stop.countDown();
    }

    /**
     * Tells what can be done, then a summary every second, until the time is over or it is asked to stop.
     *
     * @return whether all is as it should be, where it stopped by itself; true where it was asked to
     */
    boolean run() throws InterruptedException {
        out.println(invitation());
        long end = System.nanoTime() + settings.seconds().toNanos();
        boolean forever = settings.seconds().isZero();
        Truth before = machine.liveChat().truth();
        long lines = 0;
        while (forever || System.nanoTime() < end) {
            if (stop.await(1, TimeUnit.SECONDS)) {
                out.println();
                return true;
            }
            for (JarProgram program : List.of(machine.bridge(), machine.views())) {
                if (!program.isRunning()) {
                    out.println("\nended by itself: " + Machine.lastWords(program.log()) + "\nsee " + program.log());
                    return false;
                }
            }
            Truth now = machine.liveChat().truth();
            String summary = summary(before, now);
            if (console) {
                out.print("\r" + summary + "\033[K");
                out.flush();
            } else if (lines++ % 10 == 0) {
                out.println(summary);
            }
            before = now;
        }
        return settle();
    }

    /** Ends everything; does nothing the second time. */
    @Override
    public void close() {
        stop();
        machine.close();
    }

    private boolean settle() throws InterruptedException {
        machine.liveChat().pause();
        long end = System.nanoTime() + SETTLE.toNanos();
        List<String> differences = machine.differences();
        while (!differences.isEmpty() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
            differences = machine.differences();
        }
        Truth truth = machine.liveChat().truth();
        out.println();
        out.printf(
                Locale.ROOT,
                "LiveChat made %d pushes of %d actions; it has %d agents and %d open threads%n",
                truth.totalPushes(),
                truth.pushes().size(),
                truth.agents().size(),
                truth.openThreads().size());
        if (differences.isEmpty()) {
            out.println("every push is a record on its topic, and both views equal the truth");
        } else {
            differences.stream().limit(SHOWN).forEach(out::println);
            out.println(differences.size() + " differences; logs are in " + directory);
        }
        return differences.isEmpty();
    }

    private String summary(Truth before, Truth now) throws InterruptedException {
        String views;
        try {
            long accepting = machine.viewsHttp().rows("agents").stream()
                    .filter(row -> row.path("routing_status").asText().equals("accepting_chats"))
                    .count();
            views = machine.viewsHttp().rows("threads").size() + " open threads, " + accepting + " agents accepting";
        } catch (IOException e) {
            views = "the views do not answer: " + e.getMessage();
        }
        return String.format(
                Locale.ROOT,
                "%4d s  %5d pushes/s  %s",
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNanos),
                now.totalPushes() - before.totalPushes(),
                views);
    }

    private void report(Server server, String address) {
        out.printf(
                Locale.ROOT,
                "%-22s %-48s ready after %4.1f s%n",
                server.label(),
                address,
                (System.nanoTime() - startedNanos) / 1e9);
        out.flush();
    }

    private void await(Server server, JarProgram program, HttpQueries http)
            throws CannotStartException, InterruptedException {
        BooleanSupplier running = program::isRunning;
        long end = System.nanoTime() + START.toNanos();
        while (!http.isReady()) {
            if (!running.getAsBoolean() || System.nanoTime() > end || stop.getCount() == 0) {
                throw new CannotStartException(server.label() + " did not get ready: "
                        + Machine.lastWords(program.log()) + "\nsee " + program.log());
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
        report(server, http.base().toString());
    }

    private static void join(CompletableFuture<Void> starting) throws CannotStartException {
        try {
            starting.join();
        } catch (CompletionException e) {
            throw new CannotStartException(
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
        }
    }

    private String invitation() {
        String views = machine.viewsHttp().base().toString();
        String bridge = machine.bridgeHttp().base().toString();
        return """

                Open %1$s/ in a browser, or try:
                  curl '%1$s/v1/threads?limit=3'
                  curl '%1$s/v1/agents'
                  curl '%2$s/status'
                Records are on 127.0.0.1:%3$d, topics %4$s*; logs are in %5$s
                Ctrl-C stops everything.
                """.formatted(views, bridge, ports.of(Server.KAFKA), Machine.TOPICS.prefix(), directory);
    }
}
