package org.chatbridge.bridge.frames;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
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

    @Property
    void shouldHideASecretAndNothingElse(
            @ForAll @AlphaChars @StringLength(max = 9) String before,
            @ForAll @StringLength(min = 4, max = 9) @CharRange(from = '0', to = '2') String secret,
            @ForAll @AlphaChars @StringLength(max = 9) String behind,
            @ForAll @IntRange(min = 4, max = 9) int left) {
        List<String> secrets = List.of("", secret);

        assertThat(Quote.without(secrets, before + secret + behind)).isEqualTo(before + "…" + behind);
        assertThat(Quote.without(secrets, before + behind)).isEqualTo(before + behind);
        assertThat(Quote.without(secrets, before + secret.substring(0, Math.min(left, secret.length()))))
                .as("cut off")
                .isEqualTo(before + "…");
    }
}
