package org.chatbridge.bridge.frames;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MemoryFrameQueueTest {
    /** Whatever is taken, delivered and taken up again: the undelivered come in order, and nothing is lost. */
    @Property(tries = 500)
    void shouldOfferEveryUndeliveredFrameInOrder(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        MemoryFrameQueue queue = new MemoryFrameQueue(1 << 20);
        List<FrameQueue.Entry> inFlight = new ArrayList<>();
        List<Long> delivered = new ArrayList<>();
        long put = 0;
        long last = 0;
        while (delivered.size() < 200) {
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    if (put < 200) {
                        queue.put(frame(++put, random.nextInt(100)));
                    }
                }
                case 2, 3, 4 -> {
                    FrameQueue.Entry entry = queue.take(Duration.ZERO);
                    if (entry != null) {
                        assertThat(entry.frame().sequence()).isGreaterThan(last);
                        last = entry.frame().sequence();
                        inFlight.add(entry);
                    }
                }
                case 5, 6 -> {
                    if (!inFlight.isEmpty()) {
                        FrameQueue.Entry entry = inFlight.remove(random.nextInt(inFlight.size()));
                        queue.delivered(entry);
                        delivered.add(entry.frame().sequence());
                    }
                }
                default -> {
                    queue.rewind();
                    inFlight.clear();
                    last = 0;
                }
            }
        }
        assertThat(delivered).doesNotHaveDuplicates().hasSize(200);
        assertThat(queue.pending()).isZero();
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void shouldHoldTheSocketWhileItIsFull() throws Exception {
        MemoryFrameQueue queue = new MemoryFrameQueue(100);
        queue.put(frame(1, 80));
        CompletableFuture<Void> second = CompletableFuture.runAsync(() -> put(queue, frame(2, 80)));
        while (!queue.isFull()) {
            Thread.onSpinWait();
        }
        assertThat(second).isNotDone();
        assertThat(queue.pending()).isEqualTo(1);

        queue.delivered(Objects.requireNonNull(queue.take(Duration.ZERO)));

        second.get(10, TimeUnit.SECONDS);
        assertThat(Objects.requireNonNull(queue.take(Duration.ZERO)).frame().sequence())
                .isEqualTo(2);
        assertThat(queue.isFull()).isFalse();
    }

    @Test
    void shouldTakeOneFrameThatIsLargerThanItself() throws Exception {
        MemoryFrameQueue queue = new MemoryFrameQueue(100);
        queue.put(frame(1, 1_000));

        assertThat(queue.bytes()).isEqualTo(1_000);
    }

    private static void put(FrameQueue queue, Frame frame) {
        try {
            queue.put(frame);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Frame frame(long sequence, int bytes) {
        return new Frame("c", sequence, 0, null, false, new byte[bytes]);
    }
}
