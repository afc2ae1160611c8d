package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.chatbridge.quickstart.Plan.Room;
import org.chatbridge.quickstart.Plan.Step;
import org.junit.jupiter.api.Test;

/** A short rehearsal of what costs nothing: the socket stays up. */
class RehearsalIT {
    private static final Plan PLAN = new Plan(List.of(
            step(2, Room.BROKER, "stop 2"),
            step(3, Room.VIEWS, "kill 0"),
            step(4, Room.LIVECHAT, "garbage 9"),
            step(4, Room.REGISTRY, "suspend 2"),
            step(5, Room.LIVECHAT, "drip 2 20")));

    @Test
    void shouldFindNothingLostWhileTheSocketIsUp() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Path root = Path.of("../..").toAbsolutePath().normalize();
        RehearsalSettings settings = new RehearsalSettings(
                root, QuickstartSettings.onFreePorts(root, 100, 5), PLAN, Duration.ofSeconds(15), false);
        try (Rehearsal rehearsal = new Rehearsal(settings, new PrintStream(printed, true, StandardCharsets.UTF_8))) {
            boolean good = rehearsal.run();

            assertThat(good).as(printed.toString(StandardCharsets.UTF_8)).isTrue();
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("lost                               0\n")
                .contains("all as it should be");
    }

    private static Step step(int second, Room room, String what) {
        return new Step(Duration.ofSeconds(second), room, what);
    }
}
