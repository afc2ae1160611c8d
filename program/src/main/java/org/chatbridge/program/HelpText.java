package org.chatbridge.program;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigDef;

/** What {@code --help} and {@code --version} print. */
final class HelpText {
    private static final int WIDTH = 100;

    private HelpText() {}

    static String usage(ProgramDefinition definition) {
        return "usage: java -jar " + definition.name()
                + ".jar [--config FILE] [--set KEY=VALUE]... | --help | --version\n";
    }

    static String version(ProgramDefinition definition) {
        Properties properties = new Properties();
        try (InputStream resource = HelpText.class.getResourceAsStream("version.properties")) {
            properties.load(resource);
        } catch (IOException e) {
            throw new UncheckedIOException("version.properties cannot be read", e);
        }
        return definition.name() + " " + properties.getProperty("version") + "\n";
    }

    static String help(ProgramDefinition definition) {
        StringBuilder text = new StringBuilder(version(definition))
                .append(definition.summary())
                .append("\n\n")
                .append(usage(definition))
                .append('\n');
        paragraph(
                text,
                "",
                "A key is set in FILE (Java properties, UTF-8), as environment variable "
                        + definition.environmentPrefix() + "KEY (capitals, dots as underscores) or with --set;"
                        + " the later of these wins. Values may hold ${env:NAME} and ${file:path:key}.");
        text.append("\nKeys\n");
        for (ConfigDef.ConfigKey key : definition.keys().configKeys().values()) {
            text.append("  ")
                    .append(key.name)
                    .append(" (")
                    .append(byDefault(key))
                    .append(")\n");
            paragraph(text, "      ", key.documentation);
        }
        text.append("\nHanded on\n");
        for (PassThrough passThrough : definition.passThroughs()) {
            text.append("  ").append(passThrough.prefix()).append("*\n");
            paragraph(text, "      ", passThrough.documentation());
            passThrough.refused().keySet().stream()
                    .sorted()
                    .forEach(name -> paragraph(
                            text,
                            "      ",
                            "not " + name + ": " + passThrough.refused().get(name)));
        }
        text.append("\nEnvironment variable LOG_LEVEL: ERROR, WARN, INFO (default), DEBUG or TRACE\n");
        return text.toString();
    }

    private static String byDefault(ConfigDef.ConfigKey key) {
        String secret = Secrets.isSecret(key.name, key) ? ", secret" : "";
        if (!key.hasDefault()) {
            return "required" + secret;
        }
        Object value = key.defaultValue;
        return (value == null || value.toString().isEmpty()
                        ? "no default"
                        : "default " + ConfigDef.convertToString(value, key.type))
                + secret;
    }

    private static void paragraph(StringBuilder text, String indent, String words) {
        int column = 0;
        for (String word : words.split(" ", -1)) {
            if (column == 0 || column + 1 + word.length() > WIDTH) {
                text.append(column == 0 ? "" : "\n").append(indent).append(word);
                column = indent.length() + word.length();
            } else {
                text.append(' ').append(word);
                column += 1 + word.length();
            }
        }
        text.append('\n');
    }
}
