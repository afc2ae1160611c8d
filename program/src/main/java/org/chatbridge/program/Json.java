package org.chatbridge.program;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntConsumer;

/** JSON text in UTF-8, written member by member. */
public final class Json {
    public static final String CONTENT_TYPE = "application/json";

    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** Writes one value. */
    @FunctionalInterface
    public interface Body {
        void writeTo(JsonGenerator json) throws IOException;
    }

    /**
     * The bytes of one value that two write one after the other.
     *
     * @param afterFirst told how many bytes the first wrote
     */
    static byte[] bytes(Body first, Body second, IntConsumer afterFirst) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            first.writeTo(json);
            json.flush();
            afterFirst.accept(bytes.size());
            second.writeTo(json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing JSON to memory", e);
        }
        return bytes.toByteArray();
    }

    /** The bytes of one value. */
    public static byte[] bytes(Body body) {
        return bytes(body, nothing -> {}, length -> {});
    }
}
