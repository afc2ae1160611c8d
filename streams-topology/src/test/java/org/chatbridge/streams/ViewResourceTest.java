package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.chatbridge.avro.Gap;
import org.chatbridge.avro.view.GapRow;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.program.Request;
import org.chatbridge.program.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ViewResourceTest {
    private static final HostPort PEER = new HostPort("views-2", 8080);

    @Test
    void shouldNameTheInstanceThatHasTheRow() {
        // given
        ViewResource<Gap, GapRow> resource = resource(new OfPartitions(List.of(), List.of(PEER)));

        // when
        HttpProblem problem = catchThrowableOfType(HttpProblem.class, () -> resource.one("elsewhere"));

        // then
        assertThat(problem.status()).isEqualTo(421);
        assertThat(problem).hasMessageContaining("views-2:8080");
    }

    @Test
    void shouldAnswer503WhileTheStoreIsNotThere() {
        // given
        ViewResource<Gap, GapRow> resource =
                resource(new LateReader<>(() -> "bootstrap.servers=x:1: Kafka does not answer"));

        // when
        HttpProblem one = catchThrowableOfType(HttpProblem.class, () -> resource.one("a"));
        HttpProblem page = catchThrowableOfType(HttpProblem.class, () -> resource.page(query(), any -> true));

        // then
        assertThat(one.status()).isEqualTo(503);
        assertThat(page.status()).isEqualTo(503);
        assertThat(page).hasMessage("bootstrap.servers=x:1: Kafka does not answer");
    }

    @Test
    void shouldSayWhichInstancesAreMissingFromAList() throws IOException {
        // given
        ViewResource<Gap, GapRow> resource = resource(new OfPartitions(List.of(List.of("a")), List.of(PEER)));

        // when / then
        assertThat(json(resource.page(query(), any -> true)).path("incomplete"))
                .singleElement()
                .extracting(JsonNode::textValue)
                .isEqualTo("views-2:8080");
    }

    @Test
    void shouldMergePartitionsInTheOrderOfTheirBytes() throws IOException {
        // given: in UTF-16, the order of Java's strings, the last two would change places
        ViewResource<Gap, GapRow> resource = resource(new OfPartitions(
                List.of(List.of("a", "d", "\uD83D\uDE00"), List.of(), List.of("b", "c", "\uFFFD")), List.of()));

        // when / then
        assertThat(json(resource.page(query(), any -> true)).findValuesAsText("connection_id"))
                .containsExactly("a", "b", "c", "d", "\uFFFD", "\uD83D\uDE00");
        assertThat(json(resource.page(query("cursor", Paging.cursor("c"), "limit", "1"), any -> true))
                        .findValuesAsText("connection_id"))
                .containsExactly("d");
        assertThat(json(resource.page(query("cursor", Paging.cursor("bb"), "limit", "1"), any -> true))
                        .findValuesAsText("connection_id"))
                .as("a cursor whose row is gone")
                .containsExactly("c");
    }

    private static ViewResource<Gap, GapRow> resource(StoreReader<Gap> reader) {
        return new ViewResource<>(
                new GapsView(),
                List.of(),
                reader,
                new Freshness.Source(new Upstream(), topics -> OptionalLong.empty()),
                Clock.systemUTC());
    }

    private static Request query(String... namesAndValues) {
        Map<String, List<String>> parameters = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            parameters.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
        }
        return new Request("/rows", Map.of(), parameters, Map.of());
    }

    private static JsonNode json(Response response) throws IOException {
        return new ObjectMapper().readTree(response.body());
    }

    /** Partitions whose rows are their own keys; every single key is elsewhere. */
    private record OfPartitions(List<List<String>> partitions, List<HostPort> others) implements StoreReader<Gap> {
        @Override
        public Found<Gap> get(String key) {
            return new Found.Elsewhere<>(PEER);
        }

        @Override
        public Rows<Gap> from(@Nullable String after) {
            return new MergedRows<>(
                    partitions.stream().map(keys -> iterator(keys, after)).toList(), after, ServedBy.ACTIVE, others);
        }

        private static KeyValueIterator<String, ValueAndTimestamp<Gap>> iterator(
                List<String> keys, @Nullable String after) {
            List<String> rest = keys.stream()
                    .filter(key -> after == null || MergedRows.KEY_ORDER.compare(key, after) >= 0)
                    .toList();
            Iterator<String> peeking = rest.iterator();
            return new KeyValueIterator<>() {
                private @Nullable String next = peeking.hasNext() ? peeking.next() : null;

                @Override
                public String peekNextKey() {
                    return String.valueOf(next);
                }

                @Override
                public boolean hasNext() {
                    return next != null;
                }

                @Override
                public KeyValue<String, ValueAndTimestamp<Gap>> next() {
                    String key = peekNextKey();
                    next = peeking.hasNext() ? peeking.next() : null;
                    return KeyValue.pair(key, ValueAndTimestamp.make(Pushes.gap(key, "closed"), 0));
                }

                @Override
                public void close() {}
            };
        }
    }
}
