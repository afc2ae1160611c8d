package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LateReaderTest {
    private final LateReader<String> reader = new LateReader<>(() -> "there is no Kafka");

    @Test
    void shouldSayWhatIsMissingBeforeTheStoreIsThere() {
        assertThatThrownBy(() -> reader.get(0, "a"))
                .isInstanceOf(StoreReader.UnavailableException.class)
                .hasMessage("there is no Kafka");
        assertThatThrownBy(() -> reader.from(Set.of(0), null)).hasMessage("there is no Kafka");
    }

    @Test
    void shouldReadTheStoreThatHasArrived() {
        // given
        reader.arrived(new StoreReader<>() {
            @Override
            public Found<String> get(int partition, String key) {
                return new Found.Here<>(key + " of " + partition);
            }

            @Override
            public Rows<String> from(Set<Integer> partitions, @Nullable String after) {
                return new MergedRows<>(List.of(), after, partitions);
            }
        });

        // when / then
        assertThat(reader.get(1, "a")).isEqualTo(new StoreReader.Found.Here<>("a of 1"));
        assertThat(reader.from(Set.of(2), null).partitions()).containsExactly(2);
    }
}
