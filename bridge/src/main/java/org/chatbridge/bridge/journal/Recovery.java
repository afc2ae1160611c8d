package org.chatbridge.bridge.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads through what an earlier process left: counts what is pending, cuts off a torn end, tells of damage. */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Path directory;
    private final Disk disk;
    private final Damage damage;
    private final List<Pair> undecided = new ArrayList<>();
    private long freedPosition;
    private long nextPosition;
    private long pending;
    private long bytes;
    private @Nullable LastFrame lastFrame;
    private @Nullable LastFrame oldestPending;

    private record Pair(Segment segment, Step.Damaged damaged) {}

    /**
     * What is there.
     *
     * @param freedPosition the first that is not freed
     * @param bytes of the entries pending
     * @param oldestPending null where nothing is pending
     */
    record Found(
            long freedPosition,
            long nextPosition,
            long pending,
            long bytes,
            @Nullable LastFrame oldestPending,
            @Nullable LastFrame lastFrame) {}

    Recovery(Path directory, Disk disk, Damage damage) {
        this.directory = directory;
        this.disk = disk;
        this.damage = damage;
    }

    /**
     * Reads it all.
     *
     * @param backlog told of the segments that are left
     * @throws UnusableJournalException where a later version wrote one
     */
    Found run(Checkpoint.State checkpoint, Backlog backlog) throws IOException {
        List<Segment> segments = segments();
        for (Segment segment : segments) {
            checkVersion(segment);
        }
        freedPosition = checkpoint.freedPosition();
        if (!segments.isEmpty()) {
            freedPosition = Math.max(freedPosition, segments.get(0).firstPosition());
        }
        deleteBegun(segments);
        while (segments.size() > 1 && segments.get(1).firstPosition() <= freedPosition) {
            Files.delete(segments.remove(0).path());
        }
        nextPosition = freedPosition;
        lastFrame = checkpoint.lastFrame();
        for (Segment segment : segments) {
            read(segment, segment == segments.get(segments.size() - 1));
        }
        decide(Long.MAX_VALUE);
        segments.removeIf(segment -> segment.endOffset() == 0);
        Found found = new Found(freedPosition, nextPosition, pending, bytes, oldestPending, lastFrame);
        backlog.recovered(segments, found);
        return found;
    }

    private List<Segment> segments() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return new ArrayList<>(files.map(Segment::of)
                    .flatMap(Optional::stream)
                    .sorted(Comparator.comparingLong(Segment::firstPosition))
                    .toList());
        }
    }

    /** Those into which nothing was put: another may begin at the same position, and is not freed because of them. */
    private static void deleteBegun(List<Segment> segments) throws IOException {
        for (Segment segment : List.copyOf(segments)) {
            if (Files.size(segment.path()) <= Segment.HEADER_BYTES) {
                Files.delete(segment.path());
                segments.remove(segment);
            }
        }
    }

    private void checkVersion(Segment segment) throws IOException {
        byte[] header = new byte[Segment.HEADER_BYTES];
        try (RandomAccessFile file = disk.open(segment.path(), "r")) {
            if (file.length() < header.length) {
                return;
            }
            file.readFully(header);
        }
        int version = header[header.length - 1];
        if (!Segment.hasMagic(header)) {
            LOG.error("{} does not begin as a segment of the journal does; reading its entries", segment.path());
        } else if (version != Segment.VERSION) {
            throw new UnusableJournalException(segment.fileName() + " has format version " + version
                    + ", this bridge knows " + Segment.VERSION
                    + ": let the version of the bridge that wrote it deliver it first");
        }
    }

    private void read(Segment segment, boolean isLast) throws IOException {
        long length = Files.size(segment.path());
        segment.endsAt(length);
        // One in which no entry is found has its position all the same: two that begin there would be in no order.
        nextPosition = Math.max(nextPosition, segment.firstPosition() + 1);
        try (SegmentReader reader = new SegmentReader(segment, disk)) {
            for (Step step = reader.next(length); !(step instanceof Step.End); step = reader.next(length)) {
                if (step instanceof Step.Found found) {
                    found(found);
                } else if (step instanceof Step.Damaged damaged) {
                    damaged(segment, damaged, isLast && damaged.end() == length);
                }
            }
        }
    }

    private void found(Step.Found found) {
        long position = found.entry().position();
        decide(position);
        LastFrame at = LastFrame.of(found.entry().frame());
        lastFrame = found.entry().frame().kind().isPush() ? at : lastFrame;
        if (position >= freedPosition) {
            pending++;
            bytes += found.bytes();
            oldestPending = oldestPending == null ? at : oldestPending;
        }
        nextPosition = Math.max(nextPosition, position + 1);
    }

    private void damaged(Segment segment, Step.Damaged damaged, boolean atTheEnd) throws IOException {
        if (!atTheEnd || !damaged.torn()) {
            undecided.add(new Pair(segment, damaged));
            return;
        }
        LOG.warn(
                "cut off the last {} bytes of {}: an entry that was never finished",
                damaged.end() - damaged.start(),
                segment.path());
        try (RandomAccessFile file = disk.open(segment.path(), "rw")) {
            file.setLength(damaged.start());
        }
        segment.endsAt(damaged.start());
    }

    /** Damage among entries that Kafka has long had hurts nobody. */
    private void decide(long nextFoundPosition) {
        for (Pair pair : undecided) {
            if (nextFoundPosition > freedPosition) {
                damage.found(pair.segment, pair.damaged);
            } else {
                damage.ignore(pair.segment, pair.damaged);
            }
        }
        undecided.clear();
    }
}
