package org.chatbridge.program;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tokens that are accepted, as digests: who can read them still has no token. */
final class Tokens {
    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9._-]{1,64}):([0-9A-Fa-f]{64})");
    private static final String EXPECTED =
            "expected name:sha256, a name of letters, digits, dots, underscores and hyphens, and 64 hexadecimal digits";

    private final Map<String, byte[]> digestsByName;

    private Tokens(Map<String, byte[]> digestsByName) {
        this.digestsByName = digestsByName;
    }

    /**
     * Reads {@code name:sha256-hex}, one a line; blank lines and those that begin with {@code #} are skipped.
     *
     * @throws IllegalArgumentException where a line is none, a name is there twice, or there is no token; the message
     *     names the line, and repeats nothing of it
     */
    static Tokens parse(List<String> lines) {
        Map<String, byte[]> digests = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("line " + (i + 1) + ": " + EXPECTED);
            }
            if (digests.put(matcher.group(1), HexFormat.of().parseHex(matcher.group(2))) != null) {
                throw new IllegalArgumentException(
                        "line " + (i + 1) + ": expected another name than in a line above: " + matcher.group(1));
            }
        }
        if (digests.isEmpty()) {
            throw new IllegalArgumentException("no token in it; " + EXPECTED);
        }
        return new Tokens(digests);
    }

    List<String> names() {
        return List.copyOf(digestsByName.keySet());
    }

    /** The name of the token; empty where it is none of these. Takes as long whichever it is. */
    Optional<String> nameOf(String token) {
        byte[] digest = digest(token);
        List<String> names = new ArrayList<>(1);
        digestsByName.forEach((name, accepted) -> {
            if (MessageDigest.isEqual(digest, accepted)) {
                names.add(name);
            }
        });
        return names.stream().findFirst();
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
