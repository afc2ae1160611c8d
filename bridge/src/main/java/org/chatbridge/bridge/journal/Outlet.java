package org.chatbridge.bridge.journal;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import org.chatbridge.bridge.frames.FrameQueue;
import org.jspecify.annotations.Nullable;

/**
 * The end of the journal that entries are taken from. It reads the files, however close behind who puts: what was just
 * written is in the page cache. One thread.
 */
final class Outlet implements Closeable {
    private final Disk disk;
    private final Backlog backlog;
    private final Damage damage;
    private @Nullable SegmentReader reader;
    private long damagedBytes;

    Outlet(Disk disk, Backlog backlog, Damage damage) {
        this.disk = disk;
        this.backlog = backlog;
        this.damage = damage;
    }

    /** The next entry that was not taken yet; null where none came in time. */
    FrameQueue.@Nullable Entry take(Duration timeout) throws IOException, InterruptedException {
        while (backlog.awaitMore(timeout.toNanos())) {
            SegmentReader from = reader();
            if (from == null) {
                return null;
            }
            Step step = from.next(from.segment().endOffset());
            if (step instanceof Step.Found found) {
                InFlight.Taken taken =
                        new InFlight.Taken(found.entry().position(), from.segment(), found.start(), found.bytes());
                boolean wanted = backlog.taken(taken, damagedBytes);
                damagedBytes = 0;
                if (wanted) {
                    return found.entry();
                }
            } else if (step instanceof Step.Damaged damaged) {
                damagedBytes += damage.found(from.segment(), damaged) ? damaged.end() - damaged.start() : 0;
            } else {
                backlog.readTo(from.segment(), from.offset(), damagedBytes);
                damagedBytes = 0;
            }
        }
        return null;
    }

    /** Goes back to the oldest entry in flight. */
    void rewind() throws IOException {
        InFlight.Taken oldest = backlog.rewind();
        if (oldest != null) {
            moveTo(oldest.segment()).seek(oldest.offset());
            damagedBytes = 0;
        }
    }

    @Override
    public void close() throws IOException {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }

    private @Nullable SegmentReader reader() throws IOException {
        SegmentReader current = reader;
        if (current != null && current.offset() < current.segment().endOffset()) {
            return current;
        }
        Segment segment = backlog.segmentToRead();
        return segment == null ? current : moveTo(segment);
    }

    private SegmentReader moveTo(Segment segment) throws IOException {
        SegmentReader current = reader;
        if (current == null || current.segment() != segment) {
            close();
            current = new SegmentReader(segment, disk);
            reader = current;
        }
        return current;
    }
}
