package org.chatbridge.streams;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.program.Request;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is asked for.
 *
 * @param limit most rows of the answer
 * @param after the key of the last row of the page before; null on the first page
 */
record Paging(int limit, @Nullable String after) {
    static final String LIMIT = "limit";
    static final String CURSOR = "cursor";
    static final int DEFAULT_LIMIT = 100;
    static final int MOST = 1000;

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    /** @throws HttpProblem 400 naming the parameter that is not as expected */
    static Paging of(Request request) {
        return new Paging(
                request.queryParameter(LIMIT).map(Paging::limit).orElse(DEFAULT_LIMIT),
                request.queryParameter(CURSOR).map(Paging::key).orElse(null));
    }

    /** The cursor of the page after the one that ends with this key. Opaque to the client, and never out of date. */
    static String cursor(String lastKey) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(lastKey.getBytes(StandardCharsets.UTF_8));
    }

    private static int limit(String text) {
        int limit = DIGITS.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MOST) {
            throw HttpProblem.badParameter(LIMIT, "expected a whole number from 1 to " + MOST);
        }
        return limit;
    }

    /** @throws HttpProblem 400 where it is no cursor */
    static String key(String cursor) {
        try {
            byte[] key = Base64.getUrlDecoder().decode(cursor);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw HttpProblem.badParameter(CURSOR, "expected next_cursor of an earlier answer");
        }
    }
}
