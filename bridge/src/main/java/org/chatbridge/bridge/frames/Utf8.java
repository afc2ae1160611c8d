package org.chatbridge.bridge.frames;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Whether bytes are UTF-8 (RFC 3629): what a text frame has to be, found out without making text of it. */
public final class Utf8 {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long NOT_ASCII = 0x8080808080808080L;

    private Utf8() {}

    public static boolean isValid(byte[] text) {
        return isValid(text, 0, text.length);
    }

    /** The same of the bytes from {@code start} to {@code end}, exclusive: a character may not go on behind it. */
    public static boolean isValid(byte[] text, int start, int end) {
        int at = start;
        while (at < end) {
            if (at + 4 * Long.BYTES <= end
                    && (((long) LONG.get(text, at)
                                            | (long) LONG.get(text, at + Long.BYTES)
                                            | (long) LONG.get(text, at + 2 * Long.BYTES)
                                            | (long) LONG.get(text, at + 3 * Long.BYTES))
                                    & NOT_ASCII)
                            == 0) {
                at += 4 * Long.BYTES;
            } else if (at + Long.BYTES <= end && ((long) LONG.get(text, at) & NOT_ASCII) == 0) {
                at += Long.BYTES;
            } else if (text[at] >= 0) {
                at++;
            } else {
                int bytes = sequence(text, at, end);
                if (bytes == 0) {
                    return false;
                }
                at += bytes;
            }
        }
        return true;
    }

    /** Bytes of the character that begins there, which is not ASCII; 0 where none does. */
    private static int sequence(byte[] text, int at, int end) {
        int first = text[at] & 0xFF;
        // The second byte's range shuts out longer forms than needed, surrogates, and what is above U+10FFFF.
        if (first >= 0xC2 && first <= 0xDF) {
            return isWithin(text, at + 1, end, 0x80, 0xBF) ? 2 : 0;
        }
        if (first >= 0xE0 && first <= 0xEF) {
            return isWithin(text, at + 1, end, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF)
                            && isWithin(text, at + 2, end, 0x80, 0xBF)
                    ? 3
                    : 0;
        }
        if (first >= 0xF0 && first <= 0xF4) {
            return isWithin(text, at + 1, end, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF)
                            && isWithin(text, at + 2, end, 0x80, 0xBF)
                            && isWithin(text, at + 3, end, 0x80, 0xBF)
                    ? 4
                    : 0;
        }
        return 0;
    }

    private static boolean isWithin(byte[] text, int at, int end, int from, int to) {
        return at < end && (text[at] & 0xFF) >= from && (text[at] & 0xFF) <= to;
    }
}
