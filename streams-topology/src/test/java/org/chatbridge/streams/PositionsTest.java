package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.junit.jupiter.api.Test;

class PositionsTest {
    private static final String TOPIC = "livechat.gaps";

    private final Positions positions = new Positions();

    @Test
    void shouldTellTheFurtherOfWhatWasFoldedAndCommitted() {
        positions.opened("gaps", 1);
        assertThat(position()).isEqualTo(Position.NONE);

        positions.committed(Map.of(new TopicPartition(TOPIC, 1), 5L, new TopicPartition(TOPIC, 2), 9L));
        assertThat(position()).hasToString(TOPIC + ":1:4");

        positions.folded("gaps", record(1, 7));
        assertThat(position()).hasToString(TOPIC + ":1:7");
    }

    @Test
    void shouldForgetWhatItFoldedBeforeAPartitionCameBack() {
        positions.opened("gaps", 1);
        positions.folded("gaps", record(1, 7));
        positions.closed("gaps", 1);
        assertThat(positions.isFolding("gaps", 1)).isFalse();

        positions.opened("gaps", 1);
        assertThat(positions.isFolding("gaps", 1)).isTrue();
        assertThat(position()).isEqualTo(Position.NONE);
    }

    @Test
    void shouldWakeWhoWaitsForARecord() {
        // given
        positions.opened("gaps", 1);
        Position needed = Position.parse(TOPIC + ":1:7");
        CompletableFuture<Boolean> told =
                positions.await("gaps", needed, () -> position().covers(needed));

        // when / then
        positions.folded("gaps", record(1, 6));
        assertThat(told).isNotDone();
        positions.folded("gaps", record(1, 8));
        assertThat(told).isCompletedWithValue(true);
    }

    @Test
    void shouldWakeWhoWaitsForWhatIsCommitted() {
        // given: a record that means nothing to the view
        positions.opened("gaps", 1);
        Position needed = Position.parse(TOPIC + ":1:7");
        CompletableFuture<Boolean> told =
                positions.await("gaps", needed, () -> position().covers(needed));

        // when
        positions.committed(Map.of(new TopicPartition(TOPIC, 1), 8L));
        positions.look();

        // then
        assertThat(told).isCompletedWithValue(true);
        assertThat(positions.await("gaps", needed, () -> position().covers(needed)))
                .isCompletedWithValue(true);
    }

    private Position position() {
        return positions.of("gaps", List.of(TOPIC), 1);
    }

    private static RecordMetadata record(int partition, long offset) {
        return new RecordMetadata() {
            @Override
            public String topic() {
                return TOPIC;
            }

            @Override
            public int partition() {
                return partition;
            }

            @Override
            public long offset() {
                return offset;
            }
        };
    }
}
