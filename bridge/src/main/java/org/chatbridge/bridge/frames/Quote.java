package org.chatbridge.bridge.frames;

import java.util.regex.Pattern;

/** What somebody else wrote, as it is told on: a frame may be as large as 32 MiB, and its words with it. */
public final class Quote {
    /** Characters. */
    private static final int LONGEST = 1_000;

    private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}+");

    private Quote() {}

    /** The same in one line, and no longer than a thousand characters. */
    public static String ofOneLine(String text) {
        return CONTROLS.matcher(cut(text)).replaceAll(" ");
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
