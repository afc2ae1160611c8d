package org.chatbridge.program;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.SecurityConfig;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/** Checks what the user set against the definition; each mistake becomes one line. */
final class Checker {
    private static final Map<ConfigDef.Type, String> EXPECTED = Map.of(
            ConfigDef.Type.INT, "expected a whole number",
            ConfigDef.Type.LONG, "expected a whole number",
            ConfigDef.Type.SHORT, "expected a whole number",
            ConfigDef.Type.DOUBLE, "expected a number",
            ConfigDef.Type.BOOLEAN, "expected true or false");

    private static final Set<String> LISTS_OF_CLASSES = Set.of(
            CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG,
            ProducerConfig.INTERCEPTOR_CLASSES_CONFIG,
            SecurityConfig.SECURITY_PROVIDERS_CONFIG);

    private final ProgramDefinition definition;
    private final References references;
    private final List<String> mistakes;
    private final Map<String, String> own = new TreeMap<>();
    private final Map<String, Object> passed = new TreeMap<>();

    /** @param mistakes where to add lines */
    Checker(ProgramDefinition definition, References references, List<String> mistakes) {
        this.definition = definition;
        this.references = references;
        this.mistakes = mistakes;
    }

    /**
     * The settings; of no use where a mistake was added.
     *
     * @param complete whether a key that is not among the entries is not set
     */
    Settings check(Collection<Entry> entries, boolean complete) {
        List<String> attempted = new ArrayList<>();
        for (Entry entry : entries) {
            attempted.add(entry.key());
            Optional<PassThrough> passThrough = definition.passThrough(entry.key());
            if (definition.keys().names().contains(entry.key())) {
                ConfigDef.ConfigKey key = definition.keys().configKeys().get(entry.key());
                String value = value(entry, key, definition.keys(), entry.key());
                if (value != null) {
                    own.put(entry.key(), value);
                }
            } else if (passThrough.isPresent()) {
                passed(entry, passThrough.get());
            } else {
                unknown(entry, "", definition.keys().names());
            }
        }
        if (complete) {
            missing(attempted);
        }
        if (mistakes.isEmpty()) {
            definition.passThroughs().forEach(this::together);
        }
        Settings settings = new Settings(mistakes.isEmpty() ? definition.keys().parse(own) : Map.of(), passed);
        if (mistakes.isEmpty()) {
            mistakes.addAll(definition.contradictions().apply(settings));
        }
        return settings;
    }

    private void passed(Entry entry, PassThrough to) {
        String name = entry.key().substring(to.prefix().length());
        String refusal = to.refused().get(name);
        ConfigDef keys = to.keys();
        ConfigDef.ConfigKey key = keys == null ? null : keys.configKeys().get(name);
        if (refusal != null) {
            wrong(entry, key, "may not be set: " + refusal);
        } else if (keys != null && key == null) {
            unknown(entry, to.prefix(), keys.names());
        } else {
            String value = value(entry, key, keys, name);
            if (value != null) {
                boolean password = key != null && key.type == ConfigDef.Type.PASSWORD;
                passed.put(entry.key(), password ? new Password(value) : value);
            }
        }
    }

    /** The resolved value; null where a mistake was added. */
    private @Nullable String value(
            Entry entry, ConfigDef.@Nullable ConfigKey key, @Nullable ConfigDef keys, String name) {
        String resolved;
        try {
            resolved = references.resolve(entry.value());
        } catch (References.UnresolvedException e) {
            mistakes.add(entry.key() + ": " + e.getMessage() + from(entry));
            return null;
        }
        ConfigValue checked =
                keys == null ? null : keys.validateAll(Map.of(name, resolved)).get(name);
        if (key == null || checked == null) {
            return resolved;
        }
        List<String> messages =
                checked.errorMessages().isEmpty() ? missingClasses(name, resolved) : checked.errorMessages();
        if (messages.isEmpty()) {
            return resolved;
        }
        wrong(entry, key, expectation(messages.get(0), key, resolved, entry.value()));
        return null;
    }

