package org.chatbridge.program;

import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.jspecify.annotations.Nullable;

/** Which values are never shown. */
final class Secrets {
    private static final Pattern NAMES = Pattern.compile(
            ".*(password|passwd|secret|credential|jaas\\.config|basic\\.auth\\.user\\.info|private).*|.*\\.key|.*token");

    /** To the last {@code @}, for a password may have in it what it should not: of several URLs only the last is seen then. */
    private static final Pattern USER_INFO = Pattern.compile("//.*@", Pattern.DOTALL);

    private static final Pattern QUERY = Pattern.compile("(//[^?]*\\?).+", Pattern.DOTALL);

    private Secrets() {}

    /** A value that is no secret, but may hold URLs with a name and a password, or a query, in them: without those. */
    static String withoutSecrets(String value) {
        return QUERY.matcher(USER_INFO.matcher(value).replaceAll("//…@")).replaceAll("$1…");
    }

    /** @param definition null where the key is of no definition */
    static boolean isSecret(String key, ConfigDef.@Nullable ConfigKey definition) {
        return (definition != null && definition.type == ConfigDef.Type.PASSWORD)
                || NAMES.matcher(key.toLowerCase(Locale.ROOT)).matches();
    }
}
