package org.chatbridge.program;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command line taken apart.
 *
 * @param configFile null where there is no {@code --config}
 * @param sets {@code --set}, in their order
 * @param mistakes lines to print; not empty where the command line is wrong
 * @param usageNeeded whether the mistakes are better understood with the usage line
 */
record Arguments(
        boolean help,
        boolean version,
        @Nullable String configFile,
        Map<String, String> sets,
        List<String> mistakes,
        boolean usageNeeded) {

    static Arguments parse(List<String> arguments) {
        boolean help = false;
        boolean version = false;
        String configFile = null;
        Map<String, String> sets = new LinkedHashMap<>();
        List<String> mistakes = new ArrayList<>();
        boolean usageNeeded = false;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
            String option = equals < 0 ? argument : argument.substring(0, equals);
            switch (option) {
                case "--help", "-h" -> help = true;
                case "--version" -> version = true;
                case "--config", "--set" -> {
                    String value = equals >= 0
                            ? argument.substring(equals + 1)
                            : (i + 1 < arguments.size() ? arguments.get(++i) : null);
                    String mistake = null;
                    if (option.equals("--config")) {
                        mistake = value == null || value.isBlank() ? "--config: expected the name of a file" : null;
                        mistake = configFile == null ? mistake : "--config: given twice, expected once";
                        configFile = value;
                    } else {
                        mistake = set(value, sets, i + 1);
                    }
                    if (mistake != null) {
                        mistakes.add(mistake);
                        usageNeeded = true;
                    }
                }
                default -> {
                    // The argument itself may be a secret that lost its key, so it is not repeated in full.
                    mistakes.add((option.startsWith("-") ? option : "argument " + (i + 1)) + ": unknown argument");
                    usageNeeded = true;
                }
            }
        }
        return new Arguments(help, version, configFile, sets, mistakes, usageNeeded);
    }

    private static @Nullable String set(@Nullable String assignment, Map<String, String> sets, int position) {
        int equals = assignment == null ? -1 : assignment.indexOf('=');
        if (assignment == null || equals <= 0) {
            return "--set (argument " + position + "): expected key=value";
        }
        sets.put(assignment.substring(0, equals).strip(), assignment.substring(equals + 1));
        return null;
    }
}
