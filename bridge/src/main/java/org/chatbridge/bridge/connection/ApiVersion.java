package org.chatbridge.bridge.connection;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of the Agent Chat API that the bridge can log in to, in order of age. */
public enum ApiVersion {
    V0_2("0.2"),
    V3_1("3.1"),
    V3_2("3.2"),
    V3_3("3.3"),
    V3_4("3.4"),
    V3_5("3.5"),
    V3_6("3.6");

    private static final Pattern IN_PATH = Pattern.compile("/v(\\d+\\.\\d+)(?:/|$)");

    private final String label;

    ApiVersion(String label) {
        this.label = label;
    }

    /** The number as it stands in URLs and frames. */
    public String label() {
        return label;
    }

    /** The numbers of all versions. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(ApiVersion::label).toList();
    }

    /**
     * The version with a number.
     *
     * @throws IllegalArgumentException where there is none
     */
    public static ApiVersion of(String label) {
        return Arrays.stream(values())
                .filter(version -> version.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected one of " + String.join(", ", labels())));
    }

    /** The number of another version that the path of a URL names; empty where it names none, or this one. */
    public Optional<String> otherIn(URI url) {
        return Optional.of(IN_PATH.matcher(String.valueOf(url.getPath())))
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .filter(number -> !number.equals(label));
    }

    boolean isAtLeast(ApiVersion other) {
        return compareTo(other) >= 0;
    }
}
