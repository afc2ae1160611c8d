package org.chatbridge.program;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** What can be set for the HTTP side of a program, beside where it listens. */
public final class HttpKeys {
    static final String MAX_REQUESTS = "http.max.requests";
    static final String MAX_STREAMS = "http.max.streams";
    static final String CORS_ORIGINS = "http.cors.origins";
    public static final String TLS_LOCATION = "http.tls.keystore.location";
    static final String TLS_PASSWORD = "http.tls.keystore.password";
    static final String TLS_TYPE = "http.tls.keystore.type";
    static final String AUTH_TOKENS = "http.auth.tokens.file";

    private HttpKeys() {}

    /** Adds all of them, for a program that applications and pages ask. */
    public static ConfigDef all(ConfigDef keys) {
        keys.define(
                        MAX_REQUESTS,
                        ConfigDef.Type.INT,
                        HttpLimits.MAX_REQUESTS,
                        ConfigDef.Range.atLeast(1),
                        Importance.LOW,
                        "Requests that are answered at a time; more are refused with 503."
                                + " Health, metrics and streams do not count.")
                .define(
                        MAX_STREAMS,
                        ConfigDef.Type.INT,
                        HttpLimits.MAX_STREAMS,
                        ConfigDef.Range.atLeast(0),
                        Importance.LOW,
                        "Readers of streams at a time; more are refused with 503.")
                .define(
                        CORS_ORIGINS,
                        ConfigDef.Type.STRING,
                        "",
                        Expect.origins(),
                        Importance.MEDIUM,
                        "Origins whose pages may read the answers, such as https://desk.example, with commas between"
                                + " them, or * for any. Where it is not set, no page of another origin may.");
        return guarded(keys);
    }

    /** What an address begins with, by these settings. */
    public static String scheme(Settings settings) {
        return settings.optionalString(TLS_LOCATION).isPresent() ? "https" : "http";
    }

    /** Adds those that say who may ask: TLS and tokens. */
    public static ConfigDef guarded(ConfigDef keys) {
        return keys.define(
                        TLS_LOCATION,
                        ConfigDef.Type.STRING,
                        null,
                        Expect.notBlank(),
                        Importance.MEDIUM,
                        "File with a private key and its certificates. Where it is set, HTTPS is spoken, and only that."
                                + " Read at the start.")
                .define(
                        TLS_PASSWORD,
                        ConfigDef.Type.PASSWORD,
                        null,
                        Importance.MEDIUM,
                        "Password of that file and of the key in it.")
                .define(
                        TLS_TYPE,
                        ConfigDef.Type.STRING,
                        "PKCS12",
                        ConfigDef.ValidString.in("PKCS12", "JKS", "PEM"),
                        Importance.LOW,
                        "Type of that file: PKCS12, JKS, or PEM with key and certificates in one file.")
                .define(
                        AUTH_TOKENS,
                        ConfigDef.Type.STRING,
                        null,
                        Expect.notBlank(),
                        Importance.MEDIUM,
                        "File with the tokens that are accepted, name:sha256 in each line. Where it is set, whoever asks"
                                + " for anything but /health/live and /health/ready needs one. Read again when it changes.");
    }

    /** What was set for {@link #all}. */
    public static HttpOptions optionsOfAll(Settings settings) {
        List<String> origins = Arrays.stream(settings.string(CORS_ORIGINS).split(",", -1))
                .map(String::strip)
                .filter(origin -> !origin.isEmpty())
                .toList();
        HttpOptions guarded = optionsOfGuarded(settings);
        return new HttpOptions(
                HttpLimits.of(settings.integer(MAX_REQUESTS), settings.integer(MAX_STREAMS)),
                origins,
                guarded.keystore(),
                guarded.tokensFile());
    }

    /** What was set for {@link #guarded}, and what is right where nothing is set. */
    public static HttpOptions optionsOfGuarded(Settings settings) {
        Optional<HttpOptions.Keystore> keystore = settings.optionalString(TLS_LOCATION)
                .map(location -> new HttpOptions.Keystore(
                        Path.of(location),
                        settings.optionalPassword(TLS_PASSWORD).orElse(null),
                        settings.string(TLS_TYPE)));
        return new HttpOptions(
                HttpLimits.defaults(),
                List.of(),
                keystore.orElse(null),
                settings.optionalString(AUTH_TOKENS).map(Path::of).orElse(null));
    }
}
