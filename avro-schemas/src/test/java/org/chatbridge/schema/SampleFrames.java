package org.chatbridge.schema;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The invented frames under {@code frames/}: {@code <action>-<n>.json}, and {@code edge-*} for hostile ones. */
public final class SampleFrames {
    private static final SortedMap<String, byte[]> ALL = load();

    private SampleFrames() {}

    /** File name to the bytes of the frame. */
    public static SortedMap<String, byte[]> all() {
        return new TreeMap<>(ALL);
    }

    /** The frames of one action. */
    public static SortedMap<String, byte[]> of(Action action) {
        SortedMap<String, byte[]> frames = all();
        frames.keySet().removeIf(name -> !name.matches(action.wireName() + "-\\d+\\.json"));
        return frames;
    }

    private static SortedMap<String, byte[]> load() {
        URL folder = SampleFrames.class.getResource("/frames");
        if (folder == null) {
            throw new IllegalStateException("no resource /frames");
        }
        try {
            URI uri = folder.toURI();
            if (!uri.getScheme().equals("jar")) {
                return read(Path.of(uri));
            }
            try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                return read(jar.getPath("/frames"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + folder, e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("reading " + folder, e);
        }
    }

    private static SortedMap<String, byte[]> read(Path folder) throws IOException {
        SortedMap<String, byte[]> frames = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                frames.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
            }
        }
        return frames;
    }
}
