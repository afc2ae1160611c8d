package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Properties;
import org.chatbridge.sandbox.SimulatedLiveChat;
import org.chatbridge.sandbox.SimulatorSettings;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final Duration LENGTH = Duration.ofMinutes(3);

    @Test
    void shouldDrawTheSamePlanFromTheSameSeed() {
        assertThat(Plan.random(7, LENGTH)).isEqualTo(Plan.random(7, LENGTH)).isNotEqualTo(Plan.random(8, LENGTH));
        assertThat(Plan.random(7, LENGTH).steps())
                .hasSizeGreaterThan(10)
                .allMatch(step -> step.at().compareTo(LENGTH) < 0);
    }

    @Test
    void shouldPlanWhatTheSimulatedLiveChatUnderstands() {
        try (SimulatedLiveChat liveChat =
                new SimulatedLiveChat(SimulatorSettings.defaults().withRate(0))) {
            liveChat.start();
            for (Plan.Step step : Plan.random(1, Duration.ofHours(2)).of(Plan.Room.LIVECHAT)) {
                for (String fault : step.what().split("; ", -1)) {
                    assertThatCode(() -> liveChat.inflict(fault)).doesNotThrowAnyException();
                }
            }
        }
    }

    @Test
    void shouldNameSettingsThatMakeNoSense() {
        Properties properties = new Properties();
        properties.setProperty("seed", "x");
        properties.setProperty("kills", "3");
        properties.setProperty("brokerAway", "5");

        assertThatThrownBy(() -> RehearsalSettings.of(properties))
                .isInstanceOf(QuickstartSettings.MistakesException.class)
                .hasMessage("-Dseed=x: expected a whole number from -9223372036854775808 to 9223372036854775807\n"
                        + "-Dkills=3 and -DbrokerAway=5: expected one of the two");
    }
}
