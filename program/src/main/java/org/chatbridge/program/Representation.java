package org.chatbridge.program;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What is sent of an answer to one who asks: all of it, its compressed form, or that it has not changed. Tags are weak:
 * they say that two answers tell the same, not that their bytes are the same, and so hold for both forms.
 */
final class Representation {
    private static final Set<String> TAGGED = Set.of(
            "application/json", "text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml");
    private static final Set<String> COMPRESSED_TOO = Set.of("text/plain");
    /** Below it the frame of gzip costs more than it saves. */
    private static final int COMPRESSED_FROM_BYTES = 1024;

    private static final int HASH_BYTES = 12;
    private static final Base64.Encoder BASE_64 = Base64.getUrlEncoder().withoutPadding();
    private static final ThreadLocal<MessageDigest> DIGESTS = ThreadLocal.withInitial(Representation::digest);
    private static final Pattern ENTITY_TAG = Pattern.compile("(?:W/)?\"([^\"]*)\"");
    private static final Pattern GZIP =
            Pattern.compile("(?:^|,)\\s*gzip\\s*(?:;\\s*q\\s*=\\s*([0-9.]+)\\s*)?(?=,|$)", Pattern.CASE_INSENSITIVE);

    private Representation() {}

    /**
     * As it is sent, all headers but {@code Content-Type} and {@code Content-Length} in it.
     *
     * @param ifNoneMatch the header; null where there is none
     * @param acceptEncoding the header; null where there is none
     */
    static Response of(Response answer, @Nullable String ifNoneMatch, @Nullable String acceptEncoding) {
        Map<String, String> headers = new HashMap<>(answer.headers());
        String type = mediaType(answer.contentType());
        boolean compressible = TAGGED.contains(type) || COMPRESSED_TOO.contains(type);
        if (compressible) {
            headers.merge("Vary", "Accept-Encoding", (own, added) -> own + ", " + added);
        }
        boolean tagged = tag(answer, type, headers);
        headers.putIfAbsent("Cache-Control", tagged ? "private, no-cache" : "no-store");
        if (tagged && matches(ifNoneMatch, headers.getOrDefault("ETag", ""))) {
            return new Response(304, answer.contentType(), new byte[0], headers);
        }
        byte[] body = answer.body();
        if (compressible && body.length >= COMPRESSED_FROM_BYTES && acceptsGzip(acceptEncoding)) {
            headers.put("Content-Encoding", "gzip");
            body = gzip(body);
        }
        return new Response(answer.status(), answer.contentType(), body, headers);
    }

    /** A short text that other bytes do not have. */
    static String hash(ByteBuffer bytes) {
        MessageDigest digest = DIGESTS.get();
        digest.update(bytes);
        return BASE_64.encodeToString(Arrays.copyOf(digest.digest(), HASH_BYTES));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static boolean tag(Response answer, String type, Map<String, String> headers) {
        if (answer.status() != 200) {
            return false;
        }
        if (headers.containsKey("ETag")) {
            return true;
        }
        String tag = answer.tag();
        if (tag == null && TAGGED.contains(type)) {
            tag = hash(ByteBuffer.wrap(answer.body()));
        }
        if (tag == null || tag.isEmpty()) {
            return false;
        }
        headers.put("ETag", "W/\"" + tag + "\"");
        return true;
    }

    private static boolean matches(@Nullable String ifNoneMatch, String entityTag) {
        if (ifNoneMatch == null) {
            return false;
        }
        if (ifNoneMatch.strip().equals("*")) {
            return true;
        }
        Matcher own = ENTITY_TAG.matcher(entityTag);
        return own.matches()
                && ENTITY_TAG.matcher(ifNoneMatch).results().anyMatch(had -> had.group(1)
                        .equals(own.group(1)));
    }

    private static boolean acceptsGzip(@Nullable String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        Matcher gzip = GZIP.matcher(acceptEncoding);
        // A weight is zero where it has no digit but zeros.
        return gzip.find() && (gzip.group(1) == null || gzip.group(1).chars().anyMatch(c -> c >= '1' && c <= '9'));
    }

    private static byte[] gzip(byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 2);
        try (OutputStream gzip = new Fast(bytes)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException("compressing in memory", e);
        }
        return bytes.toByteArray();
    }

    private static String mediaType(String contentType) {
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    /** A third of the time of the default level, for a tenth more bytes. */
    private static final class Fast extends GZIPOutputStream {
        Fast(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
