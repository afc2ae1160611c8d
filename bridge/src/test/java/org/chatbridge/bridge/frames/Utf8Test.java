package org.chatbridge.bridge.frames;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Bytes are valid where the JDK's strict decoder makes a text of them, and nowhere else. */
class Utf8Test {
    private static final int MOST_BEFORE = 9;
    private static final int[] FIRST_OF_FOUR = {0xEF, 0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFF};
    private static final int[] SECOND_OF_FOUR = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xED, 0xFF};
    private static final int[] LATER_OF_FOUR = {0x00, 0x61, 0x7F, 0x80, 0x81, 0xBE, 0xBF, 0xC0, 0xC2, 0xFF};

    private final CharsetDecoder decoder = UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final CharBuffer chars = CharBuffer.allocate(2_000);

    @Property(tries = 5_000)
    void shouldAnswerForAnyBytes(@ForAll byte[] bytes) {
        check(bytes);
    }

    @Property(tries = 5_000)
    void shouldAnswerForATextAndForOneThatIsSpoilt(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] text = text(random, random.nextInt(100)).getBytes(UTF_8);
        assertThat(Utf8.isValid(text)).isTrue();
        check(text);

        for (int i = 0; i < 10; i++) {
            int at = random.nextInt(text.length + 1);
            byte[] inserted = Arrays.copyOf(text, text.length + 1);
            System.arraycopy(text, at, inserted, at + 1, text.length - at);
            inserted[at] = (byte) random.nextInt();
            check(inserted);
            check(Arrays.copyOf(text, at));
            check(Arrays.copyOfRange(text, at, text.length));
            if (at < text.length) {
                byte[] changed = text.clone();
                changed[at] = (byte) random.nextInt();
                check(changed);
                byte[] without = Arrays.copyOf(text, text.length - 1);
                System.arraycopy(text, at + 1, without, at, without.length - at);
                check(without);
            }
        }
    }

    @Example
    void shouldTakeEveryCharacterThatThereIs() {
        for (int character = 0; character <= Character.MAX_CODE_POINT; character++) {
            if (!isSurrogate(character)
                    && !Utf8.isValid(Character.toString(character).getBytes(UTF_8))) {
                throw new AssertionError("U+" + Integer.toHexString(character));
            }
        }
    }

    @Example
    void shouldAnswerForEveryOneOrTwoBytes() {
        for (int before = 0; before <= MOST_BEFORE; before++) {
            byte[] one = ascii(before, 1, 0);
            byte[] two = ascii(before, 2, 0);
            byte[] inside = ascii(before, 2, MOST_BEFORE);
            for (int i = 0; i < 1 << 16; i++) {
                if (i < 1 << 8) {
                    one[before] = (byte) i;
                    check(one);
                }
                two[before] = (byte) (i >> 8);
                two[before + 1] = (byte) i;
                check(two);
                inside[before] = (byte) (i >> 8);
                inside[before + 1] = (byte) i;
                check(inside);
            }
        }
    }

    @Example
    void shouldAnswerForEveryThreeBytes() {
        byte[] three = new byte[3];
        boolean[] valid = new boolean[1 << 24];
        for (int i = 0; i < valid.length; i++) {
            put(three, 0, i);
            valid[i] = isText(three);
        }
        for (int before = 0; before <= MOST_BEFORE; before++) {
            byte[] end = ascii(before, 3, 0);
            byte[] inside = ascii(before, 3, MOST_BEFORE);
            for (int i = 0; i < valid.length; i++) {
                put(end, before, i);
                put(inside, before, i);
                if (Utf8.isValid(end) != valid[i] || Utf8.isValid(inside) != valid[i]) {
                    throw new AssertionError(
                            Integer.toHexString(i) + " behind " + before + " of ASCII: not " + valid[i]);
                }
            }
        }
    }

    @Example
    void shouldAnswerForFourBytesAtEveryBoundary() {
        for (int before = 0; before <= MOST_BEFORE; before++) {
            for (int after : new int[] {0, 1, MOST_BEFORE}) {
                byte[] four = ascii(before, 4, after);
                for (int first : FIRST_OF_FOUR) {
                    four[before] = (byte) first;
                    for (int second : SECOND_OF_FOUR) {
                        four[before + 1] = (byte) second;
                        for (int third : LATER_OF_FOUR) {
                            four[before + 2] = (byte) third;
                            for (int fourth : LATER_OF_FOUR) {
                                four[before + 3] = (byte) fourth;
                                check(four);
                            }
                        }
                    }
                }
            }
        }
    }

    private void check(byte[] bytes) {
        if (Utf8.isValid(bytes) != isText(bytes)) {
            throw new AssertionError("for the JDK " + (isText(bytes) ? "" : "no ") + "text: " + Arrays.toString(bytes));
        }
    }

    private boolean isText(byte[] bytes) {
        CharBuffer into = bytes.length <= chars.capacity() ? chars.clear() : CharBuffer.allocate(bytes.length);
        return !decoder.reset().decode(ByteBuffer.wrap(bytes), into, true).isError();
    }

    private static void put(byte[] bytes, int at, int three) {
        bytes[at] = (byte) (three >> 16);
        bytes[at + 1] = (byte) (three >> 8);
        bytes[at + 2] = (byte) three;
    }

    /** Some ASCII, a gap, and some more. */
    private static byte[] ascii(int before, int gap, int after) {
        byte[] bytes = "abcdefghijklmnopqrstuvwxyz".repeat(2).getBytes(US_ASCII);
        return Arrays.copyOf(bytes, before + gap + after);
    }

    private static boolean isSurrogate(int character) {
        return character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
    }

    /** Characters of all planes, with stretches of ASCII among them. */
    private static String text(Random random, int characters) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < characters; i++) {
            int character =
                    switch (random.nextInt(6)) {
                        case 0 -> 0x80 + random.nextInt(0x780);
                        case 1 -> 0x800 + random.nextInt(0xF800);
                        case 2 -> 0x10000 + random.nextInt(0x100000);
                        default -> random.nextInt(0x80);
                    };
            if (isSurrogate(character)) {
                text.append("\uFFFD");
            } else {
                text.appendCodePoint(character);
            }
            if (random.nextInt(20) == 0) {
                text.append("x".repeat(random.nextInt(40)));
            }
        }
        return text.toString();
    }
}
