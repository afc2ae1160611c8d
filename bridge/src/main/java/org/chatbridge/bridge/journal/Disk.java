package org.chatbridge.bridge.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** Opens the files of the journal; tests give one that is full. */
@FunctionalInterface
interface Disk {
    /** The real one. Not a {@code FileChannel}, which an interrupt of the thread that uses it would close. */
    Disk REAL = (path, mode) -> new RandomAccessFile(path.toFile(), mode);

    /** Opens, and makes where the mode writes. The mode is as of {@link RandomAccessFile}. */
    RandomAccessFile open(Path path, String mode) throws IOException;
}
