package org.chatbridge.bridge.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The small file that remembers how far Kafka has the journal. It is written in place, two halves by turns, so that a full
 * disk does not hinder it, and a write that is cut short leaves the half before. By any thread.
 */
final class Checkpoint implements Closeable {
    static final String FILE_NAME = "delivered.checkpoint";
    private static final int VERSION = 1;
    private static final int HALF_BYTES = 1024;
    private static final int CRC_BYTES = Integer.BYTES;

    private final RandomAccessFile file;
    private long writes;
    private State last;

    /**
     * What is remembered.
     *
     * @param freedPosition Kafka has all entries before it
     * @param lastFrame of all that were ever put; null before the first
     */
    record State(long freedPosition, @Nullable LastFrame lastFrame) {
        static final State NONE = new State(0, null);
    }

    private Checkpoint(RandomAccessFile file, long writes, State last) {
        this.file = file;
        this.writes = writes;
        this.last = last;
    }

    /**
     * Makes the file where it is missing.
     *
     * @throws UnusableJournalException where a later version wrote it
     */
    static Checkpoint open(Path directory, Disk disk) throws IOException {
        RandomAccessFile file = disk.open(directory.resolve(FILE_NAME), "rw");
        try {
            if (file.length() < 2 * HALF_BYTES) {
                file.write(new byte[2 * HALF_BYTES]);
            }
            byte[] content = new byte[2 * HALF_BYTES];
            file.seek(0);
            file.readFully(content);
            Checkpoint newest = new Checkpoint(file, 0, State.NONE);
            for (int half = 0; half < 2; half++) {
                newest.readHalf(
                        ByteBuffer.wrap(content, half * HALF_BYTES, HALF_BYTES).slice());
            }
            return newest;
        } catch (IOException | UnusableJournalException e) {
            file.close();
            throw e;
        }
    }

    /** What was written last. */
    synchronized State state() {
        return last;
    }

    /** Remembers; does nothing where it is what was remembered last. */
    synchronized void write(State state) throws IOException {
        if (state.equals(last)) {
            return;
        }
        ByteBuffer half = ByteBuffer.allocate(HALF_BYTES);
        half.put((byte) VERSION).putLong(writes + 1).putLong(state.freedPosition());
        LastFrame frame = state.lastFrame();
        byte[] connection = frame == null ? new byte[0] : frame.connectionId().getBytes(UTF_8);
        boolean fits = frame != null && connection.length <= half.remaining() - 64;
        half.put((byte) (fits ? 1 : 0));
        if (fits && frame != null) {
            half.putLong(frame.sequence()).putLong(frame.receivedAtMicros());
            half.putShort((short) connection.length).put(connection);
        }
        half.putInt(HALF_BYTES - CRC_BYTES, crc(half.array()));
        file.seek((writes + 1) % 2 * HALF_BYTES);
        file.write(half.array());
        writes++;
        last = state;
    }

    synchronized void sync() throws IOException {
        file.getFD().sync();
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }

    private void readHalf(ByteBuffer half) {
        byte[] bytes = new byte[HALF_BYTES];
        half.duplicate().get(bytes);
        int version = half.get();
        long number = half.getLong();
        if (version == 0 || half.getInt(HALF_BYTES - CRC_BYTES) != crc(bytes) || number <= writes) {
            return;
        }
        if (version != VERSION) {
            throw new UnusableJournalException(FILE_NAME + " has format version " + version);
        }
        long freedPosition = half.getLong();
        LastFrame frame = null;
        if (half.get() == 1) {
            long sequence = half.getLong();
            long receivedAtMicros = half.getLong();
            byte[] connection = new byte[half.getShort()];
            half.get(connection);
            frame = new LastFrame(new String(connection, UTF_8), sequence, receivedAtMicros);
        }
        writes = number;
        last = new State(freedPosition, frame);
    }

    private static int crc(byte[] half) {
        CRC32C crc = new CRC32C();
        crc.update(half, 0, HALF_BYTES - CRC_BYTES);
        return (int) crc.getValue();
    }
}
