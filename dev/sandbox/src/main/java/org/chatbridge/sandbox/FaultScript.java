package org.chatbridge.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Faults and when they begin, counted from the start of the simulated LiveChat: one a line, {@code SECONDS FAULT …}; empty
 * lines and those that begin with {@code #} say nothing.
 */
record FaultScript(List<Step> steps) {

    /** One line. */
    record Step(Duration at, Fault.Effect effect) {}

    /**
     * Reads a script.
     *
     * @throws Arguments.BadArgument where lines are wrong: a line for each, with its number and what is expected
     */
    static FaultScript parse(List<String> lines) {
        List<Step> steps = new ArrayList<>();
        List<String> mistakes = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                try {
                    Words words = new Words(line);
                    steps.add(new Step(words.seconds(), Fault.parse(words.rest())));
                } catch (Arguments.BadArgument e) {
                    mistakes.add("line " + (i + 1) + ": " + e.getMessage());
                }
            }
        }
        if (!mistakes.isEmpty()) {
            throw new Arguments.BadArgument(String.join("\n", mistakes));
        }
        return new FaultScript(List.copyOf(steps));
    }

    /** Reads a script from a file; a file that cannot be read is a mistake too. */
    static FaultScript read(Path file) {
        try {
            return parse(Files.readAllLines(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new Arguments.BadArgument("--faults '" + file + "': expected a readable file: " + e);
        }
    }
}
