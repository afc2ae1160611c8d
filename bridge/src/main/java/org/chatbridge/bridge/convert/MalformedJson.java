package org.chatbridge.bridge.convert;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Signal that a frame is not JSON; what exactly is wrong with it, and where, Jackson says when it is asked. */
final class MalformedJson extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Deeper than any honest frame, shallow enough for the bookkeeping to stay small. */
    static final int MAX_DEPTH = 20_000;

    /** Jackson for the few frames that need it. */
    static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            // A frame is UTF-8 by RFC 6455; without this a leading NUL would turn it into UTF-16.
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            // Names of properties are LiveChat's customers' own: neither intern them nor fail on a collision.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .build();

    private final int position;

    /** @param position about where, a byte offset */
    MalformedJson(int position) {
        super("not JSON", null, false, false);
        this.position = position;
    }

    /** What becomes of the frame. */
    Converted.DeadLetter explain(byte[] frame) {
        try (JsonParser parser = FACTORY.createParser(frame)) {
            while (parser.nextToken() != null) {
                // on to what is wrong
            }
        } catch (JacksonException e) {
            return because(e);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
        return new Converted.DeadLetter("not JSON in UTF-8", position);
    }

    static Converted.DeadLetter because(JacksonException e) {
        return new Converted.DeadLetter(
                "not JSON: " + e.getOriginalMessage(),
                Math.max(0, e.getLocation() == null ? 0 : e.getLocation().getByteOffset()));
    }
}
