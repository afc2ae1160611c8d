package org.chatbridge.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many pushes a second.
 *
 * @param number a second; where {@code ofTop}, of a hundred at the top rate
 * @param ofTop whether the top rate has to be known
 */
record PushRate(int number, boolean ofTop) {
    private static final Pattern RATE = Pattern.compile("([0-9]{1,6})(%?)");
    private static final int LEAST = 100;
    private static final int MOST = 100_000;

    /**
     * Reads such as {@code 1000}, or {@code 10%,50%,2000}.
     *
     * @param mistakes gets a line where it is anything else
     */
    static List<PushRate> list(String key, String text, List<String> mistakes) {
        List<PushRate> rates = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            Matcher rate = RATE.matcher(one);
            int number = rate.matches() ? Integer.parseInt(rate.group(1)) : 0;
            boolean ofTop = rate.matches() && !rate.group(2).isEmpty();
            if (ofTop ? number < 1 || number > 100 : number < LEAST || number > MOST) {
                mistakes.add("-D" + key + "=" + text + ": expected a whole number from " + LEAST + " to " + MOST
                        + ", or from 1% to 100% of the top rate, or several with commas between them");
                return List.of(new PushRate(LEAST, false));
            }
            rates.add(new PushRate(number, ofTop));
        }
        return rates;
    }

    /** Pushes a second, at least one. */
    int perSecond(double top) {
        return ofTop ? (int) Math.max(1, top * number / 100) : number;
    }
}
