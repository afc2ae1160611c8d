package org.chatbridge.bridge.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.schema.Action;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The frames that nobody has sent are such as could be sent. */
class WarmUpTest {
    @Test
    void shouldHaveAFrameOfEachActionThatFitsItsSchema() {
        FrameConverter converter = new FrameConverter("0.2");
        assertThat(WarmUp.frames()).hasSize(Action.values().length);
        for (Frame frame : WarmUp.frames()) {
            assertThat(converter.convert(frame)).isInstanceOfSatisfying(Converted.Typed.class, typed -> {
                assertThat(typed.drift()).as(typed.record().toString()).isZero();
            });
        }
    }

    @Test
    void shouldEndWhenItsTimeIsOver() {
        AtomicLong nanos = new AtomicLong();

        new WarmUp(Duration.ofSeconds(1), () -> nanos.getAndAdd(400_000_000)).run();

        assertThat(nanos.get()).isEqualTo(1_600_000_000L);
    }

    @Test
    @Timeout(60)
    void shouldEndWhenToldTo() {
        List<WarmUp> running = new ArrayList<>();
        AtomicLong asked = new AtomicLong();
        running.add(new WarmUp(Duration.ofSeconds(1), () -> {
            if (asked.incrementAndGet() == 3) {
                running.get(0).end();
            }
            return 0; // its time is never over
        }));

        running.get(0).run();

        assertThat(asked).hasValue(3);
    }
}
