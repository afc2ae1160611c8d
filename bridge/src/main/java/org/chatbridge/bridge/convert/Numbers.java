package org.chatbridge.bridge.convert;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Numbers written as text. */
final class Numbers {
    private static final int LONGEST = 40;

    private Numbers() {}

    /**
     * A whole number of 64 bits from the text of a JSON number; null where it has a fraction, does not fit, or is longer
     * than any such number need be.
     */
    static @Nullable Long whole(String json) {
        if (json.length() > LONGEST) {
            return null;
        }
        try {
            return new BigDecimal(json).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            return null; // the value is kept as text by the caller
        }
    }

    /**
     * A whole number of 64 bits from the content of a string; null unless the string is that number's usual form, so that
     * the number says all that the string said.
     */
    static @Nullable Long wholeInString(String text) {
        if (text.isEmpty() || text.length() > 20) {
            return null;
        }
        try {
            long value = Long.parseLong(text);
            return Long.toString(value).equals(text) ? value : null;
        } catch (NumberFormatException e) {
            return null; // the value is kept as text by the caller
        }
    }
}
