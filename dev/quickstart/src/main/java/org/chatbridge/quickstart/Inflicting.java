package org.chatbridge.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.chatbridge.quickstart.Plan.Room;
import org.chatbridge.sandbox.JarProgram;

/** Does what a plan says, each room on a thread of its own, and starts again what has ended by itself, as an operator would. */
final class Inflicting {
    private static final String EXPIRE_TOKEN = "expire-token ";
    private static final int NOT_WANTED_BACK = 3;
    private static final long LOOK_MS = 100;

    private final Plan plan;
    private final Machine machine;
    private final Path token;
    private final List<String> surprises = new CopyOnWriteArrayList<>();
    private final long startedNanos = System.nanoTime();
    private final AtomicInteger dismissals = new AtomicInteger();

    /** @param token the file that the bridge reads its token from, see {@link #writeToken} */
    Inflicting(Plan plan, Machine machine, Path token) {
        this.plan = plan;
        this.machine = machine;
        this.token = token;
    }

    /** Runs to the end of the plan and of the time, and leaves everything running and no fault behind. */
    void run(Duration length) {
        long end = startedNanos + length.toNanos();
        List<CompletableFuture<Void>> rooms = new ArrayList<>();
        for (Room room : Room.values()) {
            rooms.add(CompletableFuture.runAsync(
                    () -> run(room, end), task -> new Thread(task, "room-" + room.label()).start()));
        }
        rooms.forEach(CompletableFuture::join);
        machine.liveChat().endFaults();
    }

    /** Ends that nobody has brought about, each a sentence. */
    List<String> surprises() {
        return List.copyOf(surprises);
    }

    /** How often the bridge ended because LiveChat told it not to come back. */
    int dismissals() {
        return dismissals.get();
    }

    /** Writes the file that {@code ${file:…:token}} reads. */
    static void writeToken(Path file, String token) {
        try {
            Files.writeString(file, "token=" + token + "\n", StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(Room room, long end) {
        try {
            for (Plan.Step step : plan.of(room)) {
                waitUntil(startedNanos + step.at().toNanos(), room);
                try {
                    inflict(step);
                } catch (RuntimeException e) {
                    surprises.add(room.label() + " " + step.what() + ": " + e);
                }
            }
            waitUntil(end, room);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void waitUntil(long nanos, Room room) throws InterruptedException {
        while (System.nanoTime() < nanos) {
            lookAfter(room);
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
    }

    private void inflict(Plan.Step step) throws InterruptedException {
        if (step.room() == Room.LIVECHAT) {
            for (String fault : step.what().split("; ", -1)) {
                if (fault.startsWith(EXPIRE_TOKEN)) {
                    writeToken(token, fault.substring(EXPIRE_TOKEN.length()));
                }
                machine.liveChat().inflict(fault);
            }
            return;
        }
        Victim victim = Victim.in(step.room(), machine);
        String[] words = step.what().split(" ", -1);
        boolean suspends = words[0].equals("suspend");
        (suspends ? victim.suspend() : words[0].equals("kill") ? victim.kill() : victim.stop()).run();
        TimeUnit.SECONDS.sleep(Long.parseLong(words[1]));
        (suspends ? victim.resume() : victim.start()).run();
    }

    private void lookAfter(Room room) throws InterruptedException {
        if (room == Room.LIVECHAT || Victim.in(room, machine).isRunning().getAsBoolean()) {
            return;
        }
        if (room == Room.BRIDGE && machine.bridge().awaitEnd() == NOT_WANTED_BACK) {
            dismissals.incrementAndGet();
        } else if (room == Room.BRIDGE || room == Room.VIEWS) {
            JarProgram program = room == Room.BRIDGE ? machine.bridge() : machine.views();
            surprises.add("the " + room.label() + " ended by itself, exit code " + program.awaitEnd() + ": "
                    + Machine.lastWords(program.log()));
        } else {
            surprises.add("the " + room.label() + " ended by itself");
        }
        Victim.in(room, machine).start().run();
    }
}
