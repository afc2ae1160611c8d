package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class MergedRowsTest {
    @Property
    void shouldOrderKeysAsStoresOrderTheirBytes(@ForAll("keys") String one, @ForAll("keys") String other) {
        int ofBytes =
                Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

        assertThat(Integer.signum(MergedRows.KEY_ORDER.compare(one, other))).isEqualTo(Integer.signum(ofBytes));
    }

    /** Of few characters, so that many begin alike: of one, two, three and four bytes. */
    @Provide
    Arbitrary<String> keys() {
        return Arbitraries.of(0x61, 0x62, 0xE9, 0xE000, 0xFFEE, 0x1F600, 0x1F916)
                .list()
                .ofMaxSize(4)
                .map(points -> points.stream().map(Character::toString).collect(Collectors.joining()));
    }
}
