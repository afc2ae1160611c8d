package org.chatbridge.program;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PendingChunksTest {
    private static final int MOST = 100;

    private final PendingChunks pending = new PendingChunks(MOST);

    @Test
    void shouldTakeWhatComesBehindAChunkThatIsLargerThanMayWait() {
        // given
        assertThat(pending.add(new byte[1_000_000])).isTrue();

        // when / then: whether it is being written yet or not
        assertThat(pending.add(new byte[50])).isTrue();
        assertThat(pending.next()).isTrue();
        assertThat(pending.add(new byte[50])).isTrue();
        assertThat(pending.add(new byte[1])).isFalse();
    }

    @Test
    void shouldMakeRoomWhereTheNextChunkIsBeingWritten() {
        // given
        pending.add(new byte[1]);
        pending.next();
        assertThat(pending.add(new byte[60])).isTrue();
        assertThat(pending.add(new byte[60])).isFalse();

        // when
        pending.next();

        // then
        assertThat(pending.add(new byte[60])).isTrue();
    }

    @Test
    void shouldGoThroughTheChunksPieceByPiece() {
        // given
        byte[] large = new byte[100_000];
        byte[] small = new byte[50];
        pending.add(large);
        pending.add(small);

        // when / then
        assertThat(pending.next()).isTrue();
        assertThat(pending.chunk()).isSameAs(large);
        int first = pending.length();
        assertThat(pending.next()).isTrue();
        assertThat(pending.chunk()).isSameAs(large);
        assertThat(pending.offset()).isEqualTo(first);
        assertThat(first + pending.length()).isEqualTo(large.length);
        assertThat(pending.isEmpty()).isFalse();
        assertThat(pending.next()).isTrue();
        assertThat(pending.chunk()).isSameAs(small);
        assertThat(pending.isEmpty()).isTrue();
        assertThat(pending.next()).isFalse();
        assertThat(pending.isEmpty()).isTrue();
    }
}
