package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.chatbridge.schema.TopicNames;
import org.chatbridge.schema.ViewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LargestRowTest {
    private static final int MIB = 1 << 20;

    private final LargestRow largest = new LargestRow(new TopicNames("livechat."), "views");

    @Test
    void shouldLeaveRoomForTheRestOfARow() {
        assertThat(largest.valueBytes(ViewTopic.AGENTS)).isEqualTo(63 * MIB);
    }

    @Test
    void shouldGoByTheTopicThatTakesLeast() {
        largest.learned(Map.of(
                "livechat.view.agents", 16 * MIB, "livechat.view.gaps", 64 * MIB, "views-agents-changelog", 8 * MIB));
        assertThat(largest.valueBytes(ViewTopic.AGENTS)).isEqualTo(7 * MIB);

        largest.learned(Map.of("livechat.view.agents", 100 * MIB));
        assertThat(largest.valueBytes(ViewTopic.AGENTS))
                .as("of the other it was told before")
                .isEqualTo(7 * MIB);

        largest.learned(Map.of("views-agents-changelog", 64 * MIB));
        assertThat(largest.valueBytes(ViewTopic.AGENTS))
                .as("they were given more")
                .isEqualTo(63 * MIB);
    }

    @ParameterizedTest
    @CsvSource({
        "livechat.view.threads, THREADS",
        "views-threads-changelog, THREADS",
        "views-threads-history-changelog, THREADS",
        "views-people-repartition, THREADS",
        "views-chats-resyncs-changelog, CHATS",
        "views-activity-parts-repartition, ACTIVITY",
        "views-activity-chats-changelog, ACTIVITY"
    })
    void shouldLetATopicLimitTheViewThatWritesIt(String topic, ViewTopic limited) {
        largest.learned(Map.of(topic, 8 * MIB));

        for (ViewTopic view : ViewTopic.values()) {
            assertThat(largest.valueBytes(view))
                    .as("%s by %s", view, topic)
                    .isEqualTo(view == limited ? 7 * MIB : 63 * MIB);
        }
    }

    /** Kafka's own default is about 1 MiB. */
    @Test
    void shouldLeaveMostOfALittle() {
        largest.learned(Map.of("livechat.view.agents", MIB));

        assertThat(largest.valueBytes(ViewTopic.AGENTS)).isEqualTo(MIB / 8 * 7);
    }
}
