package org.chatbridge.bridge.connection;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.chatbridge.bridge.frames.Quote;
import org.jspecify.annotations.Nullable;

/**
 * The token of the next login, read anew each time, and whether LiveChat said that the last one is old. PROTOCOL 1.8. What somebody
 * else says is told on without it.
 */
final class Credentials {
    private static final Pattern SCHEME = Pattern.compile("^(Bearer|Basic)\\s+", Pattern.CASE_INSENSITIVE);

    private final Supplier<String> token;
    private final List<String> ofUrl;
    private @Nullable String last;
    private @Nullable String expired;

    /** @param url whose query may have a key of a proxy in it */
    Credentials(Supplier<String> token, URI url) {
        this.token = token;
        this.ofUrl = Stream.of(url.getRawQuery(), url.getQuery())
                .filter(Objects::nonNull)
                .flatMap(query -> Stream.of(query.split("&")))
                .map(parameter -> parameter.substring(parameter.indexOf('=') + 1))
                .distinct()
                .toList();
    }

    String next() {
        String next = token.get();
        last = next;
        return next;
    }

    /** LiveChat said that the token of the last login has expired. */
    void expired() {
        expired = last;
    }

    /** LiveChat took the token of the last login. */
    void accepted() {
        expired = null;
    }

    /**
     * Whether a refusal is owed to a token that is known to have expired: its successor is not there yet, so it is worth
     * waiting for. Where it is another token that is refused, waiting would not help.
     *
     * @param error the type of the error
     */
    boolean mayBeStale(@Nullable String error) {
        return expired != null && expired.equals(last) && ("auth".equals(error) || "authentication".equals(error));
    }

    /**
     * What LiveChat said, or who answers in its place, as it may be told on: in one line, cut, without the token of the last login and what
     * is in the query of the URL.
     */
    String quote(String words) {
        List<String> secrets = new ArrayList<>(ofUrl);
        if (last != null) {
            secrets.add(SCHEME.matcher(last.strip()).replaceFirst(""));
        }
        return Quote.ofOneLine(Quote.without(secrets, words));
    }
}
