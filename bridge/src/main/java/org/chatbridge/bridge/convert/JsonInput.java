package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonToken;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the JSON text of a frame (RFC 8259) which can also give back any value as it was written. It makes no text of
 * what can be copied as the bytes that it is.
 *
 * <p>Deeper nesting than {@link MalformedJson#MAX_DEPTH} is malformed; names, strings and numbers may be as long as the frame. The bytes
 * are UTF-8; who makes it has seen to that.
 */
final class JsonInput {
    private static final int SHORT_NUMBER = 18;
    private static final int FIRST_DEPTH = 64;
    private static final byte OBJECT = 1;
    private static final byte ARRAY = 2;
    private static final byte[] TRUE = "true".getBytes(UTF_8);
    private static final byte[] FALSE = "false".getBytes(UTF_8);
    private static final byte[] NULL = "null".getBytes(UTF_8);

    private final byte[] bytes;
    private final int end;
    private final boolean distinct;

    /** What is open, the outermost first. */
    private byte[] open = new byte[FIRST_DEPTH];

    private int depth;
    private boolean first = true;
    private boolean afterName;

    private @Nullable JsonToken token;
    private int at;
    private int valueStart;

    /** Of the name or the scalar: what is between the quotes, where there are some. */
    private int textStart;

    private int textEnd;
    private boolean escaped;
    private int nameHash;

    private boolean misfit;
    private int kept;

    /**
     * @param bytes the whole frame
     * @param start where the value to read begins
     * @param end where it ends, exclusive
     * @param distinct whether no object of the frame names a member twice, as far as is known
     */
    JsonInput(byte[] bytes, int start, int end, boolean distinct) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
        this.distinct = distinct;
    }

    /** Steps to the next value, or to the end of the array that the cursor is in; null at the end of the input. */
    @Nullable
    JsonToken next() {
        int c = skipBlanks();
        if (afterName) {
            afterName = false;
        } else if (depth > 0) {
            if (c == ']') {
                return close(ARRAY, JsonToken.END_ARRAY);
            }
            c = separated(c);
        } else if (token != null) {
            if (c < 0) {
                token = null;
                return null;
            }
        }
        if (c < 0) {
            if (depth == 0 && token == null) {
                return null;
            }
            throw new MalformedJson(at);
        }
        first = false;
        valueStart = at;
        escaped = false;
        token = switch (c) {
            case '{' -> open(OBJECT, JsonToken.START_OBJECT);
            case '[' -> open(ARRAY, JsonToken.START_ARRAY);
            case '"' -> string();
            case 't' -> literal(TRUE, JsonToken.VALUE_TRUE);
            case 'f' -> literal(FALSE, JsonToken.VALUE_FALSE);
            case 'n' -> literal(NULL, JsonToken.VALUE_NULL);
            default -> number();
        };
        return token;
    }

    /** The token that the cursor stands on; null before the first and after the last. */
    @Nullable
    JsonToken token() {
        return token;
    }

    /** Steps to the next member of the object that the cursor is in; false at the end of the object. */
    boolean nextName() {
        int c = skipBlanks();
        if (c == '}') {
            close(OBJECT, JsonToken.END_OBJECT);
            return false;
        }
        c = separated(c);
        if (c != '"') {
            throw new MalformedJson(at);
        }
        escaped = false;
        int hash = 0;
        int i = at + 1;
        for (; i < end && bytes[i] != '"'; i++) {
            byte b = bytes[i];
            if (b == '\\') {
                escaped = true;
                i = escape(i) - 1;
            } else if (b >= 0 && b < ' ') {
                throw new MalformedJson(i);
            } else {
                hash = 31 * hash + b;
            }
        }
        if (i >= end) {
            throw new MalformedJson(end);
        }
        textStart = at + 1;
        textEnd = i;
        nameHash = hash;
        at = i + 1;
        if (skipBlanks() != ':') {
            throw new MalformedJson(at);
        }
        at++;
        token = JsonToken.FIELD_NAME;
        first = false;
        afterName = true;
        return true;
    }

    /** Whether the name that the cursor stands on is written without escapes. */
    boolean isPlain() {
        return !escaped;
    }

    /** Of a plain name; see {@link #hash(byte[])}. */
    int nameHash() {
        return nameHash;
    }

    /** Of the bytes of a name. */
    static int hash(byte[] name) {
        int hash = 0;
        for (byte b : name) {
            hash = 31 * hash + b;
        }
        return hash;
    }

    /** Whether a plain name is that one. */
    boolean isName(byte[] name) {
        return Arrays.equals(bytes, textStart, textEnd, name, 0, name.length);
    }

    /** The name that the cursor stands on, for when it has gone on. */
    Name name() {
        return new Name(this, textStart, textEnd, escaped);
    }

    /** A name, of which text is made only where it is wanted. */
    record Name(JsonInput in, int start, int end, boolean escaped) {
        String text() {
            return escaped ? in.unescaped(start, end) : in.slice(start, end);
        }
    }

    /** The text of the name, string, number or literal that the cursor stands on. */
    String text() {
        return escaped ? unescaped(textStart, textEnd) : slice(textStart, textEnd);
    }

    /** Writes the same, where it has no escapes; false where it has, and nothing was written. */
    boolean copyText(AvroBytes out) {
        if (!escaped) {
            out.text(bytes, textStart, textEnd);
        }
        return !escaped;
    }

    /** The number that the cursor stands on; null where it is no whole number of 64 bits. */
    @Nullable
    Long wholeNumber() {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            return Numbers.whole(text());
        }
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

    /** Where the value that the cursor stands on begins, as an offset in the frame. */
    int valueStart() {
        return valueStart;
    }

    /** Steps to the last token of the value that the cursor stands on; the offset in the frame just after it. */
    int skipValue() {
        if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
            int outside = depth - 1;
            while (depth > outside) {
                if (open[depth - 1] != OBJECT || nextName()) {
                    next();
                }
            }
        }
        return at;
    }

    /** The offset just after the token that the cursor stands on. */
    int valueEnd() {
        return at;
    }

    /** A stretch of the frame as text. */
    String slice(int start, int stop) {
        return new String(bytes, start, stop - start, UTF_8);
    }

    /** Writes a stretch of the frame as a string. */
    void copySlice(int start, int stop, AvroBytes out) {
        out.text(bytes, start, stop);
    }

    /** Steps over the value that the cursor stands on and returns its JSON text. */
    String json() {
        int start = valueStart;
        return slice(start, skipValue());
    }

    /** Says that the value just read did not fit its field, wholly or in part. */
    void misfit() {
        misfit = true;
    }

    /**
     * Says that a place is taken which the member just met would have.
     *
     * @throws RepeatedMember unless the members are known to be distinct, so that two names share the place
     */
    void repeated() {
        if (!distinct) {
            throw new RepeatedMember();
        }
    }

    /** Says that a value went to {@code extra}. */
    void kept() {
        kept++;
    }

    /** How many did so far. */
    int keptSoFar() {
        return kept;
    }

    /** Whether the value just read did not fit; asking clears it. */
    boolean takeMisfit() {
        boolean was = misfit;
        misfit = false;
        return was;
    }

    /** The next byte that is no blank, and not stepped over; negative at the end. */
    private int skipBlanks() {
        while (at < end) {
            byte b = bytes[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b & 0xFF;
            }
            at++;
        }
        return -1;
    }

    /** Steps over the comma before all but the first member or element. */
    private int separated(int c) {
        if (first) {
            return c;
        }
        if (c != ',') {
            throw new MalformedJson(at);
        }
        at++;
        return skipBlanks();
    }

    private JsonToken open(byte what, JsonToken start) {
        if (depth == MalformedJson.MAX_DEPTH) {
            throw new MalformedJson(at);
        }
        if (depth == open.length) {
            open = Arrays.copyOf(open, 2 * depth);
        }
        open[depth++] = what;
        first = true;
        at++;
        return start;
    }

    private JsonToken close(byte what, JsonToken stop) {
        if (depth == 0 || open[depth - 1] != what) {
            throw new MalformedJson(at);
        }
        depth--;
        first = false;
        at++;
        token = stop;
        return stop;
    }

    private JsonToken string() {
        int i = at + 1;
        for (; i < end && bytes[i] != '"'; i++) {
            byte b = bytes[i];
            if (b == '\\') {
                escaped = true;
                i = escape(i) - 1;
            } else if (b >= 0 && b < ' ') {
                throw new MalformedJson(i);
            }
        }
        if (i >= end) {
            throw new MalformedJson(end);
        }
        textStart = at + 1;
        textEnd = i;
        at = i + 1;
        return JsonToken.VALUE_STRING;
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
        if (end - at < word.length || !Arrays.equals(bytes, at, at + word.length, word, 0, word.length)) {
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
