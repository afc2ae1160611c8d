package org.chatbridge.bridge.convert;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over the JSON text of a frame which can also give back any value as it was written.
 *
 * <p>Reads UTF-8 only. Deeper nesting than {@link #MAX_DEPTH} is malformed; names, strings and numbers may be as long as
 * the frame.
 */
final class JsonInput implements Closeable {
    /** Deeper than any honest frame, shallow enough for the parser's bookkeeping to stay small. */
    static final int MAX_DEPTH = 20_000;

    /** Also makes the generators, with the same limits. */
    static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .streamWriteConstraints(
                    StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            // A frame is UTF-8 by RFC 6455; without this a leading NUL would turn it into UTF-16.
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            // Names of properties are LiveChat's customers' own: neither intern them nor fail on a collision.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .build();

    private final byte[] bytes;
    private final int base;
    private final JsonParser parser;
    private final boolean distinct;
    private boolean misfit;
    private int kept;

    /**
     * @param bytes the whole frame
     * @param start where the value to read begins
     * @param end where it ends, exclusive
     * @param distinct whether no object of the frame names a member twice, as far as is known
     */
    JsonInput(byte[] bytes, int start, int end, boolean distinct) throws IOException {
        this.bytes = bytes;
        this.distinct = distinct;
        this.base = start;
        this.parser = FACTORY.createParser(bytes, start, end - start);
    }

    /** Steps to the next token; null at the end of the input. */
    @Nullable
    JsonToken next() throws IOException {
        return parser.nextToken();
    }

    /** The token that the cursor stands on; null before the first and after the last. */
    @Nullable
    JsonToken token() {
        return parser.currentToken();
    }

    /** Steps to the next member of the object that the cursor is in: its name, or null at the end of the object. */
    @Nullable
    String nextName() throws IOException {
        return parser.nextToken() == JsonToken.FIELD_NAME ? parser.currentName() : null;
    }

    /** The text of the string, number or literal that the cursor stands on. */
    String text() throws IOException {
        return parser.getText();
    }

    /** The number that the cursor stands on; null where it is no whole number of 64 bits. */
    @Nullable
    Long wholeNumber() throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            return switch (parser.getNumberType()) {
                case INT, LONG -> parser.getLongValue();
                default -> null;
            };
        }
        return Numbers.whole(parser.getText());
    }

    /** Where the value that the cursor stands on begins, as an offset in the frame. */
    int valueStart() {
        return base + (int) parser.currentTokenLocation().getByteOffset();
    }

    /** Steps to the last token of the value that the cursor stands on; the offset in the frame just after it. */
    int skipValue() throws IOException {
        parser.skipChildren();
        return valueEnd();
    }

    /** The offset just after the token that the cursor stands on. */
    int valueEnd() throws IOException {
        parser.finishToken();
        return base + (int) parser.currentLocation().getByteOffset();
    }

    /** A stretch of the frame as text. */
    String slice(int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    /** Steps over the value that the cursor stands on and returns its JSON text. */
    String json() throws IOException {
        int start = valueStart();
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

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
