package org.chatbridge.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.rocksdb.NativeLibraryLoader;

/**
 * RocksDB's native library, loaded from a file that is gone as soon as it is: RocksDB itself keeps it, 15 MB, until the process ends, and
 * for good where that is killed.
 */
final class RocksLibrary {
    private RocksLibrary() {}

    /**
     * To be called before RocksDB is used, which loads it otherwise.
     *
     * @throws UncheckedIOException where it cannot be unpacked into the directory of temporary files
     * @throws UnsatisfiedLinkError where nothing may be executed there
     */
    static void load() {
        try {
            Path directory = Files.createTempDirectory("rocksdb");
            try {
                NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("RocksDB's native library cannot be unpacked", e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> unpacked = Files.list(directory)) {
            for (Path file : unpacked.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
