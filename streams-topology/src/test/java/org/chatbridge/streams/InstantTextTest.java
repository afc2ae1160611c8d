package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class InstantTextTest {

    @Property
    void shouldWriteAnyInstantAsJavaDoes(
            @ForAll @LongRange(min = -100_000_000_000L, max = 400_000_000_000L) long second,
            @ForAll @IntRange(max = 999_999_999) int nano,
            @ForAll @IntRange(max = 2) int digits) {
        int step = new int[] {1, 1_000, 1_000_000}[digits];
        Instant instant = Instant.ofEpochSecond(second, nano - nano % step);

        assertThat(InstantText.of(instant)).isEqualTo(instant.toString());
    }

    @Example
    void shouldWriteTheFirstAndLastOfFourDigitsAndBeyond() {
        for (String year : new String[] {"0000", "-0001", "9999", "+10000"}) {
            Instant newYear = Instant.parse(year + "-01-01T00:00:00Z");
            assertThat(InstantText.of(newYear)).isEqualTo(newYear.toString());
            assertThat(InstantText.of(newYear.minusNanos(1)))
                    .isEqualTo(newYear.minusNanos(1).toString());
        }
        assertThat(InstantText.of(Instant.MIN)).isEqualTo(Instant.MIN.toString());
        assertThat(InstantText.of(Instant.MAX)).isEqualTo(Instant.MAX.toString());
    }
}
