package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.chatbridge.avro.Gap;
import org.chatbridge.avro.view.GapRow;
import org.chatbridge.program.Request;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ShortPagesTest {
    private static final int ROWS = 10_000;
    private static final Set<Integer> PARTITIONS = Set.of(0);

    private final AtomicLong nanos = new AtomicLong();
    private final List<String> keys =
            IntStream.range(0, ROWS).mapToObj("%05d"::formatted).toList();
    private long nanosOfALook = 100_000;
    private int looked;

    @Test
    void shouldGiveWhatItHasFoundWhenTheTimeIsUpAndGoOnThere() {
        // given: 100 µs for each look at a row, and few that are asked for, which are the last
        List<String> asked = keys.stream()
                .filter(key -> key.compareTo("07000") >= 0 && key.endsWith("00"))
                .toList();
        RowFilter filter = RowFilter.ofRows(row -> asked.contains(((GapRow) row).getConnectionId()));
        List<String> found = new ArrayList<>();
        List<Integer> pages = new ArrayList<>();
        String after = null;

        // when
        do {
            int before = looked;
            Part part = page(new Paging(100, after), filter);
            assertThat(looked - before).as("within about 400 ms").isLessThanOrEqualTo(5_000 + asked.size());
            part.rows().forEach(row -> found.add(row.key()));
            pages.add(part.rows().size());
            after = part.upTo();
        } while (after != null);

        // then
        assertThat(looked).as("none is looked at twice").isEqualTo(ROWS);
        assertThat(found).containsExactlyElementsOf(asked);
        assertThat(pages).as("the first is empty").startsWith(0).hasSizeGreaterThan(1);
    }

    /** It is bounded by that, and a program that has just started takes its time. */
    @Test
    void shouldTakeItsTimeForRowsThatAreAskedFor() {
        nanosOfALook = Duration.ofSeconds(1).toNanos();

        Part part = page(new Paging(1_000, null), RowFilter.ALL);

        assertThat(part.rows()).hasSize(1_000);
        assertThat(part.upTo()).isEqualTo("00999");
    }

    private Part page(Paging paging, RowFilter filter) {
        ViewResource<Gap, GapRow> resource = new ViewResource<>(
                new GapsView(),
                List.of(Instances.TOPIC),
                new Slow(),
                VersionStores.none(),
                (view, store, topics, partition) -> Instances.active(),
                new Positions(),
                new Freshness.Source(new Upstream(), topics -> OptionalLong.empty()),
                Clock.systemUTC(),
                Duration.ofDays(30),
                nanos::get);
        Request request = new Request("/v1/gaps", java.util.Map.of(), java.util.Map.of(), java.util.Map.of());
        Demands demands = Demands.of(request, List.of(Instances.TOPIC), resource.now(), Duration.ofDays(30));
        return ((Reply.Given<Part>) resource.page(PARTITIONS, paging, filter, demands)).answer();
    }

    private final class Slow implements StoreReader<Gap> {
        @Override
        public Found<Gap> get(int partition, String key) {
            return new Found.Elsewhere<>();
        }

        @Override
        public Rows<Gap> from(Set<Integer> partitions, @Nullable String after) {
            return new MergedRows<>(List.of(all(after == null ? 0 : keys.indexOf(after) + 1)), null, partitions);
        }

        private KeyValueIterator<String, ValueAndTimestamp<Gap>> all(int first) {
            return new KeyValueIterator<>() {
                private int next = first;

                @Override
                public boolean hasNext() {
                    return next < ROWS;
                }

                @Override
                public String peekNextKey() {
                    return keys.get(next);
                }

                @Override
                public KeyValue<String, ValueAndTimestamp<Gap>> next() {
                    looked++;
                    nanos.addAndGet(nanosOfALook);
                    String key = keys.get(next++);
                    return KeyValue.pair(key, ValueAndTimestamp.make(Pushes.gap(key, "closed"), 0));
                }

                @Override
                public void close() {
                    // nothing is open
                }
            };
        }
    }
}
