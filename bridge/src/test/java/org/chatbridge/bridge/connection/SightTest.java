package org.chatbridge.bridge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SightTest {
    private final ManualClock clock = new ManualClock();

    /** Or it would count as silent, in that moment. */
    @Test
    void shouldBeHeardAlsoInTheMomentInWhichTheQueueHasRoomAgain() {
        List<Long> silentNanos = new ArrayList<>();
        AtomicReference<@Nullable Sight> looked = new AtomicReference<>();
        Sight full = new Sight(clock, () -> {
            Sight other = looked.getAndSet(null); // which asks for the time, too
            if (other != null) {
                silentNanos.add(clock.nanos() - other.lastHeardNanos());
            }
            return clock.nanos();
        });
        full.waits(clock.instant());
        clock.advance(Duration.ofSeconds(40));
        looked.set(full);
        full.goesOn();

        assertThat(silentNanos).containsExactly(0L);
    }
}