    /** Kafka loads those of a list only when it makes a client. */
    private static List<String> missingClasses(String name, String value) {
        if (!LISTS_OF_CLASSES.contains(name) || value.isBlank()) {
            return List.of();
        }
        List<String> missing = new ArrayList<>();
        for (String one : value.split(",", -1)) {
            try {
                ConfigDef.parseType(name, one.strip(), ConfigDef.Type.CLASS);
            } catch (ConfigException e) {
                missing.add(String.valueOf(e.getMessage()));
            }
        }
        return missing;
    }

    /** Kafka's message without the value that it begins with: the line shows it already, or must not show it. */
    private static String expectation(String message, ConfigDef.ConfigKey key, String resolved, String given) {
        String before = " for configuration " + key.name;
        int end = message.startsWith("Invalid value ") ? message.indexOf(before) : -1;
        String said = end < 0 ? message : message.substring(end + before.length());
        if (said.isEmpty() || said.contains("Not a number of type") || said.contains("Expected value to be either")) {
            return EXPECTED.getOrDefault(key.type, "not a valid value");
        }
        said = said.startsWith(": ") ? said.substring(2) : said;
        boolean hide = Secrets.isSecret(key.name, key) || !given.equals(resolved);
        return hide && !resolved.isEmpty() ? said.replace(resolved, "…") : said;
    }

    /** What is right by itself may not be so together. */
    private void together(PassThrough to) {
        boolean isPartOfAnother = definition.passThroughs().stream()
                .anyMatch(other -> !other.equals(to) && to.prefix().startsWith(other.prefix()));
        if (to.keys() == null || isPartOfAnother) {
            return; // what it inherits is not known here
        }
        Map<String, Object> settings = new TreeMap<>();
        passed.forEach((key, value) -> {
            if (key.startsWith(to.prefix())) {
                settings.put(key.substring(to.prefix().length()), value);
            }
        });
        KafkaSecurity.in(settings)
                .ifPresent(mistake -> mistakes.add(to.prefix() + mistake.name() + "=" + settings.get(mistake.name())
                        + ": no client of Kafka can be made with it: " + mistake.message()));
    }

    private void missing(Collection<String> attempted) {
        for (ConfigDef.ConfigKey key : definition.keys().configKeys().values()) {
            if (!key.hasDefault() && !attempted.contains(key.name)) {
                mistakes.add(key.name + ": required and not set; set it in the file, as "
                        + EnvironmentKeys.variable(definition.environmentPrefix(), key.name) + " or with --set");
            }
        }
    }

    private void wrong(Entry entry, ConfigDef.@Nullable ConfigKey key, String expected) {
        mistakes.add(
                Secrets.isSecret(entry.key(), key)
                        ? entry.key() + ": " + expected + " (value hidden)" + from(entry)
                        : entry.key() + "=" + Secrets.withoutSecrets(entry.value()) + ": " + expected + from(entry));
    }

    /** The value is not shown: it may be a secret whose key was misspelt. */
    private void unknown(Entry entry, String prefix, Collection<String> names) {
        TreeSet<String> candidates = new TreeSet<>();
        names.forEach(name -> candidates.add(prefix + name));
        candidates.addAll(definition.keys().names());
        boolean variable = !entry.spelling().equals(entry.key());
        String suggestion = NearestKey.to(entry.key(), candidates)
                .map(key -> variable ? EnvironmentKeys.variable(definition.environmentPrefix(), key) : key)
                .map(key -> "; did you mean " + key + "?")
                .orElse("; --help lists the keys");
        mistakes.add(entry.spelling() + ": unknown key" + suggestion + (variable ? " [environment]" : from(entry)));
    }

    private static String from(Entry entry) {
        return " [" + entry.origin() + "]";
    }
}
