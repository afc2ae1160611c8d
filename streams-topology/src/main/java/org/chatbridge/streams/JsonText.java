package org.chatbridge.streams;

/** Looks whether a text is JSON that readers of an answer take. Pure. */
final class JsonText {
    /** Many readers take 1,000 levels of a whole answer, some half of them; deeper than that nothing honest is. */
    private static final int MOST_LEVELS = 400;
    /** Many readers take no longer number. */
    private static final int LONGEST_NUMBER = 1_000;

    private final String text;
    private int at;

    private JsonText(String text) {
        this.text = text;
    }

    /** Whether it is one value of RFC 8259, with nothing but blanks around, of not too many levels and no endless numbers. */
    static boolean isOne(String text) {
        JsonText json = new JsonText(text);
        return json.value(MOST_LEVELS) && json.next() == 0 && json.at == text.length();
    }

    /** @param levels how many there may be in it */
    private boolean value(int levels) {
        return switch (next()) {
            case '"' -> string();
            case '{' -> levels > 0 && members('}', levels - 1);
            case '[' -> levels > 0 && members(']', levels - 1);
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    /** Of an object or an array, by what ends it. */
    private boolean members(char end, int levels) {
        at++;
        if (took(end)) {
            return true;
        }
        do {
            if ((end == '}' && !(next() == '"' && string() && took(':'))) || !value(levels)) {
                return false;
            }
        } while (took(','));
        return took(end);
    }

    private boolean took(char c) {
        boolean is = next() == c;
        if (is) {
            at++;
        }
        return is;
    }

    private boolean string() {
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                at = i + 1;
                return true;
            }
            if (c == '\\') {
                at = i + 1;
                if (!escape()) {
                    return false;
                }
                i = at - 1;
            } else if (c < ' ') {
                return false;
            }
        }
        return false;
    }

    private boolean escape() {
        char c = here();
        at++;
        if (c != 'u') {
            return c != 0 && "\"\\/bfnrt".indexOf(c) >= 0;
        }
        for (int end = at + 4; at < end; at++) {
            if (Character.digit(here(), 16) < 0 || here() > 'f') {
                return false;
            }
        }
        return true;
    }

    private boolean word(String word) {
        boolean is = text.startsWith(word, at);
        at += word.length();
        return is;
    }

    private boolean number() {
        int start = at;
        if (here() == '-') {
            at++;
        }
        if (here() == '0') {
            at++;
        } else if (!digits()) {
            return false;
        }
        if (here() == '.') {
            at++;
            if (!digits()) {
                return false;
            }
        }
        if (here() == 'e' || here() == 'E') {
            at++;
            if (here() == '+' || here() == '-') {
                at++;
            }
            if (!digits()) {
                return false;
            }
        }
        return at - start <= LONGEST_NUMBER;
    }

    /** At least one. */
    private boolean digits() {
        int start = at;
        while (here() >= '0' && here() <= '9') {
            at++;
        }
        return at > start;
    }

    /** What comes after blanks; 0 at the end. */
    private char next() {
        char c = here();
        while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            at++;
            c = here();
        }
        return c;
    }

    /** 0 at the end. */
    private char here() {
        return at < text.length() ? text.charAt(at) : 0;
    }
}
