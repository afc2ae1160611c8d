package org.chatbridge.bridge.convert;

import com.fasterxml.jackson.core.JsonToken;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the JSON text of a frame (RFC 8259) which can also give back any value as it was written. It makes no text of
 * what can be copied as the bytes that it is.
 *
 * <p>Deeper nesting than {@link MalformedJson#MAX_DEPTH} is malformed; names, strings and numbers may be as long as the frame.
 */
final class JsonInput extends JsonText {
    private static final int FIRST_DEPTH = 64;
    private static final byte OBJECT = 1;
    private static final byte ARRAY = 2;

    private boolean distinct;

    /** What is open, the outermost first. */
    private byte[] open = new byte[FIRST_DEPTH];

    private int depth;
    private boolean first = true;
    private boolean afterName;

    private @Nullable JsonToken token;
    private int valueStart;
    private boolean misfit;
    private int kept;

    /**
     * Stands before the first value of some JSON text.
     *
     * @param frame the whole frame
     * @param start where the value to read begins
     * @param stop where it ends, exclusive
     * @param isDistinct whether no object of the frame names a member twice, as far as is known
     */
    void begin(byte[] frame, int start, int stop, boolean isDistinct) {
        stand(frame, start, stop);
        distinct = isDistinct;
        depth = 0;
        first = true;
        afterName = false;
        token = null;
        misfit = false;
        kept = 0;
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
            first = false;
        } else if (c < 0) {
            token = null;
            return null;
        }
        if (c < 0) {
            throw new MalformedJson(at());
        }
        valueStart = at();
        token = switch (c) {
            case '{' -> open(OBJECT, JsonToken.START_OBJECT);
            case '[' -> open(ARRAY, JsonToken.START_ARRAY);
            default -> readScalar(c);
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
            throw new MalformedJson(at());
        }
        readName();
        if (skipBlanks() != ':') {
            throw new MalformedJson(at());
        }
        step();
        token = JsonToken.FIELD_NAME;
        first = false;
        afterName = true;
        return true;
    }

    /**
     * Steps to the next member of the object that the cursor is in, if it is that one, written without blanks and escapes.
     *
     * @param member its name in quotes, and the colon
     * @return false where it is not, and nothing was done
     */
    boolean nextNameIs(byte[] member) {
        if (!skipMember(first, member)) {
            return false;
        }
        token = JsonToken.FIELD_NAME;
        first = false;
        afterName = true;
        return true;
    }

    /** The number that the cursor stands on; null where it is no whole number of 64 bits. */
    @Nullable
    Long wholeNumber() {
        return token == JsonToken.VALUE_NUMBER_INT ? whole() : Numbers.whole(text());
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
        return at();
    }

    /** The offset just after the token that the cursor stands on. */
    int valueEnd() {
        return at();
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

    /** Steps over the comma before all but the first member or element. */
    private int separated(int c) {
        if (first) {
            return c;
        }
        if (c != ',') {
            throw new MalformedJson(at());
        }
        step();
        return skipBlanks();
    }

    private JsonToken open(byte what, JsonToken start) {
        if (depth == MalformedJson.MAX_DEPTH) {
            throw new MalformedJson(at());
        }
        if (depth == open.length) {
            open = Arrays.copyOf(open, 2 * depth);
        }
        open[depth++] = what;
        first = true;
        step();
        return start;
    }

    private JsonToken close(byte what, JsonToken stop) {
        if (depth == 0 || open[depth - 1] != what) {
            throw new MalformedJson(at());
        }
        depth--;
        first = false;
        step();
        token = stop;
        return stop;
    }
}
