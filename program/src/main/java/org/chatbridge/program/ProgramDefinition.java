package org.chatbridge.program;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;

/**
 * What a program is called and what can be set.
 *
 * @param name such as {@code bridge}: the name of its jar
 * @param environmentPrefix what its environment variables begin with, such as {@code BRIDGE_}
 * @param summary one sentence for {@code --help}
 * @param keys the program's own keys, in the order of {@code --help}
 * @param passThroughs what is handed on to libraries
 */
public record ProgramDefinition(
        String name, String environmentPrefix, String summary, ConfigDef keys, List<PassThrough> passThroughs) {
    public ProgramDefinition {
        if (!environmentPrefix.endsWith("_")) {
            throw new IllegalArgumentException("a prefix ends with an underscore: " + environmentPrefix);
        }
        passThroughs = List.copyOf(passThroughs);
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
