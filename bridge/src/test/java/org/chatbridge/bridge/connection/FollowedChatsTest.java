package org.chatbridge.bridge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.FrameQueue;
import org.chatbridge.bridge.frames.MemoryFrameQueue;
import org.chatbridge.bridge.ledger.FakeMemory;
import org.chatbridge.bridge.ledger.Ledger;
import org.chatbridge.sandbox.SimulatedLiveChat;
import org.chatbridge.sandbox.SimulatorSettings;
import org.chatbridge.sandbox.Truth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a LiveChat that tells what is said in a chat to who follows it alone. */
@Timeout(60)
class FollowedChatsTest {
    private final FrameQueue queue = new MemoryFrameQueue(1 << 28);
    private final Queue<Frame> words = new ConcurrentLinkedQueue<>();
    private final StringBuilder heard = new StringBuilder();

    @Test
    void shouldHearTheLastEventOfEveryChatThatIsOpen() {
        try (SimulatedLiveChat liveChat =
                new SimulatedLiveChat(SimulatorSettings.defaults().withRate(4_000))) {
            liveChat.start();
            hearAll(liveChat);
        }
    }

    private void hearAll(SimulatedLiveChat liveChat) {
        try (Supervisor supervisor = supervisor(liveChat)) {
            supervisor.start();
            await(() -> liveChat.truth().totalPushes() > 2_000);
            // chats that are open are found by a resync, too
            liveChat.dropAll();
            await(() -> liveChat.truth().totalPushes() > 4_000);
            liveChat.pause();

            assertThat(liveChat.truth().openThreads()).hasSizeGreaterThan(10);
            for (Truth.OpenThread open : liveChat.truth().openThreads()) {
                await(() -> hears("\"" + open.lastEvent().id() + "\""));
            }
            assertThat(supervisor.chatsNotFollowed()).isZero();
        }
    }

    private Supervisor supervisor(SimulatedLiveChat liveChat) {
        Clock clock = Clock.systemUTC();
        return new Supervisor(
                SupervisorSettings.recommended(
                        liveChat.urlOf31(), ApiVersion.V3_1, "test", 3, CustomerMonitoring.MY, false),
                new TyrusSockets(1 << 24, Duration.ofSeconds(10), null),
                queue,
                words::add,
                new Ledger(new FakeMemory(), words::add, () -> true, () -> 0, () -> 0, clock),
                liveChat::token,
                () -> true,
                new Backoff(Duration.ofMillis(1), Duration.ofMillis(10), new Random(1)),
                new ConnectionIds(clock, new Random(1)),
                clock,
                System::nanoTime,
                attempt -> new Thread(attempt, "connector").start());
    }

    private boolean hears(String word) {
        try {
            for (FrameQueue.Entry entry = queue.take(Duration.ZERO); entry != null; entry = queue.take(Duration.ZERO)) {
                heard.append(new String(entry.frame().bytes(), StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        for (Frame frame = words.poll(); frame != null; frame = words.poll()) {
            heard.append(new String(frame.bytes(), StandardCharsets.UTF_8));
        }
        return heard.indexOf(word) >= 0;
    }

    private static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("gave up").isLessThan(until);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }
}
