package org.chatbridge.bridge.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.FrameQueue;
import org.jspecify.annotations.Nullable;

/** Reads the entries of one segment in order, past damaged ones. One thread. */
final class SegmentReader implements Closeable {
    private static final Step END = new Step.End();
    private static final int CHUNK_BYTES = 64 * 1024;

    private final Segment segment;
    private final RandomAccessFile file;

    /** What stands in the file from {@link #bufferOffset}. */
    private byte[] buffer = new byte[CHUNK_BYTES];

    private long bufferOffset;
    private int bufferBytes;
    private long fileOffset;
    private long offset = Segment.HEADER_BYTES;
    private String connectionId = "";
    private @Nullable String ownAgentId;
    private byte[] idBytes = new byte[0];

    SegmentReader(Segment segment, Disk disk) throws IOException {
        this.segment = segment;
        this.file = disk.open(segment.path(), "r");
    }

    Segment segment() {
        return segment;
    }

    /** Where the next step begins. */
    long offset() {
        return offset;
    }

    void seek(long to) {
        offset = to;
    }

    /** The next step, before that offset; the file must not change there meanwhile. */
    Step next(long limit) throws IOException {
        long start = offset;
        if (start >= limit) {
            return END;
        }
        if (have(EntryFormat.HEAD_BYTES, limit) < EntryFormat.HEAD_BYTES) {
            return damaged(start, limit, true);
        }
        int at = index();
        if (!EntryFormat.isHead(buffer, at, segment.mark())) {
            return afterNonsense(start, limit);
        }
        long end = start + EntryFormat.HEAD_BYTES + EntryFormat.bodyBytes(buffer, at);
        if (end > limit) {
            return damaged(start, limit, true);
        }
        have((int) Math.min(end - start, CHUNK_BYTES), limit);
        FrameQueue.Entry entry = entry(end);
        if (entry == null) {
            return damaged(start, end, false);
        }
        offset = end;
        return new Step.Found(entry, start, end);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private Step damaged(long start, long end, boolean torn) {
        offset = end;
        return new Step.Damaged(start, end, torn);
    }

    /** The entry whose head stands here whole; null where its body does not fit the checksum. */
    private FrameQueue.@Nullable Entry entry(long end) throws IOException {
        int fixed = EntryFormat.HEAD_BYTES + EntryFormat.FIXED_BODY_BYTES;
        have(fixed, end);
        int idsAt = EntryFormat.HEAD_BYTES + 17;
        long connectionBytes = EntryFormat.intAt(buffer, index() + idsAt);
        if (connectionBytes < 0 || fixed + connectionBytes > end - offset) {
            return null;
        }
        int agentAt = idsAt + Integer.BYTES + (int) connectionBytes;
        have(agentAt + Integer.BYTES, end);
        long agentBytes = EntryFormat.intAt(buffer, index() + agentAt);
        long prefixBytes = fixed + connectionBytes + agentBytes;
        if (agentBytes < 0 || prefixBytes > end - offset) {
            return null;
        }
        have((int) prefixBytes, end);
        int at = index();
        CRC32C crc = new CRC32C();
        crc.update(buffer, at + EntryFormat.HEAD_BYTES, (int) prefixBytes - EntryFormat.HEAD_BYTES);
        int expectedCrc = EntryFormat.crcOfBody(buffer, at);
        long position = EntryFormat.position(buffer, at);
        long sequence = EntryFormat.sequence(buffer, at);
        long receivedAtMicros = EntryFormat.receivedAtMicros(buffer, at);
        Frame.Kind kind = EntryFormat.kind(buffer, at);
        readIds(at + idsAt, (int) connectionBytes, (int) agentBytes, EntryFormat.hasAgent(buffer, at));
        byte[] bytes = new byte[(int) (end - offset - prefixBytes)];
        if (!copy(offset + prefixBytes, bytes)) {
            return null;
        }
        crc.update(bytes, 0, bytes.length);
        if ((int) crc.getValue() != expectedCrc) {
            return null;
        }
        return new FrameQueue.Entry(
                position, new Frame(connectionId, sequence, receivedAtMicros, ownAgentId, kind, bytes));
    }

    /** Makes new strings only where the ids are not those of the entry before. */
    private void readIds(int at, int connectionBytes, int agentBytes, boolean hasAgent) {
        int length = 2 * Integer.BYTES + connectionBytes + agentBytes;
        boolean same = idBytes.length == length
                && Arrays.equals(idBytes, 0, length, buffer, at, at + length)
                && hasAgent == (ownAgentId != null);
        if (!same) {
            idBytes = Arrays.copyOfRange(buffer, at, at + length);
            connectionId = new String(idBytes, Integer.BYTES, connectionBytes, UTF_8);
            ownAgentId = hasAgent ? new String(idBytes, 2 * Integer.BYTES + connectionBytes, agentBytes, UTF_8) : null;
        }
    }

    /** Looks for the next whole head after one that is not. */
    private Step afterNonsense(long start, long limit) throws IOException {
        boolean zeros = true;
        while (offset < limit) {
            int available = have(EntryFormat.HEAD_BYTES, limit);
            int at = index();
            if (available < EntryFormat.HEAD_BYTES) {
                for (int i = 0; i < available; i++) {
                    zeros &= buffer[at + i] == 0;
                }
                break;
            }
            if (EntryFormat.isHead(buffer, at, segment.mark())) {
                return damaged(start, offset, false);
            }
            zeros &= buffer[at] == 0;
            offset++;
        }
        return damaged(start, limit, zeros); // zeros: the file grew before its content reached the disk
    }

    private int index() {
        return (int) (offset - bufferOffset);
    }

    /** Has so many bytes from {@link #offset} in the buffer, fewer where the limit or the file ends; says how many. */
    private int have(int wanted, long limit) throws IOException {
        long skipped = offset - bufferOffset;
        if (skipped < 0 || skipped > bufferBytes) {
            bufferOffset = offset;
            bufferBytes = 0;
        } else if (bufferBytes - skipped < wanted) {
            bufferBytes -= (int) skipped;
            byte[] target = wanted > buffer.length ? new byte[wanted] : buffer;
            System.arraycopy(buffer, (int) skipped, target, 0, bufferBytes);
            buffer = target;
            bufferOffset = offset;
        }
        while (bufferOffset + bufferBytes - offset < wanted) {
            long from = bufferOffset + bufferBytes;
            int length = (int) Math.min(buffer.length - bufferBytes, limit - from);
            int read = length <= 0 ? -1 : read(from, buffer, bufferBytes, length);
            if (read < 0) {
                break;
            }
            bufferBytes += read;
        }
        return (int) Math.min(wanted, bufferOffset + bufferBytes - offset);
    }

    /** Fills an array with what stands from there, by way of the buffer as far as it goes. */
    private boolean copy(long from, byte[] target) throws IOException {
        int index = (int) (from - bufferOffset);
        int copied = Math.max(0, Math.min(target.length, bufferBytes - index));
        System.arraycopy(buffer, index, target, 0, copied);
        while (copied < target.length) {
            int read = read(from + copied, target, copied, Math.min(CHUNK_BYTES, target.length - copied));
            if (read < 0) {
                return false;
            }
            copied += read;
        }
        return true;
    }

    private int read(long from, byte[] target, int at, int length) throws IOException {
        if (fileOffset != from) {
            file.seek(from);
            fileOffset = from;
        }
        int read = file.read(target, at, length);
        fileOffset += Math.max(0, read);
        return read;
    }
}
