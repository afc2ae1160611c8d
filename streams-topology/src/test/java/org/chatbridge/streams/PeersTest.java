package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLHandshakeException;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.Response;
import org.junit.jupiter.api.Test;

class PeersTest {
    private static final HostPort PEER = HostPort.parse("views-2:8080");

    private CompletableFuture<Response> next = answer(200);
    private long nanos;
    private final Peers peers = new Peers((host, target, headers, within) -> next, "views/livechat.", () -> nanos);

    @Test
    void shouldSayWhyAPeerDoesNotAnswer() {
        assertThat(peers.whySilent(PEER)).isEmpty();
        assertThat(silence(new ConnectException("Connection refused")))
                .isEqualTo("the instance views-2:8080 does not answer this one: nobody listens there; rows that only it"
                        + " keeps are missing from lists, and 503 where they are asked for");
        assertThat(silence(new HttpTimeoutException("request timed out")))
                .startsWith("the instance views-2:8080 does not answer this one in time; ");
        assertThat(silence(new SSLHandshakeException("unable to find valid certification path to requested target")))
                .contains("its certificate must name its application.server", "peers.tls.truststore.location", "path");
        assertThat(silence(new IllegalStateException("odd"))).contains("IllegalStateException: odd");
    }

    @Test
    void shouldTakeARefusedTokenForSilence() {
        next = answer(401);

        CompletableFuture<Response> answer = ask();

        assertThat(answer).isCompletedExceptionally();
        assertThat(peers.isLeftAlone(PEER)).isTrue();
        assertThat(peers.whySilent(PEER)).contains("does not accept the token of this one", "peers.token");
    }

    @Test
    void shouldTakeAStrangersAnswerForSilence() {
        for (String of : new String[] {"", "views/staging."}) {
            for (int status : new int[] {200, 404}) {
                next = answer(status, of.isEmpty() ? Map.of() : Map.of(Hop.OF, of));

                assertThat(ask()).isCompletedExceptionally();
                assertThat(peers.whySilent(PEER))
                        .contains("what answers there is no instance of this application.id", "application.server");
            }
        }
    }

    @Test
    void shouldMarkAnAnswerSoThatItIsTaken() {
        Response answer = new Response(200, "text/plain", new byte[0], Map.of("ETag", "x"));
        next = CompletableFuture.completedFuture(peers.marked(answer));

        assertThat(ask().join().headers()).isEqualTo(answer.headers());
    }

    @Test
    void shouldPassEveryOtherAnswerOn() {
        for (int status : new int[] {200, 304, 404, 421, 500, 503}) {
            next = answer(status);
            assertThat(ask().join().status()).isEqualTo(status);
            assertThat(peers.whySilent(PEER)).isEmpty();
        }
        // Those that are no word on a row come from places that do not know who asks.
        for (int status : new int[] {400, 414, 421, 500, 503}) {
            next = answer(status, Map.of());
            assertThat(ask().join().status()).isEqualTo(status);
            assertThat(peers.whySilent(PEER)).isEmpty();
        }
    }

    @Test
    void shouldSayThatAnInstanceRefusesButNotWhatItsViewsAnswer() {
        for (int status : new int[] {200, 404, 421, 500, 503}) {
            next = answer(status); // with the mark of an instance that was asked
            ask().join();
            assertThat(peers.whyRefused(PEER)).isEmpty();
        }
        next = answer(503, Map.of());
        ask().join();
        assertThat(peers.whyRefused(PEER)).contains("views-2:8080 answers this one with 503");
        next = answer(200);
        ask().join();
        assertThat(peers.whyRefused(PEER)).as("it may refuse the next one").isNotEmpty();
        nanos += Peers.LEFT_ALONE.toNanos();
        ask().join();
        assertThat(peers.whyRefused(PEER)).isEmpty();
    }

    @Test
    void shouldForgetWhyOnceItAnswers() {
        silence(new ConnectException());
        assertThat(peers.isLeftAlone(PEER)).isTrue();
        nanos += Peers.LEFT_ALONE.toNanos();
        next = answer(404);

        assertThat(ask().join().status()).isEqualTo(404);

        assertThat(peers.isLeftAlone(PEER)).isFalse();
        assertThat(peers.whySilent(PEER)).isEmpty();
    }

    @Test
    void shouldNotCallItOverWithTheFirstAnswer() {
        silence(new HttpTimeoutException("request timed out"));
        next = answer(200);

        assertThat(ask().join().status()).isEqualTo(200);

        assertThat(peers.isLeftAlone(PEER)).isFalse();
        assertThat(peers.whySilent(PEER)).contains("in time");
    }

    @Test
    void shouldNotTakeOneSlowAnswerForSilence() {
        // given: a list that takes long, then a row that is answered at once and one that is not yet
        CompletableFuture<Response> list = new CompletableFuture<>();
        next = list;
        CompletableFuture<Response> slow = ask();
        nanos += Duration.ofMillis(600).toNanos();
        next = answer(200);
        assertThat(ask().join().status()).isEqualTo(200);
        next = new CompletableFuture<>();
        CompletableFuture<Response> underWay = ask();

        // when
        nanos += Duration.ofMillis(100).toNanos();
        list.completeExceptionally(new HttpTimeoutException("request timed out"));

        // then
        assertThat(slow).isCompletedExceptionally();
        assertThat(underWay).isNotDone();
        assertThat(peers.isLeftAlone(PEER)).isFalse();
        assertThat(peers.whySilent(PEER)).isEmpty();
    }

    @Test
    void shouldLeaveAPeerAloneThatAnsweredNothingSinceItWasAsked() {
        // given
        next = answer(200);
        assertThat(ask().join().status()).isEqualTo(200);
        nanos += 1;
        CompletableFuture<Response> first = new CompletableFuture<>();
        next = first;
        CompletableFuture<Response> slow = ask();
        next = new CompletableFuture<>();
        CompletableFuture<Response> underWay = ask();

        // when
        nanos += Duration.ofMillis(700).toNanos();
        first.completeExceptionally(new HttpTimeoutException("request timed out"));

        // then
        assertThat(slow).isCompletedExceptionally();
        assertThat(underWay).as("not with a time-out of its own").isCompletedExceptionally();
        assertThat(peers.isLeftAlone(PEER)).isTrue();
    }

    private String silence(Exception failure) {
        next = CompletableFuture.failedFuture(failure);
        assertThat(ask()).isCompletedExceptionally();
        return peers.whySilent(PEER);
    }

    private CompletableFuture<Response> ask() {
        return peers.ask(PEER, "/v1/agents", Map.of(), Duration.ofSeconds(1));
    }

    private static CompletableFuture<Response> answer(int status) {
        return answer(status, Map.of(Hop.OF, "views/livechat."));
    }

    private static CompletableFuture<Response> answer(int status, Map<String, String> headers) {
        return CompletableFuture.completedFuture(
                new Response(status, "application/json", "{}".getBytes(StandardCharsets.UTF_8), headers));
    }
}
