package org.chatbridge.quickstart;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** What goes wrong when in a rehearsal: drawn from a seed, the same for the same seed. Pure. */
record Plan(List<Step> steps) {
    private static final Duration CALM_AT_THE_END = Duration.ofSeconds(5);

    /** @param at not before, counted from when all has been started; the steps of one room come one after the other */
    record Step(Duration at, Room room, String what) {}

    /** One of the things that can happen in a room: {@code {s}} stands for a number of seconds. */
    private record Trouble(String what, int leastSeconds, int mostSeconds) {
        Trouble(String what) {
            this(what, 0, 0);
        }
    }

    /** Where something goes wrong, at the same time as in the other rooms. */
    enum Room {
        /** Lines of the simulated LiveChat's fault script, with a semicolon between. */
        LIVECHAT(
                4,
                15,
                new Trouble("cut"),
                new Trouble("close 1011 gone wrong"),
                new Trouble("close 4000"),
                new Trouble("silence {s}", 2, 20),
                new Trouble("silence {s}", 32, 45),
                new Trouble("drip {s} 7", 3, 12),
                new Trouble("refuse-upgrades {s} 503; cut", 2, 12),
                new Trouble("refuse-upgrades {s} 401; cut", 2, 6),
                new Trouble("stall-upgrades {s}; cut", 2, 30),
                new Trouble("ignore-logins {s}; cut", 2, 30),
                new Trouble("refuse-logins {s} internal; cut", 2, 10),
                new Trouble("answer-late {s} 700; cut", 5, 20),
                new Trouble("answer-late {s} 3000; cut", 10, 20),
                new Trouble("push-early 10; cut"),
                new Trouble("disconnect internal_error"),
                new Trouble("disconnect ping_timeout"),
                new Trouble("disconnect role_permissions_changed"),
                new Trouble("disconnect too_many_connections"),
                new Trouble("disconnect something_new"),
                new Trouble("disconnect license_expired"),
                new Trouble("disconnect agent_logged_out_remotely"),
                new Trouble("expire-token Bearer number {s}", 1, 60),
                new Trouble("oversize 1500000"),
                new Trouble("oversize 5000000"),
                new Trouble("garbage 3"),
                new Trouble("garbage 40")),
        BROKER(
                20,
                50,
                new Trouble("stop {s}", 0, 10),
                new Trouble("kill {s}", 0, 10),
                new Trouble("suspend {s}", 2, 20)),
        REGISTRY(30, 80, new Trouble("stop {s}", 0, 15), new Trouble("suspend {s}", 2, 20)),
        BRIDGE(
                15,
                45,
                new Trouble("kill {s}", 0, 5),
                new Trouble("kill {s}", 0, 1),
                new Trouble("stop {s}", 0, 5),
                new Trouble("suspend {s}", 2, 20),
                new Trouble("suspend {s}", 40, 70)),
        VIEWS(25, 60, new Trouble("kill {s}", 0, 5), new Trouble("stop {s}", 0, 5));

        private final int leastCalm;
        private final int mostCalm;
        private final List<Trouble> troubles;

        Room(int leastCalm, int mostCalm, Trouble... troubles) {
            this.leastCalm = leastCalm;
            this.mostCalm = mostCalm;
            this.troubles = List.of(troubles);
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Everything everywhere. The draws of one room do not depend on those of another. */
    static Plan random(long seed, Duration length) {
        List<Step> steps = new ArrayList<>();
        for (Room room : Room.values()) {
            Random random = new Random(seed * 31 + room.label().hashCode());
            long end = length.minus(CALM_AT_THE_END).toMillis();
            long at = 0;
            if (room == Room.REGISTRY && random.nextBoolean()) {
                int late = between(random, 1, 15);
                steps.add(new Step(Duration.ZERO, room, "stop " + late));
                at = late * 1000L;
            }
            while (true) {
                at += between(random, room.leastCalm * 1000, room.mostCalm * 1000);
                Trouble trouble = room.troubles.get(random.nextInt(room.troubles.size()));
                int lasts = between(random, trouble.leastSeconds, trouble.mostSeconds);
                if (at + lasts * 1000L > end) {
                    break;
                }
                steps.add(new Step(Duration.ofMillis(at), room, trouble.what.replace("{s}", Integer.toString(lasts))));
                at += lasts * 1000L;
            }
        }
        steps.sort(Comparator.comparing(Step::at));
        return new Plan(List.copyOf(steps));
    }

    /** The bridge is killed again and again, and started at once. */
    static Plan kills(int times, Duration every) {
        List<Step> steps = new ArrayList<>();
        for (int i = 1; i <= times; i++) {
            steps.add(new Step(every.multipliedBy(i), Room.BRIDGE, "kill 0"));
        }
        return new Plan(List.copyOf(steps));
    }

    /** Kafka is away once, for long. */
    static Plan brokerAway(Duration time) {
        return new Plan(List.of(new Step(Duration.ofSeconds(10), Room.BROKER, "stop " + time.toSeconds())));
    }

    List<Step> of(Room room) {
        return steps.stream().filter(step -> step.room == room).toList();
    }

    String toText() {
        StringBuilder text = new StringBuilder();
        for (Step step : steps) {
            text.append(String.format(
                    Locale.ROOT, "%7.1f s  %-9s %s%n", step.at.toMillis() / 1000.0, step.room.label(), step.what));
        }
        return text.toString();
    }

    private static int between(Random random, int least, int most) {
        return least + random.nextInt(most - least + 1);
    }
}
