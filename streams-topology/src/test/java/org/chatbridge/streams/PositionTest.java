package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {
    @Test
    void shouldWriteTheTopicOnce() {
        assertThat(new Position(Map.of(
                                new TopicPartition("b", 10), 5L,
                                new TopicPartition("b", 2), 7L,
                                new TopicPartition("a", 0), 0L))
                        .toString())
                .isEqualTo("a:0:0,b:2:7,10:5");
    }

    @Test
    void shouldReadTriples() {
        assertThat(Position.parse("a:0:1,a:1:2,b:0:3,a:0:9").offsets())
                .isEqualTo(Map.of(
                        new TopicPartition("a", 0),
                        9L,
                        new TopicPartition("a", 1),
                        2L,
                        new TopicPartition("b", 0),
                        3L));
    }

    @ParameterizedTest
    @ValueSource(strings = {",", "a", "a:1", "1:2", "a:1:", "a:b:1", "a:1:2,", "a:1:-2", "a/b:1:2", "a:1:2:3"})
    void shouldSayWhatIsExpected(String text) {
        assertThatThrownBy(() -> Position.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("topic:partition:offset");
    }

    @Property
    void shouldReadWhatItWrote(@ForAll("positions") Position position) {
        String text = position.toString();
        assertThat(Position.parse(text)).isEqualTo(position);
    }

    @Property
    void shouldCoverWhatItIsMadeOf(@ForAll("positions") Position one, @ForAll("positions") Position other) {
        Position both = Position.of(List.of(one, other));
        assertThat(both.covers(one) && both.covers(other)).isTrue();
        assertThat(one.covers(both)).isEqualTo(one.equals(both));
    }

    @Provide
    Arbitrary<Position> positions() {
        return Arbitraries.maps(
                        Arbitraries.of("a", "livechat.incoming-event", "b_c").flatMap(topic -> Arbitraries.integers()
                                .between(0, 12)
                                .map(partition -> Tuple.of(topic, partition))),
                        Arbitraries.longs().between(0, 5))
                .ofMaxSize(8)
                .map(entries -> {
                    Map<TopicPartition, Long> offsets = new HashMap<>();
                    entries.forEach((key, offset) -> offsets.put(new TopicPartition(key.get1(), key.get2()), offset));
                    return new Position(offsets);
                });
    }
}
