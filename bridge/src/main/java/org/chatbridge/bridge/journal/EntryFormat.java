package org.chatbridge.bridge.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.chatbridge.bridge.frames.Frame;
import org.jspecify.annotations.Nullable;

/**
 * How an entry stands on disk, big-endian:
 *
 * <pre>
 *  0  8  mark of the segment: random, so that nothing within a frame can pass for an entry
 *  8  4  bytes of the body
 * 12  8  position
 * 20  4  CRC-32C of the body
 * 24  4  CRC-32C of the 24 bytes above
 * 28     body: 1 kind and whether there is an agent, 8 sequence, 8 received_at in µs, 4 + n connection id, 4 + n own agent id, the frame's bytes
 * </pre>
 */
final class EntryFormat {
    static final int HEAD_BYTES = 28;
    static final int FIXED_BODY_BYTES = 25;
    private static final int CRC_OF_HEAD = 24;
    private static final int HAS_AGENT = 1;
    private static final int KIND_SHIFT = 1;
    private static final byte[] NONE = new byte[0];
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private EntryFormat() {}

    /** The ids of a frame as they are written; made anew only when they change. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Ids(String connectionId, @Nullable String ownAgentId, byte[] connection, byte[] agent) {
        static Ids of(Frame frame) {
            String agent = frame.ownAgentId();
            return new Ids(
                    frame.connectionId(),
                    agent,
                    frame.connectionId().getBytes(UTF_8),
                    agent == null ? NONE : agent.getBytes(UTF_8));
        }

        boolean areOf(Frame frame) {
            String agent = frame.ownAgentId();
            return connectionId.equals(frame.connectionId())
                    && (agent == null ? ownAgentId == null : agent.equals(ownAgentId));
        }

        /** Bytes of an entry before those of its frame. */
        int prefixBytes() {
            return HEAD_BYTES + FIXED_BODY_BYTES + connection.length + agent.length;
        }
    }

    /** Writes all of an entry but its frame's bytes to {@code buffer} from {@code start} on. */
    static void encode(byte[] buffer, int start, long mark, long position, Frame frame, Ids ids) {
        int prefixBytes = ids.prefixBytes();
        int at = start + HEAD_BYTES;
        buffer[at] = (byte) (frame.kind().code() << KIND_SHIFT | (ids.ownAgentId == null ? 0 : HAS_AGENT));
        LONG.set(buffer, at + 1, frame.sequence());
        LONG.set(buffer, at + 9, frame.receivedAtMicros());
        at = putText(buffer, at + 17, ids.connection);
        putText(buffer, at, ids.agent);
        CRC32C crc = new CRC32C();
        crc.update(buffer, start + HEAD_BYTES, prefixBytes - HEAD_BYTES);
        crc.update(frame.bytes(), 0, frame.bytes().length);
        LONG.set(buffer, start, mark);
        INT.set(buffer, start + 8, prefixBytes - HEAD_BYTES + frame.bytes().length);
        LONG.set(buffer, start + 12, position);
        INT.set(buffer, start + 20, (int) crc.getValue());
        INT.set(buffer, start + CRC_OF_HEAD, crcOfHead(buffer, start));
    }

    private static int putText(byte[] buffer, int at, byte[] text) {
        INT.set(buffer, at, text.length);
        System.arraycopy(text, 0, buffer, at + Integer.BYTES, text.length);
        return at + Integer.BYTES + text.length;
    }

    private static int crcOfHead(byte[] buffer, int at) {
        CRC32C crc = new CRC32C();
        crc.update(buffer, at, CRC_OF_HEAD);
        return (int) crc.getValue();
    }

    /** Whether the head of an entry stands whole at that index. */
    static boolean isHead(byte[] buffer, int at, long mark) {
        return (long) LONG.get(buffer, at) == mark
                && intAt(buffer, at + CRC_OF_HEAD) == crcOfHead(buffer, at)
                && bodyBytes(buffer, at) >= FIXED_BODY_BYTES;
    }

    static int bodyBytes(byte[] buffer, int at) {
        return intAt(buffer, at + 8);
    }

    static long position(byte[] buffer, int at) {
        return longAt(buffer, at + 12);
    }

    static int crcOfBody(byte[] buffer, int at) {
        return intAt(buffer, at + 20);
    }

    static Frame.Kind kind(byte[] buffer, int at) {
        return Frame.Kind.of(buffer[at + HEAD_BYTES] >> KIND_SHIFT);
    }

    static boolean hasAgent(byte[] buffer, int at) {
        return (buffer[at + HEAD_BYTES] & HAS_AGENT) != 0;
    }

    static long sequence(byte[] buffer, int at) {
        return longAt(buffer, at + HEAD_BYTES + 1);
    }

    static long receivedAtMicros(byte[] buffer, int at) {
        return longAt(buffer, at + HEAD_BYTES + 9);
    }

    static int intAt(byte[] buffer, int at) {
        return (int) INT.get(buffer, at);
    }

    static long longAt(byte[] buffer, int at) {
        return (long) LONG.get(buffer, at);
    }
}
