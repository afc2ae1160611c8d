package org.chatbridge.bridge.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.journal.LastFrame;
import org.jspecify.annotations.Nullable;

/** The machine fails, and with it what the journal had not forced onto the disk. */
class PowerCutTest {
    private static final Duration STEP = Duration.ofMillis(40);
    private static final Duration UNDER_WAY = Duration.ofMillis(30);

    /** What may happen every now and then, whatever the disk takes for it. */
    private enum Event {
        PUSH,
        PROOF,
        SYNC_BEGINS,
        SYNC_ENDS
    }

    @Property
    void shouldBeginTheGapBeforeAllThatIsLost(@ForAll boolean proven, @ForAll @Size(max = 60) List<Event> events) {
        new Machine().fails(proven, events);
    }

    /** One with a bridge that is connected, all of whose pushes take as long to it. */
    private static final class Machine {
        private final FakeMemory memory = new FakeMemory();
        private final List<Frame> words = new ArrayList<>();
        private final List<Instant> sentAt = new ArrayList<>();
        private Instant now = Instant.parse("2026-11-22T09:00:00Z");
        private int syncing;
        private int onDisk;

        void fails(boolean proven, List<Event> events) {
            Ledger ledger = ledger();
            ledger.open(null);
            ledger.sees("c1", now);
            for (Event event : events) {
                now = now.plus(STEP);
                switch (event) {
                    case PUSH -> sentAt.add(now.minus(UNDER_WAY));
                    case PROOF ->
                        ledger.hears("c1", now.minus(UNDER_WAY), proven, sentAt.size(), received(sentAt.size()));
                    case SYNC_BEGINS -> syncing = sentAt.size();
                    case SYNC_ENDS -> onDisk = syncing;
                }
            }

            Ledger next = ledger();
            Instant last = received(onDisk);
            next.open(last == null ? null : new LastFrame("c1", onDisk, Frame.micros(last)));

            Gap gap = Objects.requireNonNull(next.openGap());
            assertThat(sentAt.subList(onDisk, sentAt.size()))
                    .allSatisfy(sent -> assertThat(sent).isAfterOrEqualTo(gap.openedAt()));
        }

        private @Nullable Instant received(int count) {
            return count == 0 ? null : sentAt.get(count - 1).plus(UNDER_WAY);
        }

        private Ledger ledger() {
            InstantSource clock = () -> now;
            return new Ledger(
                    memory, words::add, () -> true, sentAt::size, () -> onDisk, clock.withZone(ZoneOffset.UTC));
        }
    }
}
