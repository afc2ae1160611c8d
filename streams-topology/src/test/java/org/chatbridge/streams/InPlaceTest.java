package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class InPlaceTest {
    private final Deque<Runnable> left = new ArrayDeque<>();
    private final InPlace inPlace = new InPlace(2, left::add);
    private final List<Integer> done = new ArrayList<>();

    @Test
    void shouldDoSoMuchAtOnceAndLeaveTheRest() {
        inPlace.execute(() -> {
            done.add(1);
            inPlace.execute(() -> {
                done.add(2);
                inPlace.execute(() -> done.add(3));
            });
        });
        assertThat(done).containsExactly(1, 2);
        assertThat(left).hasSize(1);

        inPlace.execute(() -> done.add(4));
        assertThat(done).containsExactly(1, 2, 4);
    }

    @Test
    void shouldGiveAPlaceBackAfterAFailure() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> inPlace.execute(() -> {
                        throw new IllegalStateException("x");
                    }))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(left).isEmpty();
    }
}
