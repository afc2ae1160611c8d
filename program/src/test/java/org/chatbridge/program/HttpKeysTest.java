package org.chatbridge.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpKeysTest {
    private static final ProgramDefinition PROGRAM =
            new ProgramDefinition("views", "VIEWS_", "Serves.", HttpKeys.all(new ConfigDef()), List.of());

    @Test
    void shouldBeOpenAndInTheClearByDefault() {
        assertThat(HttpKeys.optionsOfAll(settings(Map.of()))).isEqualTo(HttpOptions.defaults());
        assertThat(HttpLimits.defaults().maxRequests()).isEqualTo(256);
        assertThat(HttpLimits.defaults().maxStreams()).isEqualTo(1000);
    }

    @Test
    void shouldReadWhatIsSet() {
        // when
        HttpOptions options = HttpKeys.optionsOfAll(settings(Map.of(
                "VIEWS_HTTP_MAX_REQUESTS", "7",
                "VIEWS_HTTP_MAX_STREAMS", "8",
                "VIEWS_HTTP_CORS_ORIGINS", "https://desk.example, http://localhost:3000",
                "VIEWS_HTTP_TLS_KEYSTORE_LOCATION", "/etc/views/server.pem",
                "VIEWS_HTTP_TLS_KEYSTORE_PASSWORD", "s3cret",
                "VIEWS_HTTP_TLS_KEYSTORE_TYPE", "PEM",
                "VIEWS_HTTP_AUTH_TOKENS_FILE", "/etc/views/tokens")));

        // then
        assertThat(options)
                .isEqualTo(new HttpOptions(
                        HttpLimits.of(7, 8),
                        List.of("https://desk.example", "http://localhost:3000"),
                        new HttpOptions.Keystore(Path.of("/etc/views/server.pem"), "s3cret", "PEM"),
                        Path.of("/etc/views/tokens")));
        assertThat(options.toString()).doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "desk.example",
                "https://desk.example/",
                "https://desk.example/page",
                "https://Desk.example",
                "ftp://desk.example",
                "https://*.example",
                "https://a.example,,https://b.example",
                "*,https://a.example",
                "null"
            })
    void shouldSayWhatAnOriginIs(String origins) {
        assertThat(refused("VIEWS_HTTP_CORS_ORIGINS", origins))
                .isEqualTo("http.cors.origins=" + origins + ": expected * or origins with commas between them, each"
                        + " http:// or https://, a host in small letters, perhaps a port, and nothing after it, such as"
                        + " https://desk.example [environment variable VIEWS_HTTP_CORS_ORIGINS]\n");
    }

    @Test
    void shouldSayWhatIsWrongWithALimitOrAType() {
        assertThat(refused("VIEWS_HTTP_MAX_REQUESTS", "0")).contains("http.max.requests=0: Value must be at least 1");
        assertThat(refused("VIEWS_HTTP_MAX_STREAMS", "many"))
                .contains("http.max.streams=many: expected a whole number");
        assertThat(refused("VIEWS_HTTP_TLS_KEYSTORE_TYPE", "DER"))
                .contains("http.tls.keystore.type=DER: ", "PKCS12, JKS, PEM");
    }

    private static Settings settings(Map<String, String> environment) {
        LoadResult result = Settings.load(PROGRAM, new String[0], environment);
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        return ((LoadResult.Loaded) result).settings();
    }

    private static String refused(String variable, String value) {
        LoadResult result = Settings.load(PROGRAM, new String[0], Map.of(variable, value));
        assertThat(result).isInstanceOf(LoadResult.Answer.class);
        assertThat(((LoadResult.Answer) result).exitCode()).isEqualTo(2);
        return ((LoadResult.Answer) result).text();
    }
}
