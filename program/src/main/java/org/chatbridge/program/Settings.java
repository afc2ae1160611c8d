package org.chatbridge.program;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * What a program was told, checked. Asking for a key that the program did not define, or in another type, is an error of
 * the program: {@link IllegalArgumentException}.
 */
public final class Settings {
    private static final Set<String> LOG_LEVELS = Set.of("ERROR", "WARN", "INFO", "DEBUG", "TRACE", "OFF");

    private final Map<String, Object> own;
    private final Map<String, Object> passed;

    Settings(Map<String, Object> own, Map<String, Object> passed) {
        this.own = own;
        this.passed = Map.copyOf(passed);
    }

    /**
     * Reads the command line, the file that it names and the environment. Connects to nothing.
     *
     * @param arguments those of {@code main}
     * @param environment that of the process
     */
    public static LoadResult load(ProgramDefinition definition, String[] arguments, Map<String, String> environment) {
        Arguments parsed = Arguments.parse(List.of(arguments));
        if (parsed.mistakes().isEmpty() && parsed.help()) {
            return new LoadResult.Answer(HelpText.help(definition), 0);
        }
        if (parsed.mistakes().isEmpty() && parsed.version()) {
            return new LoadResult.Answer(HelpText.version(definition), 0);
        }
        List<String> mistakes = new ArrayList<>(parsed.mistakes());
        String level = environment.getOrDefault("LOG_LEVEL", "");
        if (!level.isBlank() && !LOG_LEVELS.contains(level.toUpperCase(Locale.ROOT))) {
            mistakes.add("LOG_LEVEL=" + level + ": expected ERROR, WARN, INFO, DEBUG, TRACE or OFF [environment]");
        }
        Sources sources = new Sources(definition, mistakes);
        Map<String, Entry> entries = sources.gather(parsed, environment);
        Settings settings = new Checker(definition, new References(environment), mistakes)
                .check(entries.values(), sources.areComplete());
        if (mistakes.isEmpty()) {
            return new LoadResult.Loaded(settings, sources.overruled());
        }
        String lines = String.join("\n", mistakes) + "\n";
        return new LoadResult.Answer(parsed.usageNeeded() ? lines + HelpText.usage(definition) : lines, 2);
    }

    /** The value of a key of type STRING that is required or has a default. */
    public String string(String key) {
        return value(key, String.class);
    }

    /** The value of a key of type STRING; empty where its default is null and it was not set. */
    public Optional<String> optionalString(String key) {
        return Optional.ofNullable((String) raw(key));
    }

    /** The value of a key of type PASSWORD, in clear. */
    public String password(String key) {
        return value(key, Password.class).value();
    }

    /** The value of a key of type PASSWORD, in clear; empty where its default is null and it was not set. */
    public Optional<String> optionalPassword(String key) {
        return Optional.ofNullable((Password) raw(key)).map(Password::value);
    }

    public int integer(String key) {
        return value(key, Integer.class);
    }

    public long longValue(String key) {
        return value(key, Long.class);
    }

    public boolean bool(String key) {
        return value(key, Boolean.class);
    }

    /** The value of a key of type STRING that {@link Expect#duration()} checked. */
    public Duration duration(String key) {
        return Expect.parseDuration(string(key));
    }

    /** The value of a key of type STRING that {@link Expect#hostPort()} checked. */
    public HostPort hostPort(String key) {
        return HostPort.parse(string(key));
    }

    /** The value of a key of type LIST. */
    public List<String> list(String key) {
        List<?> values = value(key, List.class);
        return values.stream().map(String::valueOf).toList();
    }

    /**
     * What was set under a prefix, without the prefix: ready for the constructor of a Kafka client. Values are strings,
     * passwords {@link Password}, which prints as {@code [hidden]}.
     */
    public Map<String, Object> passThrough(String prefix) {
        Map<String, Object> found = new TreeMap<>();
        passed.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                found.put(key.substring(prefix.length()), value);
            }
        });
        return found;
    }

    /** As {@link #passThrough}, passwords in clear: for libraries that take nothing but strings. */
    public Map<String, String> passThroughStrings(String prefix) {
        Map<String, String> found = new TreeMap<>();
        passThrough(prefix)
                .forEach((key, value) ->
                        found.put(key, value instanceof Password password ? password.value() : value.toString()));
        return found;
    }

    private <T> T value(String key, Class<T> type) {
        Object value = raw(key);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(key + " is no " + type.getSimpleName());
        }
        return type.cast(value);
    }

    private @Nullable Object raw(String key) {
        if (!own.containsKey(key)) {
            throw new IllegalArgumentException("no such key: " + key);
        }
        return own.get(key);
    }
}
