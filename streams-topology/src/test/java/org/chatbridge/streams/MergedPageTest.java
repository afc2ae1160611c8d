package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

class MergedPageTest {
    private static final Freshness FRESH =
            new Freshness(StoreReader.ServedBy.ACTIVE, OptionalLong.of(0), Upstream.State.STREAMING, Optional.empty());

    @Property
    void shouldMakePagesThatAreTogetherAllRowsInOrder(
            @ForAll("keys") Set<String> keys,
            @ForAll @IntRange(min = 1, max = 5) int peers,
            @ForAll @IntRange(min = 1, max = 7) int limit,
            @ForAll long seed) {
        // given: each row at one peer
        Random random = new Random(seed);
        List<TreeSet<String>> kept = new ArrayList<>();
        for (int i = 0; i < peers; i++) {
            kept.add(new TreeSet<>(MergedRows.KEY_ORDER));
        }
        keys.forEach(key -> kept.get(random.nextInt(peers)).add(key));

        // when
        List<String> found = new ArrayList<>();
        String after = null;
        int pages = 0;
        do {
            String from = after;
            // A peer may look at less than it was asked for, and find nothing among that.
            List<Part> parts = kept.stream()
                    .map(own -> part(own, keys, from, 1 + random.nextInt(limit)))
                    .toList();
            MergedPage page = MergedPage.of(parts, limit);
            assertThat(page.rows()).hasSizeLessThanOrEqualTo(limit);
            page.rows().forEach(row -> found.add(row.key()));
            after = page.next();
            pages++;
        } while (after != null);

        // then
        assertThat(found)
                .containsExactlyElementsOf(
                        keys.stream().sorted(MergedRows.KEY_ORDER).toList());
        assertThat(pages).isLessThanOrEqualTo(keys.size() + 1);
    }

    /** @param all what may be looked at, beside its own */
    private static Part part(Set<String> own, Set<String> all, @Nullable String after, int looks) {
        List<String> rest = all.stream()
                .filter(key -> after == null || MergedRows.KEY_ORDER.compare(key, after) > 0)
                .sorted(MergedRows.KEY_ORDER)
                .toList();
        List<String> looked = rest.subList(0, Math.min(looks, rest.size()));
        return new Part(
                looked.stream()
                        .filter(own::contains)
                        .map(key -> new Part.Row(key, json -> json.writeString(key)))
                        .toList(),
                looked.size() < rest.size() ? looked.get(looked.size() - 1) : null,
                Set.of(),
                Position.NONE,
                FRESH);
    }

    @Provide
    Arbitrary<Set<String>> keys() {
        return Arbitraries.strings()
                .withCharRange('a', 'f')
                .withChars('/', '\u00e9', '\uFFFD')
                .ofMaxLength(3)
                .set()
                .ofMaxSize(40);
    }
}
