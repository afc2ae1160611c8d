package org.chatbridge.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Where the build has put the programs that run in child JVMs: {@code sandbox.properties}. */
final class Programs {

    private static final String RESOURCE = "sandbox.properties";

    private Programs() {}

    /** This module's own classes, whether in a directory or in a jar. */
    static String ownClasses() {
        try {
            return Path.of(Programs.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static String brokerClassPath() {
        return ownClasses() + java.io.File.pathSeparator + property("class-path");
    }

    /** Apicurio's runner jar, its libraries beside it. */
    static Path registryJar() {
        Path jar = Path.of(System.getProperty("sandbox.registry-jar", property("registry-jar")));
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(
                    "the schema registry is not at " + jar
                            + ": run 'mvn -pl dev/sandbox generate-resources' or name its runner jar with -Dsandbox.registry-jar=FILE");
        }
        return jar;
    }

    private static String property(String name) {
        Properties properties = new Properties();
        try (InputStream in = Programs.class.getResourceAsStream(RESOURCE)) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String value = properties.getProperty(name);
        if (value == null || value.startsWith("${")) {
            throw new IllegalStateException(RESOURCE + " does not say '" + name
                    + "': run 'mvn -pl dev/sandbox generate-resources process-resources'");
        }
        return value;
    }
}
