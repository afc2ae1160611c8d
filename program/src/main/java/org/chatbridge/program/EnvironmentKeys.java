package org.chatbridge.program;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;

/** Which key an environment variable sets. */
final class EnvironmentKeys {
    /** What Kubernetes injects into every container for each Service, whatever the container makes of it. */
    private static final Pattern KUBERNETES_NAMES = Pattern.compile(
            ".*_SERVICE_HOST|.*_SERVICE_PORT(_[A-Z0-9_]+)?|.*_PORT_\\d+_(TCP|UDP|SCTP)(_(ADDR|PORT|PROTO))?");

    private static final Pattern KUBERNETES_PORT = Pattern.compile("(tcp|udp|sctp)://.*");

    private final String prefix;
    private final Map<String, String> keysByVariable = new HashMap<>();

    EnvironmentKeys(ProgramDefinition definition) {
        this.prefix = definition.environmentPrefix();
        for (PassThrough passThrough : definition.passThroughs()) {
            ConfigDef keys = passThrough.keys();
            if (keys != null) {
                keys.names().forEach(name -> add(passThrough.prefix() + name));
            }
        }
        definition.keys().names().forEach(this::add);
    }

    private void add(String key) {
        keysByVariable.put(variable(prefix, key), key);
    }

    /** The environment variable that sets a key. */
    static String variable(String prefix, String key) {
        return prefix + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /**
     * The key that a variable sets, known or not; empty where the variable is not ours.
     *
     * @param value Kubernetes' own variables are told by their values too
     */
    Optional<String> key(String variable, String value) {
        if (!variable.startsWith(prefix) || variable.length() == prefix.length()) {
            return Optional.empty();
        }
        String known = keysByVariable.get(variable);
        if (known != null) {
            return Optional.of(known);
        }
        if (KUBERNETES_NAMES.matcher(variable).matches()
                || (variable.endsWith("_PORT") && KUBERNETES_PORT.matcher(value).matches())) {
            return Optional.empty();
        }
        return Optional.of(
                variable.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', '.'));
    }
}
