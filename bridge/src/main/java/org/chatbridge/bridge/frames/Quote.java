package org.chatbridge.bridge.frames;

import java.util.List;
import java.util.regex.Pattern;

/** What somebody else wrote, as it is told on: a frame may be as large as 32 MiB, and its words with it. */
public final class Quote {
    /** Characters. */
    private static final int LONGEST = 1_000;

    /** Characters of a secret: fewer would be found in other words. */
    private static final int SHORTEST_SECRET = 4;

    private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}+");

    private Quote() {}

    /** The same in one line, and no longer than a thousand characters. */
    public static String ofOneLine(String text) {
        return CONTROLS.matcher(cut(text)).replaceAll(" ");
    }

    /**
     * The same with an ellipsis in the place of each secret, and of its beginning where the text ends within it: to be taken before it is cut.
     *
     * @param secrets one of fewer than four characters hides nothing
     */
    public static String without(List<String> secrets, String text) {
        String told = text;
        for (String secret : secrets) {
            if (secret.length() >= SHORTEST_SECRET) {
                told = withoutBeginning(secret, told.replace(secret, "…"));
            }
        }
        return told;
    }

    private static String withoutBeginning(String secret, String text) {
        for (int length = Math.min(secret.length(), text.length()); length >= SHORTEST_SECRET; length--) {
            int end = text.length() - length;
            if (text.startsWith(secret.substring(0, length), end)) {
                return text.substring(0, end) + "…";
            }
        }
        return text;
    }

    /** The same, no longer than a thousand characters. */
    public static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = LONGEST - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }
}
