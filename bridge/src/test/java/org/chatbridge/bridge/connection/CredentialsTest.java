package org.chatbridge.bridge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What LiveChat says goes into the log, the ledger and the topic of gaps. */
class CredentialsTest {
    private final Deque<String> tokens = new ArrayDeque<>(List.of("Bearer first-token", "Bearer second-token"));
    private final Credentials credentials = new Credentials(
            tokens::remove, URI.create("wss://proxy.example/rtm?key=k%2Fe%2Fy%2F&v=3.6&organization_id=0f1e2d3c"));

    @ParameterizedTest
    @CsvSource({
        "Bearer dal:a+b/c=, no Bearer dal:a+b/c= here, no Bearer … here",
        "bearer dal:a+b/c=, no dal:a+b/c= here, no … here",
        "' Basic YTpi ', Basic YTpi, Basic …",
        "two words, these two words, these …",
        "Bearer dal:a+b/c=, cut off at dal:a+, cut off at …",
        "Bearer 3, from version 3.3 on, from version 3.3 on",
        "Bearer token-1, Invalid access token, Invalid access …",
    })
    void shouldTellOnWhatLiveChatSaysWithoutTheToken(String token, String said, String told) {
        Credentials own = new Credentials(() -> token, URI.create("wss://api.livechatinc.com/"));
        own.next();

        assertThat(own.quote(said)).isEqualTo(told);
    }

    @Test
    void shouldTellOnWithoutTheTokenOfTheLastLogin() {
        assertThat(credentials.quote("first-token"))
                .as("which it was not shown")
                .isEqualTo("first-token");
        credentials.next();
        assertThat(credentials.quote("first-token")).isEqualTo("…");
        credentials.next();
        assertThat(credentials.quote("second-token")).isEqualTo("…");
    }

    @Test
    void shouldTellOnWithoutWhatIsInTheQueryOfTheUrl() {
        assertThat(credentials.quote("GET /rtm?key=k%2Fe%2Fy%2F&v=3.6: k/e/y/ of 0f1e2d3c is unknown"))
                .isEqualTo("GET /rtm?key=…&v=3.6: … of … is unknown");
    }

    @Test
    void shouldNotTellOnMoreThanALine() {
        credentials.next();
        String words = "a\r\nb".repeat(331) + "bearer first-token and more";
        ObjectNode error = JsonNodeFactory.instance.objectNode().put("type", words);
        error.put("message", words).putObject("data").put("region", "fra");
        ObjectNode payload = JsonNodeFactory.instance.objectNode().set("error", error);
        Reply refusal = new Reply("bridge-1", words, false, payload).toldAs(credentials::quote);

        assertThat(List.of(refusal.about(), refusal.said(), credentials.quote(words)))
                .allSatisfy(told -> assertThat(told)
                        .startsWith("a ba ba b")
                        .hasSizeLessThanOrEqualTo(1_000)
                        .doesNotContain("firs"));
        assertThat(refusal.action()).isEqualTo(words);
        assertThat(refusal.errorType()).isEqualTo(words);
        assertThat(refusal.region()).isEqualTo("fra");
    }
}
