package org.chatbridge.program;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the query of a request: all of it, or none. A parameter that was dropped would change the answer in silence. */
final class QueryString {
    private static final int HEXADECIMAL = 16;

    private QueryString() {}

    /**
     * The values of each parameter, decoded.
     *
     * @param query as on the wire; null where there is none
     * @throws HttpProblem 400 naming the parameter that is not percent-encoded UTF-8
     */
    static Map<String, List<String>> parameters(@Nullable String query) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String parameter : (query == null ? "" : query).split("&", -1)) {
            if (!parameter.isEmpty()) {
                int equals = parameter.indexOf('=');
                String name = equals < 0 ? parameter : parameter.substring(0, equals);
                String value = equals < 0 ? "" : parameter.substring(equals + 1);
                parameters
                        .computeIfAbsent(decoded(name, name), first -> new ArrayList<>())
                        .add(decoded(value, name));
            }
        }
        return parameters;
    }

    private static String decoded(String text, String name) {
        byte[] encoded = text.replace('+', ' ').getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length);
        try {
            for (int i = 0; i < encoded.length; i++) {
                if (encoded[i] == '%') {
                    bytes.write(digit(encoded, ++i) * HEXADECIMAL + digit(encoded, ++i));
                } else {
                    bytes.write(encoded[i]);
                }
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw HttpProblem.badParameter(name, "expected UTF-8, percent-encoded");
        }
    }

    private static int digit(byte[] encoded, int index) throws CharacterCodingException {
        int digit = index < encoded.length ? Character.digit(encoded[index], HEXADECIMAL) : -1;
        if (digit < 0) {
            throw new CharacterCodingException();
        }
        return digit;
    }
}
