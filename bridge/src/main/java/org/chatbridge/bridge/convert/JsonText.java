package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonToken;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.chatbridge.bridge.frames.Utf8;
import org.jspecify.annotations.Nullable;

/** The names and scalars of JSON text (RFC 8259), one at a time: below {@link JsonInput}, which knows how they follow each other. */
abstract class JsonText {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final int SHORT_NUMBER = 18;
    private static final long ESCAPED = Long.MIN_VALUE;
    private static final byte[] TRUE = "true".getBytes(UTF_8);
    private static final byte[] FALSE = "false".getBytes(UTF_8);
    private static final byte[] NULL = "null".getBytes(UTF_8);

    private byte[] bytes = {};
    private int[] added = {};
    private int end;
    private int at;

    /** Of the name or the scalar: what is between the quotes, where there are some. */
    private int textStart;

    private int textEnd;
    private boolean escaped;

    /** The bits of all bytes of the string, and perhaps of some behind it. */
    private long met;

    /**
     * Says what was added to names of the frame: stretches of it are copied without.
     *
     * @param stretches as in {@link RepeatedMembers.Renamed}
     */
    final void leaveOut(int[] stretches) {
        added = stretches;
    }

    /** Whether something was added to the name that the cursor stands on. */
    final boolean isRenamed() {
        return added.length > 0 && Arrays.binarySearch(added, textEnd) >= 0;
    }

    /** Stands at {@code start} of the frame; the text ends at {@code stop}, exclusive. */
    final void stand(byte[] frame, int start, int stop) {
        bytes = frame;
        at = start;
        end = stop;
    }

    /** The offset in the frame of what comes next. */
    final int at() {
        return at;
    }

    /** Goes on by one byte. */
    final void step() {
        at++;
    }

    /** Whether the name that the cursor stands on is written without escapes. */
    final boolean isPlain() {
        return !escaped;
    }

    /** Of a plain name; see {@link #hash(byte[], int, int)}. */
    final int nameHash() {
        return hash(bytes, textStart, textEnd);
    }

    /** Of a name, from its length and three of its bytes: enough to tell the names of a schema apart. */
    static int hash(byte[] bytes, int start, int end) {
        return start == end
                ? 0
                : ((bytes[start] * 31 + bytes[(start + end) >>> 1]) * 31 + bytes[end - 1]) * 31 + end - start;
    }

    /** Whether the name or string that the cursor stands on is that one. */
    final boolean isText(byte[] utf8) {
        return escaped ? Arrays.equals(text().getBytes(UTF_8), utf8) : isName(utf8);
    }

    /** Whether a plain name is that one. */
    final boolean isName(byte[] name) {
        return textEnd - textStart == name.length && isAt(textStart, name);
    }

    /** Whether these bytes stand there; as many as there are have to be left. */
    private boolean isAt(int from, byte[] text) {
        int length = text.length;
        // Names are short: a call of the library's comparison costs more than what it does. The last eight or four
        // overlap.
        if (length >= Long.BYTES) {
            for (int i = 0; i < length - Long.BYTES; i += Long.BYTES) {
                if ((long) LONG.get(bytes, from + i) != (long) LONG.get(text, i)) {
                    return false;
                }
            }
            int last = length - Long.BYTES;
            return (long) LONG.get(bytes, from + last) == (long) LONG.get(text, last);
        }
        if (length >= Integer.BYTES) {
            int last = length - Integer.BYTES;
            return (int) INT.get(bytes, from) == (int) INT.get(text, 0)
                    && (int) INT.get(bytes, from + last) == (int) INT.get(text, last);
        }
        return Arrays.equals(bytes, from, from + length, text, 0, length);
    }

    /** The name that the cursor stands on, for {@link #text(long)} when it has gone on: begin and end in one, without an object. */
    final long name() {
        return (escaped ? ESCAPED : 0) | (long) textStart << Integer.SIZE | textEnd;
    }

    /** The text of a name that the cursor has stood on. */
    final String text(long name) {
        int start = (int) ((name & ~ESCAPED) >>> Integer.SIZE);
        return (name & ESCAPED) != 0 ? unescaped(start, (int) name) : slice(start, (int) name);
    }

