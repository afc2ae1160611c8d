package org.chatbridge.program;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a handler answers.
 *
 * @param body the bytes as they are sent; not copied
 * @param headers beside {@code Content-Type}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; written once, sent once
public record Response(int status, String contentType, byte[] body, Map<String, String> headers) {
    public Response {
        headers = Map.copyOf(headers);
    }

    /** 200 with one JSON value. */
    public static Response json(Json.Body body) {
        return json(200, body);
    }

    public static Response json(int status, Json.Body body) {
        return new Response(status, Json.CONTENT_TYPE, Json.bytes(body), Map.of());
    }

    /** 200 with text in UTF-8. */
    public static Response text(String contentType, String text) {
        return new Response(200, contentType, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** The same with more headers. */
    public Response with(Map<String, String> more) {
        return new Response(status, contentType, body, more);
    }
}
