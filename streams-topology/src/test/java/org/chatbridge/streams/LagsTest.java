package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.chatbridge.schema.TopicNames;
import org.junit.jupiter.api.Test;

/** Agents read a topic of their own, and what the view of chats tells, which reads two others. */
class LagsTest {
    private static final List<String> AGENTS = List.of("status", "people");
    private static final List<String> CHATS = List.of("chats", "events");
    private static final Map<String, Set<String>> FEEDING =
            Map.of("people", Set.copyOf(CHATS), "status", Set.of(), "chats", Set.of(), "events", Set.of());

    private final Map<TopicPartition, Long> lags = new HashMap<>();
    private final Map<String, Integer> partitions = new HashMap<>();

    LagsTest() {
        for (String topic : List.of("status", "people", "chats", "events")) {
            partitions.put(topic, 2);
            behind(topic, 0, 0);
            behind(topic, 1, 0);
        }
    }

    @Test
    void shouldCountWhatThoseThatTellAViewHaveStillToRead() {
        behind("events", 1, 1000);

        assertThat(lags().of(AGENTS)).hasValue(1000);
        assertThat(lags().ofAnyRow(AGENTS, 0)).as("a chat of any partition").hasValue(1000);
        assertThat(lags().of(AGENTS, 0)).hasValue(0);
        assertThat(lags().of(AGENTS, 1)).hasValue(1000);
        assertThat(lags().of(CHATS, 0)).hasValue(0);
        assertThat(lags().ofAnyRow(CHATS, 0)).hasValue(0);
    }

    @Test
    void shouldCountEachRecordOnce() {
        behind("events", 0, 3);
        behind("events", 1, 5);
        behind("people", 0, 7);
        List<String> both = List.of("status", "people", "events");

        assertThat(lags().of(both)).hasValue(15);
        assertThat(lags().of(both, 0)).hasValue(10);
        assertThat(lags().of(both, 1)).hasValue(5);
        assertThat(lags().ofAnyRow(both, 1)).hasValue(8);
    }

    @Test
    void shouldSayNothingOfWhatIsNotKnown() {
        lags.remove(new TopicPartition("events", 1));
        assertThat(lags().of(CHATS)).isEmpty();
        assertThat(lags().of(CHATS, 0)).hasValue(0);
        assertThat(lags().of(AGENTS)).isEmpty();
        assertThat(lags().ofAnyRow(AGENTS, 0)).isEmpty();

        partitions.remove("people");
        assertThat(lags().of(AGENTS, 0)).as("Kafka Streams has not made it yet").isEmpty();
    }

    @Test
    void shouldKnowWhichTopicsFeedWhich() {
        ViewStores stores = new ViewStores(
                new TopicNames("shop."),
                "views",
                (view, store, topics, partition) -> Instances.active(),
                new Positions(),
                new Freshness.Source(new Upstream(), topics -> OptionalLong.empty()),
                Clock.systemUTC(),
                Duration.ZERO,
                System::nanoTime,
                () -> "");
        Map<String, Set<String>> feeding = stores.feeding();

        assertThat(feeding.get("views-people-repartition"))
                .contains("shop.incoming-event", "shop.chat-users-updated", "shop.snapshots")
                .doesNotContain("shop.routing-status-set");
        assertThat(feeding.get("views-activity-parts-repartition"))
                .contains("shop.incoming-typing-indicator", "shop.other-pushes", "shop.snapshots");
        assertThat(feeding.get("shop.incoming-event")).isEmpty();
    }

    private Lags lags() {
        return new Lags(lags, partitions, FEEDING);
    }

    private void behind(String topic, int partition, long records) {
        lags.put(new TopicPartition(topic, partition), records);
    }
}
