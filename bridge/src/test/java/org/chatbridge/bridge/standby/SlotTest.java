package org.chatbridge.bridge.standby;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SlotTest {
    private final CompletableFuture<String> lastWord = new CompletableFuture<>();

    /** A process that waits for ever for its turn would look well. */
    @Test
    void shouldSayThatItFailed() throws Exception {
        Map<String, Object> broken = new AbstractMap<>() {
            @Override
            public Set<Map.Entry<String, Object>> entrySet() {
                throw new NoClassDefFoundError("broken");
            }
        };
        SlotSettings settings = new SlotSettings(
                "127.0.0.1:1", "shop", "bridges-shop", Optional.empty(), Duration.ofSeconds(6), broken);
        try (Slot slot = new Slot(settings, new Heard(), Clock.systemUTC())) {
            slot.start();

            assertThat(lastWord.get(10, TimeUnit.SECONDS))
                    .isEqualTo("the slot failed: java.lang.NoClassDefFoundError: broken");
        }
    }

    private final class Heard implements Slot.Listener {
        @Override
        public void ours(Optional<byte[]> left) {}

        @Override
        public void stillAnothers() {}

        @Override
        public void anothers() {}

        @Override
        public void failed(String word) {
            lastWord.complete(word);
        }
    }
}
