package org.chatbridge.bridge.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Keeps a second process out of the directory; ends with the process, however that ends. */
final class DirectoryLock implements Closeable {
    static final String FILE_NAME = "in-use.lock";
    private static final int LONGEST_PID = 20;

    private final Path path;
    private final RandomAccessFile file;

    private DirectoryLock(Path path, RandomAccessFile file) {
        this.path = path;
        this.file = file;
    }

    /** @throws UnusableJournalException where another has it; the message says who, as far as it is known */
    static DirectoryLock take(Path directory) throws IOException {
        Path path = directory.resolve(FILE_NAME);
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        try {
            if (lock(file) == null) {
                String holder = pid(file);
                throw new UnusableJournalException("in use by another process"
                        + (holder.isEmpty() ? "" : " (" + holder + ")")
                        + ": stop that one, or give this bridge a directory of its own");
            }
            file.setLength(0);
            file.write(("pid " + ProcessHandle.current().pid()).getBytes(US_ASCII));
            return new DirectoryLock(path, file);
        } catch (IOException | UnusableJournalException e) {
            file.close();
            throw e;
        }
    }

    /** Whether it was deleted: what is open here lives on then, and no later process finds it. */
    boolean isDeleted() {
        return Files.notExists(path);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static @Nullable FileLock lock(RandomAccessFile file) throws IOException {
        try {
            return file.getChannel().tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // by another journal of this process
        }
    }

    private static String pid(RandomAccessFile file) throws IOException {
        byte[] text = new byte[LONGEST_PID];
        int read = file.read(text);
        return read <= 0 ? "" : new String(text, 0, read, US_ASCII);
    }
}