    /** The text of the name, string, number or literal that the cursor stands on. */
    final String text() {
        return escaped ? unescaped(textStart, textEnd) : slice(textStart, textEnd);
    }

    /** Writes the same, where it has no escapes; false where it has, and nothing was written. */
    final boolean copyText(AvroBytes out) {
        if (!escaped) {
            out.text(bytes, textStart, textEnd);
        }
        return !escaped;
    }

    /** Lets the string that was read last be a field's value where it stands; false where it has escapes, and nothing was done. */
    final boolean leaveText(Slots record, int field) {
        if (!escaped) {
            record.putText(field, textStart, textEnd);
        }
        return !escaped;
    }

    /** The whole number that was read last; null where it is none of 64 bits. */
    final @Nullable Long whole() {
        if (textEnd - textStart > SHORT_NUMBER) {
            try {
                return Long.parseLong(text());
            } catch (NumberFormatException e) {
                return null; // the value is kept as text by the caller
            }
        }
        boolean negative = bytes[textStart] == '-';
        long value = 0;
        for (int i = negative ? textStart + 1 : textStart; i < textEnd; i++) {
            value = value * 10 + bytes[i] - '0';
        }
        return negative ? -value : value;
    }

    /** The instant in the string that was read last; {@link Instants#UNREAD} where it is none in the usual form. */
    final long instant() {
        return Instants.micros(bytes, textStart, textEnd);
    }

    /** A stretch of the frame as text. */
    final String slice(int start, int stop) {
        return new String(bytes, start, stop - start, UTF_8);
    }

    /** Writes a stretch of the frame, without what was added to its names, as a string. */
    final void copySlice(int start, int stop, AvroBytes out) {
        if (added.length == 0) {
            out.text(bytes, start, stop);
        } else {
            copyWithout(start, stop, out);
        }
    }

    private void copyWithout(int start, int stop, AvroBytes out) {
        int first = ~Arrays.binarySearch(added, start); // a value begins elsewhere
        int length = stop - start;
        for (int i = first; i < added.length && added[i] < stop; i += 2) {
            length -= added[i + 1] - added[i];
        }
        out.number(length);
        int from = start;
        for (int i = first; i < added.length && added[i] < stop; i += 2) {
            out.raw(bytes, from, added[i]);
            from = added[i + 1];
        }
        out.raw(bytes, from, stop);
    }

    /** The next byte that is no blank, and not stepped over; negative at the end. */
    final int skipBlanks() {
        while (at < end) {
            byte b = bytes[at];
            if (b > ' ' || (b != ' ' && b != '\n' && b != '\r' && b != '\t')) {
                return b & 0xFF;
            }
            at++;
        }
        return -1;
    }

    /**
     * Reads the name that begins here with its quote.
     *
     * @throws MalformedJson where it has no end, or holds what has to be escaped
     */
    final void readName() {
        readString();
    }

    /**
     * Steps over a name and its colon where just these bytes come next, behind a comma unless it is the first.
     *
     * @param member the name in quotes, without escapes, and the colon
     */
    final boolean skipMember(boolean isFirst, byte[] member) {
        int from = isFirst ? at : at + 1;
        int stop = from + member.length;
        if (stop > end || (!isFirst && bytes[at] != ',') || !isAt(from, member)) {
            return false;
        }
        textStart = from + 1;
        textEnd = stop - 2;
        escaped = false;
        at = stop;
        return true;
    }

    private void readString() {
        escaped = false;
        met = 0;
        int i = plainUntil(at + 1);
        while (i < end && bytes[i] != '"') {
            if (bytes[i] != '\\') {
                throw new MalformedJson(i);
            }
            escaped = true;
            i = plainUntil(escape(i));
        }
        if (i >= end) {
            throw new MalformedJson(end);
        }
        textStart = at + 1;
        textEnd = i;
        at = i + 1;
        if ((met & HIGH_BITS) != 0 && !Utf8.isValid(bytes, textStart, textEnd)) {
            throw new MalformedJson(textStart);
        }
    }

