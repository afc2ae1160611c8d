package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.chatbridge.quickstart.PromQl.LabelMatcher;
import org.chatbridge.quickstart.PromQl.Selector;
import org.junit.jupiter.api.Test;

class PromQlTest {
    @Test
    void shouldFindWhatIsAskedForAndWhatItIsGroupedBy() {
        PromQl query = PromQl.of("label_replace(sum by (topic, le) (rate(delivered_total{topic!~\".*(gaps|})\", "
                + "a=\"b\"}[$__rate_interval])), \"topic\", \"$1\", \"topic\", \".*[.](.+)\") > 1e3 or vector(0)");

        assertThat(query.grouped()).containsExactly("le", "topic");
        assertThat(query.selectors())
                .containsExactly(new Selector(
                        "delivered_total",
                        List.of(new LabelMatcher("topic", "!~", ".*(gaps|})"), new LabelMatcher("a", "=", "b"))));
    }

    @Test
    void shouldFindEveryOperand() {
        PromQl query =
                PromQl.of("pending > 1000 and deriv(pending_bytes[5m]) > 0 or (up{job=\"a\"} unless up offset 15m)"
                        + " or count(ALERTS == 1) / max without(view) (job:lag:sum) + -2 * left * on (a) right");

        assertThat(query.selectors().stream().map(Selector::name))
                .containsExactly("pending", "pending_bytes", "up", "up", "ALERTS", "job:lag:sum", "left", "right");
        assertThat(query.grouped()).containsExactly("a", "view");
    }

    @Test
    void shouldMatchWholeValues() {
        assertThat(new LabelMatcher("a", "=", "b").matches("b")).isTrue();
        assertThat(new LabelMatcher("a", "!=", "b").matches("b")).isFalse();
        assertThat(new LabelMatcher("a", "=~", "b.*").matches("bc")).isTrue();
        assertThat(new LabelMatcher("a", "=~", "b").matches("bc")).isFalse();
        assertThat(new LabelMatcher("a", "!~", "b").matches("bc")).isTrue();
    }
}
