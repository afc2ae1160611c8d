package org.chatbridge.streams.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.changes.EventIds.Progress;
import org.junit.jupiter.api.Test;

class EventIdsTest {
    private static final Layout LAYOUT = layout("c1", "t");
    private static final Selection BOTH = new Selection(List.of(1, 0));
    private final EventIds ids = new EventIds(LAYOUT);

    @Property
    void shouldReadWhatItWrote(@ForAll("progresses") Progress progress) throws Exception {
        Progress read = new EventIds(layout("c1", "t")).read(BOTH, id(BOTH, progress));

        assertThat(read).isNotNull();
        assertThat(Objects.requireNonNull(read).position()).isEqualTo(progress.position());
        assertThat(read.upTo()).isEqualTo(progress.upTo());
        assertThat(read.minutes()).isEqualTo(progress.minutes());
    }

    @Property
    void shouldRefuseADamagedId(
            @ForAll("progresses") Progress progress,
            @ForAll @IntRange(max = 1_000) int where,
            @ForAll @AlphaChars char other) {
        String id = id(BOTH, progress);
        // The last character has bits that mean nothing.
        int at = where % (id.length() - 1);
        String damaged = id.substring(0, at) + other + id.substring(at + 1);
        if (!damaged.equals(id)) {
            assertThatThrownBy(() -> ids.read(BOTH, damaged)).isInstanceOf(EventIds.BadIdException.class);
        }
    }

    @Property
    void shouldRefuseAnIdThatEndsTooSoon(
            @ForAll("progresses") Progress progress, @ForAll @IntRange(max = 500) int cut) {
        String id = id(BOTH, progress);
        String damaged = id.substring(0, cut % id.length());

        assertThatThrownBy(() -> ids.read(BOTH, damaged)).isInstanceOf(EventIds.BadIdException.class);
    }

    @Property(tries = 200)
    void shouldRefuseAnything(@ForAll String text) {
        assertThatThrownBy(() -> ids.read(BOTH, text)).isInstanceOf(EventIds.BadIdException.class);
    }

    @Test
    void shouldRefuseTheIdOfAnotherClusterOrOfOtherViews() {
        String id = id(BOTH, new Progress(new long[] {1, 2, 3, 4}, null, 5));

        assertThatThrownBy(() -> new EventIds(layout("c2", "t")).read(BOTH, id))
                .hasMessageContaining("another Kafka cluster");
        assertThatThrownBy(() -> ids.read(new Selection(List.of(0)), id)).hasMessageContaining("other views");
    }

    @Test
    void shouldKnowThatTheTopicsWereMadeAnew() throws Exception {
        String id = id(BOTH, new Progress(new long[] {1, 2, 3, 4}, null, 5));

        assertThat(new EventIds(layout("c1", "t2")).read(BOTH, id)).isNull();
    }

    @Test
    void shouldReadWhatItWroteOfManyPartitions() throws Exception {
        // given
        Layout large = new Layout(
                "c1",
                Arrays.stream(ViewTopic.values())
                        .map(view -> new Layout.Topic(view, "livechat.view." + view.view(), view.view(), 200, 1))
                        .toList());
        Selection all =
                new Selection(IntStream.range(0, large.topics().size()).boxed().toList());
        long[] position = new long[large.size()];
        Arrays.fill(position, 1_000_000);

        // when
        EventIds many = new EventIds(large);
        String id = new String(many.of(all, new Progress(position, null, 5)), StandardCharsets.US_ASCII);

        // then
        assertThat(position).hasSizeGreaterThanOrEqualTo(1400);
        assertThat(Objects.requireNonNull(many.read(all, id)).position()).isEqualTo(position);
    }

    @Provide
    Arbitrary<Progress> progresses() {
        Arbitrary<RowKey> keys = Combinators.combine(
                        Arbitraries.integers().between(0, 1),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(40))
                .as(RowKey::new);
        return Combinators.combine(
                        Arbitraries.longs()
                                .greaterOrEqual(0)
                                .array(long[].class)
                                .ofSize(LAYOUT.size()),
                        keys.injectNull(0.5),
                        Arbitraries.longs().between(0, Integer.MAX_VALUE))
                .as(Progress::new);
    }

    private static Layout layout(String cluster, String id) {
        return new Layout(
                cluster,
                List.of(
                        new Layout.Topic(ViewTopic.AGENTS, "livechat.view.agents", id, 3, 1),
                        new Layout.Topic(ViewTopic.THREADS, "livechat.view.threads", id, 1, 1)));
    }

    private String id(Selection selection, Progress progress) {
        return new String(ids.of(selection, progress), StandardCharsets.US_ASCII);
    }
}
