package org.chatbridge.program;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Gathers what the user set, from the file, then the environment, then the command line: the last one wins. */
final class Sources {
    private final ProgramDefinition definition;
    private final List<String> mistakes;
    private final Map<String, Entry> entries = new TreeMap<>();
    private final List<String> overruled = new ArrayList<>();
    private boolean complete = true;

    /** @param mistakes where to add lines on what could not be read */
    Sources(ProgramDefinition definition, List<String> mistakes) {
        this.definition = definition;
        this.mistakes = mistakes;
    }

    Map<String, Entry> gather(Arguments arguments, Map<String, String> environment) {
        if (arguments.configFile() != null) {
            file(arguments.configFile());
        }
        Map<String, Entry> ofFile = new TreeMap<>(entries);
        EnvironmentKeys keys = new EnvironmentKeys(definition);
        environment.forEach((variable, value) -> {
            if (!value.isBlank()) {
                keys.key(variable, value)
                        .ifPresent(key -> entries.put(
                                key, new Entry(key, value.strip(), "environment variable " + variable, variable)));
            }
        });
        arguments.sets().forEach((key, value) -> entries.put(key, new Entry(key, value.strip(), "--set", key)));
        ofFile.forEach((key, before) -> {
            Entry now = entries.getOrDefault(key, before);
            if (isOfEnvironment(now) && !now.value().equals(before.value())) {
                overruled.add(
                        key + " of " + before.origin() + " has no effect: the " + now.origin() + " says otherwise");
            }
        });
        return entries;
    }

    /** What the file says and the environment, which whoever wrote the file may not know, says otherwise. */
    List<String> overruled() {
        return overruled;
    }

    private static boolean isOfEnvironment(Entry entry) {
        return !entry.spelling().equals(entry.key());
    }

    /** Whether all that was named could be read. */
    boolean areComplete() {
        return complete;
    }

    private void file(String name) {
        int before = mistakes.size();
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(name), StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            mistakes.add("--config " + name + ": no such file");
        } catch (CharacterCodingException e) {
            mistakes.add("--config " + name + ": expected a properties file in UTF-8");
        } catch (IOException | InvalidPathException e) {
            mistakes.add("--config " + name + ": cannot be read: " + e);
        } catch (IllegalArgumentException e) {
            mistakes.add("--config " + name + ": expected a properties file: " + e.getMessage());
        }
        complete = mistakes.size() == before;
        for (String key : properties.stringPropertyNames()) {
            entries.put(key, new Entry(key, properties.getProperty(key).strip(), name, key));
        }
    }
}
