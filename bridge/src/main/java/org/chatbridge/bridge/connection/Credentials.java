package org.chatbridge.bridge.connection;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The token of the next login, read anew each time, and whether LiveChat said that the last one is old. PROTOCOL 1.8. */
final class Credentials {
    private final Supplier<String> token;
    private @Nullable String last;
    private @Nullable String expired;

    Credentials(Supplier<String> token) {
        this.token = token;
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
}
