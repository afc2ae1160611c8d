package org.chatbridge.streams;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** Knows where the page's chart library (uPlot, a webjar) lies on the class path. */
final class ChartLibrary {
    private static final String VERSION = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";
    private static final String FILES = "/META-INF/resources/webjars/uplot/%s/dist/%s";

    private ChartLibrary() {}

    /** The library as an ES module. */
    static String script() {
        return file("uPlot.esm.js");
    }

    static String styles() {
        return file("uPlot.min.css");
    }

    private static String file(String name) {
        Properties properties = new Properties();
        try (InputStream in = resource(VERSION)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (InputStream in = resource(FILES.formatted(properties.getProperty("version"), name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream resource(String path) {
        InputStream in = ChartLibrary.class.getResourceAsStream(path);
        if (in == null) {
            throw new IllegalStateException(path + " is not on the class path: the jar of uplot is missing");
        }
        return in;
    }
}
