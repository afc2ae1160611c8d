package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecentTest {
    private final CrashingStore<Stamp> store = new CrashingStore<>("stamps");
    private final Recent<Stamp, @Nullable Stamp> recent = new Recent<>(store, 2, (key, stamp) -> stamp, stamp -> {
        if (stamp == null || stamp.getMoment() < 0) {
            throw new IllegalArgumentException("not to be kept");
        }
        return stamp;
    });

    @Test
    void shouldNotReadWhatItHasAtHand() {
        Stamp put = new Stamp("a", 1L);
        recent.put("one", put);

        assertThat(recent.get("one")).isSameAs(put);
        assertThat(store.get("one")).isEqualTo(put);
    }

    @Test
    void shouldReadWhatItHasLetGo() {
        recent.put("one", new Stamp("a", 1L));
        recent.put("two", new Stamp("b", 2L));
        recent.put("three", new Stamp("c", 3L));

        assertThat(recent.get("one")).isEqualTo(new Stamp("a", 1L));
        assertThat(recent.get("four")).isNull();
    }

    @Test
    void shouldGoOnWithWhatIsKeptWhereSomethingCannotBe() {
        recent.put("one", new Stamp("a", 1L));

        assertThatThrownBy(() -> recent.put("one", new Stamp("a", -1L))).isInstanceOf(IllegalArgumentException.class);
        assertThat(recent.get("one")).isEqualTo(new Stamp("a", 1L));
    }

    @Test
    void shouldHaveNothingOfWhatWasRemoved() {
        recent.put("one", new Stamp("a", 1L));
        recent.remove("one");

        assertThat(recent.get("one")).isNull();
    }
}