    /**
     * The offset of the first byte from there on that may not stand for itself in a string; the end where there is none. Notes in
     * {@link #met} what it went over.
     */
    private int plainUntil(int from) {
        long all = met;
        int i = from;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            long eight = (long) LONG.get(bytes, i);
            all |= eight;
            long special = special(eight);
            if (special != 0) {
                met = all;
                return i + Long.numberOfTrailingZeros(special) / Byte.SIZE;
            }
        }
        for (; i < end && (special(bytes[i]) & 0x80) == 0; i++) {
            all |= bytes[i];
        }
        met = all;
        return i;
    }

    /**
     * The high bit of each of eight bytes that is a quote, a backslash or less than a space; of those above the lowest such byte
     * perhaps more.
     */
    private static long special(long eight) {
        long quote = eight ^ ('"' * EACH);
        long backslash = eight ^ ('\\' * EACH);
        return (((quote - EACH) & ~quote) | ((backslash - EACH) & ~backslash) | ((eight - ' ' * EACH) & ~eight))
                & HIGH_BITS;
    }

    /**
     * Reads the scalar that begins here, with that byte.
     *
     * @throws MalformedJson where none does
     */
    final JsonToken readScalar(int c) {
        escaped = false;
        switch (c) {
            case '"' -> {
                readString();
                return JsonToken.VALUE_STRING;
            }
            case 't' -> {
                return literal(TRUE, JsonToken.VALUE_TRUE);
            }
            case 'f' -> {
                return literal(FALSE, JsonToken.VALUE_FALSE);
            }
            case 'n' -> {
                return literal(NULL, JsonToken.VALUE_NULL);
            }
            default -> {
                return number();
            }
        }
    }

    /** The offset behind the escape that begins there. */
    private int escape(int backslash) {
        int kind = backslash + 1 < end ? bytes[backslash + 1] : -1;
        switch (kind) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return backslash + 2;
            }
            case 'u' -> {
                for (int i = backslash + 2; i < backslash + 6; i++) {
                    if (i >= end || Character.digit(bytes[i], 16) < 0) {
                        throw new MalformedJson(i);
                    }
                }
                return backslash + 6;
            }
            default -> throw new MalformedJson(backslash + 1);
        }
    }

    private String unescaped(int start, int stop) {
        StringBuilder text = new StringBuilder(stop - start);
        int plain = start;
        for (int i = start; i < stop; i++) {
            if (bytes[i] == '\\') {
                text.append(slice(plain, i));
                i++;
                switch (bytes[i]) {
                    case 'b' -> text.append('\b');
                    case 'f' -> text.append('\f');
                    case 'n' -> text.append('\n');
                    case 'r' -> text.append('\r');
                    case 't' -> text.append('\t');
                    case 'u' -> {
                        text.append((char) Integer.parseInt(slice(i + 1, i + 5), 16));
                        i += 4;
                    }
                    default -> text.append((char) bytes[i]);
                }
                plain = i + 1;
            }
        }
        return text.append(slice(plain, stop)).toString();
    }

    private JsonToken literal(byte[] word, JsonToken literal) {
        if (end - at < word.length || !isAt(at, word)) {
            throw new MalformedJson(at);
        }
        return scalar(at + word.length, literal);
    }

    private JsonToken number() {
        int i = at < end && bytes[at] == '-' ? at + 1 : at;
        int digits = digits(i);
        if (digits == i || (bytes[i] == '0' && digits > i + 1)) {
            throw new MalformedJson(i);
        }
        JsonToken kind = JsonToken.VALUE_NUMBER_INT;
        i = digits;
        if (i < end && bytes[i] == '.') {
            kind = JsonToken.VALUE_NUMBER_FLOAT;
            i = someDigits(i + 1);
        }
        if (i < end && (bytes[i] == 'e' || bytes[i] == 'E')) {
            kind = JsonToken.VALUE_NUMBER_FLOAT;
            i++;
            i = someDigits(i < end && (bytes[i] == '+' || bytes[i] == '-') ? i + 1 : i);
        }
        return scalar(i, kind);
    }

    private int someDigits(int from) {
        int stop = digits(from);
        if (stop == from) {
            throw new MalformedJson(from);
        }
        return stop;
    }

    private int digits(int from) {
        int i = from;
        while (i < end && bytes[i] >= '0' && bytes[i] <= '9') {
            i++;
        }
        return i;
    }

    private JsonToken scalar(int stop, JsonToken kind) {
        textStart = at;
        textEnd = stop;
        at = stop;
        return kind;
    }
}
