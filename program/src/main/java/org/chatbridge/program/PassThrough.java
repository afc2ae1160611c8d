package org.chatbridge.program;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.jspecify.annotations.Nullable;

/**
 * Settings that a program hands on to a library unread: all keys that begin with a prefix. Of several prefixes that fit
 * a key the longest counts.
 *
 * @param prefix such as {@code producer.}; what follows it is the library's own name
 * @param documentation where the names are explained, one sentence
 * @param keys the names and values that the library takes; null where it does not say, and every name is accepted
 * @param refused names, without the prefix, that may not be set, and why
 */
public record PassThrough(
        String prefix, String documentation, @Nullable ConfigDef keys, Map<String, String> refused) {
    public PassThrough {
        if (!prefix.endsWith(".")) {
            throw new IllegalArgumentException("a prefix ends with a dot: " + prefix);
        }
        refused = Map.copyOf(refused);
    }

    /** Names and values are checked against a definition. */
    public static PassThrough of(String prefix, ConfigDef keys, String documentation) {
        return new PassThrough(prefix, documentation, keys, Map.of());
    }

    /** Every name and every value is accepted. */
    public static PassThrough unchecked(String prefix, String documentation) {
        return new PassThrough(prefix, documentation, null, Map.of());
    }

    /** The same without some names: what the program itself decides, with the reason as the user reads it. */
    public PassThrough refusing(Map<String, String> reasonsByName) {
        return new PassThrough(prefix, documentation, keys, reasonsByName);
    }
}
