package org.chatbridge.quickstart;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * What a rehearsal is told.
 *
 * @param root the checkout
 * @param machine rate and seed of the simulated LiveChat, ports
 * @param plan what goes wrong when
 * @param length how long things may go wrong
 * @param watchesHeap whether the bridge's heap is looked at meanwhile
 */
record RehearsalSettings(Path root, QuickstartSettings machine, Plan plan, Duration length, boolean watchesHeap) {
    private static final Duration BETWEEN_KILLS = Duration.ofSeconds(10);
    private static final Duration AFTERWARDS = Duration.ofSeconds(10);

    /** Reads {@code seed}, {@code seconds}, {@code rate}, {@code kills} and {@code brokerAway}. */
    static RehearsalSettings of(Properties properties) throws QuickstartSettings.MistakesException {
        List<String> mistakes = new ArrayList<>();
        long seed = QuickstartSettings.number(properties, "seed", 1, Long.MIN_VALUE, Long.MAX_VALUE, mistakes);
        long seconds = QuickstartSettings.number(properties, "seconds", 180, 10, 86_400, mistakes);
        long rate = QuickstartSettings.number(properties, "rate", 100, 1, 10_000, mistakes);
        long kills = QuickstartSettings.number(properties, "kills", 0, 0, 1_000, mistakes);
        long away = QuickstartSettings.number(properties, "brokerAway", 0, 0, 86_400, mistakes);
        if (kills > 0 && away > 0) {
            mistakes.add("-Dkills=" + kills + " and -DbrokerAway=" + away + ": expected one of the two");
        }
        if (!mistakes.isEmpty()) {
            throw new QuickstartSettings.MistakesException(mistakes);
        }
        Path root = Path.of(properties.getProperty("quickstart.root", "")).toAbsolutePath();
        QuickstartSettings machine = QuickstartSettings.onFreePorts(root, (int) rate, seed);
        if (kills > 0) {
            Plan plan = Plan.kills((int) kills, BETWEEN_KILLS);
            return new RehearsalSettings(
                    root, machine, plan, BETWEEN_KILLS.multipliedBy(kills).plus(AFTERWARDS), false);
        }
        if (away > 0) {
            return new RehearsalSettings(
                    root, machine, Plan.brokerAway(Duration.ofSeconds(away)), AFTERWARDS.multipliedBy(2), true);
        }
        Duration length = Duration.ofSeconds(seconds);
        return new RehearsalSettings(root, machine, Plan.random(seed, length), length, false);
    }
}
