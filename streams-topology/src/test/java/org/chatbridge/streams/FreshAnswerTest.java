package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.chatbridge.streams.StoreReader.ServedBy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FreshAnswerTest {
    private static final Instant AT = Instant.parse("2026-11-22T10:00:07Z");

    private final String tag = tag(freshness(ServedBy.ACTIVE, 5L, Upstream.State.STREAMING, AT));

    @Test
    void shouldNotMindWhatFreshnessAlwaysDoes() {
        assertThat(tag(freshness(ServedBy.ACTIVE, 7L, Upstream.State.STREAMING, AT)))
                .isEqualTo(tag);
        assertThat(tag(freshness(ServedBy.ACTIVE, 5L, Upstream.State.STREAMING, AT.plusSeconds(50))))
                .isEqualTo(tag);
    }

    @Test
    void shouldHaveAnotherTagWhereAReaderWouldDecideOtherwise() {
        assertThat(tag(freshness(ServedBy.STANDBY, 5L, Upstream.State.STREAMING, AT)))
                .isNotEqualTo(tag);
        assertThat(tag(freshness(ServedBy.ACTIVE, 50L, Upstream.State.STREAMING, AT)))
                .isNotEqualTo(tag);
        assertThat(tag(freshness(ServedBy.ACTIVE, null, Upstream.State.STREAMING, AT)))
                .isNotEqualTo(tag);
        assertThat(tag(freshness(ServedBy.ACTIVE, 5L, Upstream.State.CONNECTING, AT)))
                .isNotEqualTo(tag);
        assertThat(tag(freshness(ServedBy.ACTIVE, 5L, Upstream.State.STREAMING, AT.plusSeconds(60))))
                .isNotEqualTo(tag);
        assertThat(tag(freshness(ServedBy.ACTIVE, 5L, Upstream.State.STREAMING, null)))
                .isNotEqualTo(tag);
    }

    private static Freshness freshness(
            ServedBy servedBy, @Nullable Long lag, Upstream.State upstream, @Nullable Instant lastPushAt) {
        return new Freshness(
                servedBy,
                lag == null ? OptionalLong.empty() : OptionalLong.of(lag),
                upstream,
                Optional.ofNullable(lastPushAt));
    }

    private static String tag(Freshness freshness) {
        return Objects.requireNonNull(FreshAnswer.of(json -> json.writeStringField("agent_id", "ada"), freshness)
                .tag());
    }
}
