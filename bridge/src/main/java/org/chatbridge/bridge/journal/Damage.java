package org.chatbridge.bridge.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of bytes in the journal that are no entry, and keeps them aside in a file of their own. By any thread. */
final class Damage {
    private static final Logger LOG = LoggerFactory.getLogger(Damage.class);
    private static final int CHUNK_BYTES = 64 * 1024;

    private final Set<Path> known = new HashSet<>();
    private final AtomicLong count = new AtomicLong();

    /**
     * Logs it, counts it and keeps it aside, unless that was done before.
     *
     * @return whether it was unknown to this process
     */
    synchronized boolean found(Segment segment, Step.Damaged damaged) {
        Path aside = aside(segment, damaged);
        if (!known.add(aside)) {
            return false;
        }
        if (isWhole(aside, damaged)) {
            LOG.warn("skipped damage in the journal that was found before and is kept in {}", aside);
            return true;
        }
        count.incrementAndGet();
        LOG.error(
                "the journal is damaged: {} bytes at offset {} of {} are no entry. Frames are lost to Kafka; their bytes"
                        + " are kept in {}",
                damaged.end() - damaged.start(),
                damaged.start(),
                segment.path(),
                aside);
        try {
            keep(segment.path(), damaged, aside);
        } catch (IOException e) {
            LOG.error("and could not be kept in {}", aside, e);
        }
        return true;
    }

    /** It hurts nobody: nothing more is said of it. */
    synchronized void ignore(Segment segment, Step.Damaged damaged) {
        known.add(aside(segment, damaged));
    }

    /** How often damage was found since the start. */
    long count() {
        return count.get();
    }

    private static Path aside(Segment segment, Step.Damaged damaged) {
        return segment.path().resolveSibling(segment.fileName() + "." + damaged.start() + ".damaged");
    }

    /** A full disk, or the end of the process, may have left a part. */
    private static boolean isWhole(Path aside, Step.Damaged damaged) {
        try {
            return Files.size(aside) >= damaged.end() - damaged.start();
        } catch (IOException e) {
            return false; // it is not there, most likely
        }
    }

    private static void keep(Path from, Step.Damaged damaged, Path to) throws IOException {
        try (RandomAccessFile source = new RandomAccessFile(from.toFile(), "r");
                RandomAccessFile target = new RandomAccessFile(to.toFile(), "rw")) {
            source.seek(damaged.start());
            byte[] chunk = new byte[CHUNK_BYTES];
            long left = damaged.end() - damaged.start();
            while (left > 0) {
                int read = source.read(chunk, 0, (int) Math.min(chunk.length, left));
                if (read < 0) {
                    return;
                }
                target.write(chunk, 0, read);
                left -= read;
            }
        }
    }
}
