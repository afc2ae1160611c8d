package org.chatbridge.program;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask an HTTP server, how, and how much at once.
 *
 * @param corsOrigins origins whose pages may read answers, such as {@code https://desk.example}; {@code *} for any
 * @param keystore null where HTTP is spoken in the clear
 * @param tokensFile as {@link TokensFile} reads it; null where nobody needs a token
 */
public record HttpOptions(
        HttpLimits limits,
        List<String> corsOrigins,
        @Nullable Keystore keystore,
        @Nullable Path tokensFile) {
    public HttpOptions {
        corsOrigins = List.copyOf(corsOrigins);
    }

    /** What is so where nothing is set: open to whoever reaches the address, to no other page, in the clear. */
    public static HttpOptions defaults() {
        return new HttpOptions(HttpLimits.defaults(), List.of(), null, null);
    }

    HttpOptions with(HttpLimits other) {
        return new HttpOptions(other, corsOrigins, keystore, tokensFile);
    }

    /**
     * Where the certificate and its key are.
     *
     * @param password of the store and of the key; null for PEM with a key in the clear
     * @param type {@code PKCS12}, {@code JKS} or {@code PEM}: one file with the key and the chain of certificates
     */
    public record Keystore(Path location, @Nullable String password, String type) {
        /** Without the password. */
        @Override
        public String toString() {
            return type + " " + location;
        }
    }
}
