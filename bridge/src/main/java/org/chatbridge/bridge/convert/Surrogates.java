package org.chatbridge.bridge.convert;

/** Halves of UTF-16 pairs, which JSON's escapes can write alone and UTF-8, so Avro, cannot. */
final class Surrogates {
    private Surrogates() {}

    /** Whether the text can be written as UTF-8 without loss. */
    static boolean arePaired(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** The text with U+FFFD in place of each half that stands alone. */
    static String replaceUnpaired(String text) {
        StringBuilder replaced = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 0xFFFD : point)
                .forEach(replaced::appendCodePoint);
        return replaced.toString();
    }
}
