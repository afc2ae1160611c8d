package org.chatbridge.bridge.frames;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;

class QuoteTest {
    @Property
    void shouldBeginAsWhatIsQuotedAndHaveAThousandCharactersAtTheMost(
            @ForAll @StringLength(min = 990, max = 1_010) String text) {
        String quote = Quote.cut(text);

        assertThat(quote).hasSizeLessThanOrEqualTo(1_000);
        if (text.length() <= 1_000) {
            assertThat(quote).isEqualTo(text);
        } else {
            String begin = quote.substring(0, quote.length() - 1);
            assertThat(quote).endsWith("…");
            assertThat(text).startsWith(begin);
            assertThat(begin.length()).isGreaterThanOrEqualTo(998);
        }
    }

    @Property
    void shouldBeOneLine(@ForAll @StringLength(max = 50) String text) {
        assertThat(Quote.ofOneLine(text + "\r\nINFO all is well\u0007\t"))
                .endsWith(" INFO all is well ")
                .doesNotContainPattern("\\p{Cntrl}");
    }
}
