package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LargestRowTest {
    private static final int MIB = 1 << 20;

    private final LargestRow largest = new LargestRow();

    @Test
    void shouldLeaveRoomForTheRestOfARow() {
        assertThat(largest.valueBytes()).isEqualTo(63 * MIB);
    }

    @Test
    void shouldGoByTheTopicThatTakesLeast() {
        largest.learned(Map.of("view.agents", 16 * MIB, "view.gaps", 64 * MIB, "views-agents-changelog", 8 * MIB));
        assertThat(largest.valueBytes()).isEqualTo(7 * MIB);

        largest.learned(Map.of("view.agents", 100 * MIB, "view.gaps", 64 * MIB));
        assertThat(largest.valueBytes()).as("they were given more").isEqualTo(63 * MIB);
    }

    /** Kafka's own default is about 1 MiB. */
    @Test
    void shouldLeaveMostOfALittle() {
        largest.learned(Map.of("view.agents", MIB));

        assertThat(largest.valueBytes()).isEqualTo(MIB / 8 * 7);
    }
}
