package org.chatbridge.sandbox;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The {@code --name value} pairs of a command line, each checked when it is read. */
final class Arguments {

    /** Says in one line which argument is wrong, how, and what is expected. */
    static final class BadArgument extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        BadArgument(String message) {
            super(message);
        }
    }

    private final Map<String, String> values;
    private final Set<String> read = new HashSet<>();

    private Arguments(Map<String, String> values) {
        this.values = values;
    }

    /** Takes a command line apart; {@code --flag} alone stands for {@code --flag true}. */
    static Arguments parse(String... line) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < line.length; i++) {
            String name = line[i];
            if (!name.startsWith("--") || name.length() == 2) {
                throw new BadArgument("unexpected argument '" + name + "': expected --name value (see --help)");
            }
            boolean flag = i + 1 == line.length || line[i + 1].startsWith("--");
            if (values.put(name, flag ? "true" : line[++i]) != null) {
                throw new BadArgument(name + " is given twice");
            }
        }
        return new Arguments(values);
    }

    boolean help() {
        return values.containsKey("--help");
    }

    @Nullable
    String text(String name) {
        read.add(name);
        return values.get(name);
    }

    String text(String name, String fallback) {
        String value = text(name);
        return value == null ? fallback : value;
    }

    boolean flag(String name) {
        String value = text(name, "false");
        if (!value.equals("true") && !value.equals("false")) {
            throw new BadArgument(name + " '" + value + "': expected true or false");
        }
        return value.equals("true");
    }

    int port(String name, int fallback) {
        return (int) number(name, fallback, 0, 65_535);
    }

    long number(String name, long fallback, long least, long most) {
        String value = text(name);
        if (value == null) {
            return fallback;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, as for a number out of range
        }
        throw new BadArgument(name + " '" + value + "': expected a whole number from " + least + " to " + most);
    }

    /** Refuses arguments that nobody has asked for. */
    void refuseOthers() {
        for (String name : values.keySet()) {
            if (!read.contains(name) && !name.equals("--help")) {
                throw new BadArgument("unknown argument " + name + " (see --help)");
            }
        }
    }
}
