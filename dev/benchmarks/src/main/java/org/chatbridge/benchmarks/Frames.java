package org.chatbridge.benchmarks;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.chatbridge.sandbox.Push;
import org.chatbridge.sandbox.World;
import org.chatbridge.sandbox.WorldSettings;

/** The pushes of a busy team, made before they are needed. */
final class Frames {
    private static final Instant BEGINNING = Instant.parse("2026-11-02T08:00:00Z");
    private static final Duration STEP = Duration.ofMillis(50);

    private Frames() {}

    /**
     * So many pushes in the order in which they happen; the same each time.
     *
     * @param size of the team and its work; 1 is 100 agents with 400 open threads
     */
    static List<byte[]> of(int count, int size) {
        World world = new World(
                1,
                WorldSettings.defaults()
                        .withAgents(100 * size)
                        .withOpenThreads(400 * size)
                        .withDormantChats(1_000 * size));
        List<byte[]> frames = new ArrayList<>(count);
        for (long i = 0; frames.size() < count; i++) {
            for (Push push : world.step(BEGINNING.plus(STEP.multipliedBy(i)), true)) {
                frames.add(push.frame().getBytes(StandardCharsets.UTF_8));
            }
        }
        return frames.subList(0, count);
    }
}
