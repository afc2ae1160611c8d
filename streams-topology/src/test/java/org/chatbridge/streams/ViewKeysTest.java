package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ViewKeysTest {
    @Test
    void shouldLookEverywhereForRowsWithKeysOfTheirOwn() {
        for (View<?, ?> view : Views.ALL) {
            boolean hasOwnKeys = Arrays.stream(view.getClass().getDeclaredMethods())
                    .anyMatch(method -> method.getName().equals("key") && !method.isBridge());
            assertThat(view.keysAreThoseOfRecords()).as(view.name()).isNotEqualTo(hasOwnKeys);
        }
    }
}
