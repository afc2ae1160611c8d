package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LateReaderTest {
    private final LateReader<String> reader = new LateReader<>(() -> "there is no Kafka");

    @Test
    void shouldSayWhatIsMissingBeforeTheStoreIsThere() {
        assertThat(reader.whyUnavailable()).hasValue("there is no Kafka");
    }

    @Test
    void shouldSayWhyAStoreThatIsThereCannotBeRead() {
        // given: as when a stream thread died
        reader.arrived(new StoreReader<>() {
            @Override
            public Found<String> get(String key) {
                throw new UnavailableException("not there");
            }

            @Override
            public Rows<String> from(@Nullable String after) {
                throw new UnavailableException("partition 0 is not there yet");
            }
        });

        // when / then
        assertThat(reader.whyUnavailable()).hasValue("partition 0 is not there yet");
    }

    @Test
    void shouldHaveNothingToSayWhereRowsCanBeRead() {
        // given
        reader.arrived(new StoreReader<>() {
            @Override
            public Found<String> get(String key) {
                return new Found.Here<>(null, ServedBy.ACTIVE);
            }

            @Override
            public Rows<String> from(@Nullable String after) {
                return new MergedRows<>(List.of(), after, ServedBy.ACTIVE, List.of());
            }
        });

        // when / then
        assertThat(reader.whyUnavailable()).isEmpty();
    }
}
