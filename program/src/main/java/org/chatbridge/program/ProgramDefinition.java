package org.chatbridge.program;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigDef;

/**
 * What a program is called and what can be set.
 *
 * @param name such as {@code bridge}: the name of its jar
 * @param environmentPrefix what its environment variables begin with, such as {@code BRIDGE_}
 * @param summary one sentence for {@code --help}
 * @param keys the program's own keys, in the order of {@code --help}
 * @param passThroughs what is handed on to libraries
 * @param contradictions of settings each of which is right by itself: a line for each mistake
 */
public record ProgramDefinition(
        String name,
        String environmentPrefix,
        String summary,
        ConfigDef keys,
        List<PassThrough> passThroughs,
        Function<Settings, List<String>> contradictions) {
    public ProgramDefinition {
        if (!environmentPrefix.endsWith("_")) {
            throw new IllegalArgumentException("a prefix ends with an underscore: " + environmentPrefix);
        }
        passThroughs = List.copyOf(passThroughs);
    }

    /** Where settings that are right each by itself are right together, too. */
    public ProgramDefinition(
            String name, String environmentPrefix, String summary, ConfigDef keys, List<PassThrough> passThroughs) {
        this(name, environmentPrefix, summary, keys, passThroughs, settings -> List.of());
    }

    /** Which of the pass-throughs a key belongs to, unless it is one of the program's own. */
    Optional<PassThrough> passThrough(String key) {
        if (keys.names().contains(key)) {
            return Optional.empty();
        }
        return passThroughs.stream()
                .filter(candidate -> key.startsWith(candidate.prefix())
                        && key.length() > candidate.prefix().length())
                .max(Comparator.comparingInt(candidate -> candidate.prefix().length()));
    }
}
