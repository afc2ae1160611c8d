package org.chatbridge.bridge.connection;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.chatbridge.bridge.frames.Utf8;

/**
 * Takes frames from the bytes of a WebSocket (RFC 6455, 5.2), up to a message that is too large: a text frame that is a whole message
 * goes to the listener as the bytes that it holds, everything else, what is no UTF-8 too, to who knows the whole protocol. One thread.
 */
final class FrameReader {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int HELD_BYTES = 1024 * 1024;
    private static final int SMALLEST_HEAD = 2;
    private static final int FINAL = 0x80;
    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0F;
    private static final int CONTINUATION = 0x0;
    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int CONTROL = 0x8;
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7F;
    private static final int LENGTH_OF_16_BITS = 126;
    private static final int LENGTH_OF_64_BITS = 127;

    private final Socket.Listener listener;
    private final Consumer<ByteBuffer> others;
    private final int maxBytes;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int begin;
    private int end;

    /** Of a frame that goes to the others: how much of it is still to come. */
    private long passing;

    private boolean passesControl;

    /** Whether the last frame of data was no message's last: what follows belongs to it. */
    private boolean continues;

    /** How much the frames of a message hold together whose last is still to come. */
    private long messageBytes;

    /** Signal that a message, or a single frame of any kind, is larger than it may be. */
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1;
    }

    /**
     * @param others takes the bytes of all other frames in order, in pieces of any size
     * @param maxBytes the largest message, all of its frames together; at least the largest control frame's 125
     */
    FrameReader(Socket.Listener listener, Consumer<ByteBuffer> others, int maxBytes) {
        this.listener = listener;
        this.others = others;
        this.maxBytes = maxBytes;
    }

    /**
     * Reads to the end of the stream.
     *
     * @throws TooLargeException at the head of a frame with which its message is too large; all before it is told
     */
    void read(InputStream in) throws IOException {
        for (int read = in.read(buffer, end, buffer.length - end);
                read >= 0;
                read = in.read(buffer, end, buffer.length - end)) {
            end += read;
            listener.onBytes();
            while (step()) {
                // the next frame
            }
            listener.onAllRead();
            if (end > begin && !isControl()) {
                listener.onPiece();
            }
            makeRoom();
        }
    }

    /** Takes a frame, or a piece of one; false where what is there is not enough. */
    private boolean step() throws TooLargeException {
        if (passing > 0) {
            int piece = (int) Math.min(passing, end - begin);
            if (piece > 0) {
                pass(piece);
            }
            return piece > 0;
        }
        int headBytes = end - begin < SMALLEST_HEAD ? Integer.MAX_VALUE : headBytes();
        if (end - begin < headBytes) {
            return false;
        }
        long payloadBytes = payloadBytes();
        if (isTooLarge(payloadBytes)) {
            listener.onAllRead();
            throw new TooLargeException();
        }
        if (isWholeText()) {
            return text(headBytes, (int) payloadBytes);
        }
        noteFragments(payloadBytes);
        passesControl = isControl();
        passing = headBytes + payloadBytes;
        return true;
    }

    /** Whether that frame is, or its message with it; a length below 0 makes no sense, and is. */
    private boolean isTooLarge(long payloadBytes) {
        long before = (buffer[begin] & OPCODE) == CONTINUATION ? messageBytes : 0;
        return payloadBytes < 0 || payloadBytes > maxBytes - before;
    }

    private boolean text(int headBytes, int payloadBytes) {
        if (end - begin < headBytes + payloadBytes) {
            return false;
        }
        byte[] text = Arrays.copyOfRange(buffer, begin + headBytes, begin + headBytes + payloadBytes);
        if (Utf8.isValid(text)) {
            begin += headBytes + payloadBytes;
            listener.onText(text);
        } else {
            listener.onNoText(text);
            passesControl = false;
            passing = headBytes + (long) payloadBytes; // to be closed with 1007
        }
        return true;
    }

    private void pass(int bytes) {
        listener.onAllRead(); // what came before is known to whoever hears of this
        if (!passesControl) {
            listener.onPiece();
        }
        others.accept(ByteBuffer.wrap(buffer, begin, bytes));
        begin += bytes;
        passing -= bytes;
    }

    /** Moves what is left to the front, into a larger buffer where its frame needs one. */
    private void makeRoom() {
        int left = end - begin;
        int wanted = BUFFER_BYTES;
        if (passing == 0 && left >= SMALLEST_HEAD && left >= headBytes() && isWholeText()) {
            wanted = (int) payloadBytes() + BUFFER_BYTES;
        }
        byte[] target = wanted > buffer.length || (buffer.length > HELD_BYTES && wanted <= HELD_BYTES)
                ? new byte[wanted]
                : buffer;
        if (begin > 0 || target != buffer) {
            System.arraycopy(buffer, begin, target, 0, left);
        }
        buffer = target;
        begin = 0;
        end = left;
    }

    private boolean isControl() {
        return (buffer[begin] & CONTROL) != 0;
    }

    private boolean isWholeText() {
        return (buffer[begin] & (FINAL | RESERVED | OPCODE)) == (FINAL | TEXT)
                && (buffer[begin + 1] & MASKED) == 0
                && !continues;
    }

    private void noteFragments(long payloadBytes) {
        int opcode = buffer[begin] & OPCODE;
        boolean last = (buffer[begin] & FINAL) != 0;
        if (!last && (opcode == TEXT || opcode == BINARY)) {
            continues = true;
            messageBytes = payloadBytes;
        } else if (opcode == CONTINUATION) {
            continues &= !last;
            messageBytes = last ? 0 : messageBytes + payloadBytes;
        }
    }

    private int headBytes() {
        int mask = (buffer[begin + 1] & MASKED) == 0 ? 0 : Integer.BYTES;
        return mask
                + switch (buffer[begin + 1] & LENGTH) {
                    case LENGTH_OF_16_BITS -> SMALLEST_HEAD + Short.BYTES;
                    case LENGTH_OF_64_BITS -> SMALLEST_HEAD + Long.BYTES;
                    default -> SMALLEST_HEAD;
                };
    }

    private long payloadBytes() {
        int length = buffer[begin + 1] & LENGTH;
        return switch (length) {
            case LENGTH_OF_16_BITS -> ByteBuffer.wrap(buffer).getShort(begin + SMALLEST_HEAD) & 0xFFFFL;
            case LENGTH_OF_64_BITS -> ByteBuffer.wrap(buffer).getLong(begin + SMALLEST_HEAD);
            default -> length;
        };
    }
}
