package org.chatbridge.sandbox;

import java.time.Duration;
import java.util.Scanner;

/** The words of one line, read from the left. What does not fit is a {@link Arguments.BadArgument}. */
final class Words {

    private static final double LONGEST_SECONDS = 86_400;

    private final Scanner words;

    Words(String line) {
        this.words = new Scanner(line.strip());
    }

    boolean hasNext() {
        return words.hasNext();
    }

    String next() {
        if (!words.hasNext()) {
            throw new Arguments.BadArgument("something is missing");
        }
        return words.next();
    }

    /** All that is left, blanks inside included. */
    String rest() {
        String first = next();
        return (first + (words.hasNextLine() ? words.nextLine() : "")).strip();
    }

    int number(int least, int most) {
        String word = next();
        try {
            int number = Integer.parseInt(word);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, as for a number out of range
        }
        throw new Arguments.BadArgument(word + " is no whole number from " + least + " to " + most);
    }

    /** A number of seconds, with a fraction or not. */
    Duration seconds() {
        String word = next();
        try {
            double seconds = Double.parseDouble(word);
            if (seconds >= 0 && seconds <= LONGEST_SECONDS) {
                return Duration.ofMillis(Math.round(seconds * 1000));
            }
        } catch (NumberFormatException e) {
            // said below, as for a number out of range
        }
        throw new Arguments.BadArgument(word + " is no number of seconds from 0 to " + (int) LONGEST_SECONDS);
    }

    void end() {
        if (words.hasNext()) {
            throw new Arguments.BadArgument("'" + words.next() + "' is too much");
        }
    }
}
