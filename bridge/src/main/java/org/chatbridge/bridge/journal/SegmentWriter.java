package org.chatbridge.bridge.journal;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.List;
import org.chatbridge.bridge.frames.Frame;

/** Appends entries to one segment. One thread at a time; another may {@link #sync}. */
final class SegmentWriter implements Closeable {
    /** More than this at once would be copied to as much native memory. */
    private static final int CHUNK_BYTES = 64 * 1024;

    private final Segment segment;
    private final RandomAccessFile file;
    private boolean failed;

    private SegmentWriter(Segment segment, RandomAccessFile file) {
        this.segment = segment;
        this.file = file;
    }

    /** Makes the file. */
    static SegmentWriter create(Segment segment, Disk disk) throws IOException {
        RandomAccessFile file = disk.open(segment.path(), "rw");
        try {
            file.setLength(0);
            file.write(Segment.header());
        } catch (IOException e) {
            file.close();
            throw e;
        }
        segment.endsAt(Segment.HEADER_BYTES);
        return new SegmentWriter(segment, file);
    }

    Segment segment() {
        return segment;
    }

    /**
     * Writes entries; readers see them only after {@link Segment#endsAt}. What a failure leaves is overwritten later.
     *
     * @param position of the first
     * @param frames those that {@link EntryEncoder#fitting fit} together
     */
    void append(EntryEncoder encoder, long position, List<Frame> frames) throws IOException {
        if (failed) {
            undo();
        }
        failed = true;
        byte[] encoded = encoder.encode(segment.mark(), position, frames);
        long length = encoder.lengthOf(frames);
        if (length <= encoded.length) {
            file.write(encoded, 0, (int) length);
        } else {
            Frame large = frames.get(0);
            file.write(encoded, 0, encoder.prefixBytes(large));
            byte[] bytes = large.bytes();
            for (int from = 0; from < bytes.length; from += CHUNK_BYTES) {
                file.write(bytes, from, Math.min(CHUNK_BYTES, bytes.length - from));
            }
        }
        failed = false;
    }

    /** Takes back what an append that failed may have left; where even that fails, the next start cuts it off. */
    void undo() throws IOException {
        failed = true;
        file.seek(segment.endOffset());
        file.setLength(segment.endOffset());
        failed = false;
    }

    /** Waits until all that was written is on the disk itself. */
    void sync() throws IOException {
        file.getFD().sync();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
