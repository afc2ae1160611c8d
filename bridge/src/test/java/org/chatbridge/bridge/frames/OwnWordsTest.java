package org.chatbridge.bridge.frames;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.chatbridge.bridge.Await;
import org.junit.jupiter.api.Test;

class OwnWordsTest {
    private final CountDownLatch room = new CountDownLatch(1);
    private final FrameQueue queue = new MemoryFrameQueue(1 << 20) {
        @Override
        public void put(Frame frame) throws InterruptedException {
            room.await();
            super.put(frame);
        }
    };

    @Test
    void shouldHoldWhatWasLearnedLastWhileTheQueueIsFull() throws Exception {
        try (OwnWords words = new OwnWords(queue)) {
            words.start();
            words.accept(word("c0", Frame.Kind.GAP, 0));
            for (int connection = 1; connection < 100; connection++) {
                words.accept(word("c" + connection, Frame.Kind.GAP, 0));
                for (int i = 1; i <= 3; i++) {
                    words.accept(word("c" + connection, Frame.Kind.SNAPSHOT, i));
                }
            }
            assertThat(words.areWritten()).isFalse();
            room.countDown();
            Await.until("written", words::areWritten);
        }

        List<String> gaps = new ArrayList<>();
        List<String> snapshots = new ArrayList<>();
        for (FrameQueue.Entry entry = queue.take(Duration.ZERO); entry != null; entry = queue.take(Duration.ZERO)) {
            Frame word = entry.frame();
            (word.kind() == Frame.Kind.GAP ? gaps : snapshots).add(word.connectionId() + " " + word.sequence());
        }
        assertThat(gaps).as("every gap").hasSize(100);
        assertThat(snapshots).containsExactly("c99 1", "c99 2", "c99 3");
    }

    @Test
    void shouldPutAWordAgainThatTheQueueFailsOn() throws Exception {
        FrameQueue fails = new MemoryFrameQueue(1 << 20) {
            private int puts;

            @Override
            public void put(Frame frame) throws InterruptedException {
                if (puts++ == 0) {
                    throw new NoClassDefFoundError("broken"); // an error: who catches that catches the rest too
                }
                super.put(frame);
            }
        };
        try (OwnWords words = new OwnWords(fails)) {
            words.start();
            words.accept(word("c1", Frame.Kind.GAP, 1));
            words.accept(word("c1", Frame.Kind.GAP, 2));

            Await.until("both are written", words::areWritten);
            assertThat(Objects.requireNonNull(fails.take(Duration.ofSeconds(1)))
                            .frame()
                            .sequence())
                    .isEqualTo(1);
            assertThat(Objects.requireNonNull(fails.take(Duration.ofSeconds(1)))
                            .frame()
                            .sequence())
                    .isEqualTo(2);
        }
    }

    private static Frame word(String connection, Frame.Kind kind, long sequence) {
        return new Frame(connection, sequence, 0, null, kind, new byte[0]);
    }
}
