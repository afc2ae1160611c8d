package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.program.Request;
import org.chatbridge.program.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HopTest {
    @Test
    void shouldReadWhatItWrites() {
        Set<Integer> many = IntStream.range(0, 5_000).boxed().collect(Collectors.toSet());
        Hop hop = new Hop(many, Duration.ofMillis(700));

        assertThat(Hop.of(request(hop.headers()))).hasValue(hop);
        assertThat(Hop.of(request(Map.of()))).isEmpty();
    }

    @Test
    void shouldHavePlacesForQuestionsWhereAllOthersWaitForPeers() {
        Route route = new Endpoint("/v1/threads", "", List.of(), "", "", Set.of(), request -> new CompletableFuture<>())
                .route();

        assertThat(route.apart().test(request(new Hop(Set.of(1), Duration.ZERO).headers())))
                .isTrue();
        assertThat(route.apart().test(request(Map.of()))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "1,", ",1", "1,,2", "-1", "x", "1234567", " 1"})
    void shouldRefuseWhatAreNoPartitions(String partitions) {
        assertThatThrownBy(() -> Hop.of(request(Map.of(Hop.MARK, "1", Hop.PARTITIONS, partitions))))
                .isInstanceOf(HttpProblem.class)
                .hasMessageContaining(Hop.PARTITIONS);
    }

    @Test
    void shouldRefuseWhatIsNoTime() {
        assertThatThrownBy(() -> Hop.of(request(Map.of(Hop.MARK, "1", Hop.PARTITIONS, "1", Hop.WAIT, "soon"))))
                .isInstanceOf(HttpProblem.class);
    }

    private static Request request(Map<String, String> headers) {
        Map<String, String> lower = new HashMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        return new Request("/v1/threads", Map.of(), Map.of(), lower);
    }
}
