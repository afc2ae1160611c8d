package org.chatbridge.program;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** Validators that Kafka's {@link ConfigDef} does not bring, each saying what it expects. */
public final class Expect {
    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,15})\\s*(ms|s|m|h)");
    private static final Pattern ORIGIN = Pattern.compile("https?://([a-z0-9._-]+|\\[[0-9a-f:.]+])(:\\d{1,5})?");
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:[^@]*@)?(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::(\\d+))?");

    /** Names of containers may have underscores, and these clients find them all the same. */
    private static final Set<String> READ_LENIENTLY = Set.of("http", "https");

    private static final String DURATION =
            "expected a positive duration, such as 500ms, 30s, 5m, 1h, or PT5M as in ISO 8601";

    private Expect() {}

    /** A text, or a password, that is not blank. */
    public static ConfigDef.Validator notBlank() {
        return validator("not blank", text -> {
            if (text.isBlank()) {
                throw new IllegalArgumentException("expected a value that is not blank");
            }
        });
    }

    /** As {@link HostPort#parse} reads it. */
    public static ConfigDef.Validator hostPort() {
        return validator("host:port", HostPort::parse);
    }

    /** As {@link HostPort#parse} reads it, where others can ask with HTTP: a host as in a URL (RFC 3986, 3.2.2), and a port. */
    public static ConfigDef.Validator reachable() {
        return validator("host:port", text -> {
            HostPort at = HostPort.parse(text);
            if (at.port() == 0) {
                throw new IllegalArgumentException("expected the port at which others reach it, 1 to 65535");
            }
            String host = null;
            try {
                host = new URI("http://" + at).getHost();
            } catch (URISyntaxException e) {
                // said below
            }
            if (host == null) {
                throw new IllegalArgumentException(
                        "expected a host that can stand in a URL, of letters, digits, hyphens and"
                                + " dots (no underscore), whose last part begins with a letter, or an IP address");
            }
        });
    }

    /** A comma-separated list (a STRING key) of {@code host:port}, at least one: Kafka's bootstrap servers. */
    public static ConfigDef.Validator hostPorts() {
        return validator("host:port,...", text -> {
            for (String one : text.split(",", -1)) {
                try {
                    HostPort.parse(one.contains("://") ? one.substring(one.indexOf("://") + 3) : one);
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(
                            "expected one or more host:port with commas between them, such as kafka-1:9092,kafka-2:9092",
                            e);
                }
            }
        });
    }

    /** A duration as {@link Settings#duration} returns it. */
    public static ConfigDef.Validator duration() {
        return validator("a duration", Expect::parseDuration);
    }

    /** One absolute URL of one of the schemes. */
    public static ConfigDef.Validator url(String... schemes) {
        return validator("a URL", text -> checkUrl(text, List.of(schemes)));
    }

    /** One or more absolute URLs of one of the schemes, with commas between them, in a STRING key. */
    public static ConfigDef.Validator urls(String... schemes) {
        return validator("URLs", text -> Arrays.stream(text.split(",", -1))
                .forEach(one -> checkUrl(one.strip(), List.of(schemes))));
    }

    /** None, {@code *}, or origins with commas between them as browsers send them, in a STRING key. */
    public static ConfigDef.Validator origins() {
        return validator("origins", text -> {
            if (text.isBlank() || text.strip().equals("*")) {
                return;
            }
            for (String one : text.split(",", -1)) {
                if (!ORIGIN.matcher(one.strip()).matches()) {
                    throw new IllegalArgumentException("expected * or origins with commas between them, each http:// or"
                            + " https://, a host in small letters, perhaps a port, and nothing after it,"
                            + " such as https://desk.example");
                }
            }
        });
    }

    private static void checkUrl(String text, List<String> schemes) {
        String expected = "expected a URL with its host that begins with " + String.join(":// or ", schemes) + "://";
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(expected, e);
        }
        if (uri.getScheme() == null || !schemes.contains(uri.getScheme())) {
            throw new IllegalArgumentException(expected);
        }
        if (!uri.getScheme().equals("mock")) {
            checkAuthority(uri, expected);
        }
    }

    /** {@link URI} has neither host nor port where one of them is not as RFC 2396 has it, and any number for a port. */
    private static void checkAuthority(URI uri, String expected) {
        Matcher authority = AUTHORITY.matcher(uri.getRawAuthority() == null ? "" : uri.getRawAuthority());
        if (!authority.matches()) {
            throw new IllegalArgumentException(expected);
        }
        String port = authority.group(2);
        if (port != null
                && (port.length() > 5 || Integer.parseInt(port) < 1 || Integer.parseInt(port) > HostPort.LAST_PORT)) {
            throw new IllegalArgumentException("expected a port of 1 to 65535");
        }
        if (uri.getHost() == null && !READ_LENIENTLY.contains(uri.getScheme())) {
            throw new IllegalArgumentException(
                    expected + ", and a host of letters, digits, hyphens and dots (no underscore)");
        }
    }

    static Duration parseDuration(String text) {
        Matcher matcher = SHORT_DURATION.matcher(text.strip());
        Duration duration;
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            duration = switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                default -> Duration.ofHours(amount);
            };
        } else {
            try {
                duration = Duration.parse(text.strip());
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(DURATION, e);
            }
        }
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(DURATION);
        }
        return duration;
    }

    /** @param check throws {@link IllegalArgumentException} with what is expected */
    private static ConfigDef.Validator validator(String description, Consumer<String> check) {
        return ConfigDef.LambdaValidator.with(
                (name, value) -> {
                    if (value == null) {
                        return;
                    }
                    String text = value instanceof Password password ? password.value() : value.toString();
                    try {
                        check.accept(text);
                    } catch (IllegalArgumentException e) {
                        throw new ConfigException(name, value, e.getMessage());
                    }
                },
                () -> description);
    }
}
