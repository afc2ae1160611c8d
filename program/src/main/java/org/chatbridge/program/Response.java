package org.chatbridge.program;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a handler answers.
 *
 * <p>A 200 of JSON or of a part of a page is sent with a weak {@code ETag}, made from the body, and answers a request that
 * has it already with 304. A body with members that change while what it tells stays the same says with
 * {@link #withTag} or {@link #json(Json.Body, Json.Body)} what counts, or with {@link #withoutTag} that nothing does.
 *
 * @param body the bytes as they are sent, or compressed; not copied
 * @param headers beside {@code Content-Type}; {@code ETag} and {@code Cache-Control} take the place of those made here
 * @param tag what is within the quotes of the {@code ETag}; null where it is made from the body, empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; written once, sent once
public record Response(
        int status,
        String contentType,
        byte[] body,
        Map<String, String> headers,
        @Nullable String tag) {
    public Response {
        headers = Map.copyOf(headers);
        if (tag != null && !tag.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"')) {
            throw new IllegalArgumentException("a tag is of visible ASCII without quotes: " + tag);
        }
    }

    /** With a tag that is made from the body. */
    public Response(int status, String contentType, byte[] body, Map<String, String> headers) {
        this(status, contentType, body, headers, null);
    }

    /** 200 with one JSON value. */
    public static Response json(Json.Body body) {
        return json(200, body);
    }

    /** 200 with one JSON value that two write one after the other; its tag is made of what the first writes. */
    public static Response json(Json.Body whatCounts, Json.Body rest) {
        AtomicInteger counts = new AtomicInteger();
        byte[] all = Json.bytes(whatCounts, rest, counts::set);
        return new Response(200, Json.CONTENT_TYPE, all, Map.of())
                .withTag(Representation.hash(ByteBuffer.wrap(all, 0, counts.get())));
    }

    public static Response json(int status, Json.Body body) {
        return new Response(status, Json.CONTENT_TYPE, Json.bytes(body), Map.of());
    }

    /** 200 with text in UTF-8. */
    public static Response text(String contentType, String text) {
        return new Response(200, contentType, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** The same with these headers in place of those that it has. */
    public Response with(Map<String, String> more) {
        return new Response(status, contentType, body, more, tag);
    }

    /** The same with a tag of the handler's: another one whenever what the answer tells has changed. */
    public Response withTag(String version) {
        return new Response(status, contentType, body, headers, version);
    }

    /** The same without a tag: what it tells is never the same. */
    public Response withoutTag() {
        return withTag("");
    }
}
