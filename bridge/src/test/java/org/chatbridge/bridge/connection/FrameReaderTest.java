package org.chatbridge.bridge.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/**
 * However a stream of frames is cut: the listener hears each whole text, the others get every other byte, all in order, up to the first
 * message that is too large.
 */
class FrameReaderTest {
    private static final int FINAL = 0x80;
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    @Property(tries = 1_000)
    void shouldTellEveryFrameToWhomItBelongs(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        int maxBytes = oneOf(random, 125, 126, 1_000, 65_535, 65_536, 200_000, 1 << 20);
        Stream stream = new Stream(maxBytes);
        new Scenes(random, maxBytes, stream).play();

        check(stream, pieces(random, stream.bytes().length));
    }

    /** Also where the length is no number, or with the head no long any more. */
    @Property(tries = 200)
    void shouldEndAtTheHeadOfAFrameThatIsTooLarge(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Stream stream = new Stream(1_000);
        stream.frame(FINAL | TEXT, false, bytes("before"), 7);
        long length =
                switch (random.nextInt(3)) {
                    case 0 -> Long.MIN_VALUE | random.nextLong();
                    case 1 -> Long.MAX_VALUE >> random.nextInt(53);
                    default -> 1_001;
                };
        int opcode = oneOf(random, TEXT, BINARY, CONTINUATION, 3, CLOSE, PING, 15);
        stream.tooLarge(ByteBuffer.allocate(10)
                .put((byte) (FINAL | opcode))
                .put((byte) 127)
                .putLong(length)
                .array());

        check(stream, pieces(random, stream.bytes().length));
    }

    @Example
    void shouldTellAFrameOfSeveralMebibytes() throws IOException {
        int maxBytes = 8 << 20;
        Stream stream = new Stream(maxBytes);
        Random random = new Random(1);
        for (int bytes : List.of(10, 7 << 20, 100, maxBytes, 0, 300, 5, 1 << 20, 70_000, maxBytes + 1)) {
            stream.frame(FINAL | TEXT, false, text(random, bytes), 7);
        }
        assertThat(stream.parts).filteredOn(part -> part.text != null).hasSize(9);

        check(stream, i -> 16_384);
        check(stream, i -> Integer.MAX_VALUE);
        check(stream, i -> 1 + random.nextInt(200_000));
    }

    /** The others end the connection at the first; until they do, no text is anything but a part of what is broken. */
    @Example
    void shouldPassEveryTextFrameThatStandsInsideAMessage() throws IOException {
        Stream stream = new Stream(1_000);
        stream.frame(BINARY, false, bytes("a"), 7);
        stream.frame(FINAL | TEXT, false, bytes("b"), 7);
        stream.frame(FINAL | TEXT, false, bytes("c"), 7);
        stream.frame(FINAL | CONTINUATION, false, bytes("d"), 7);
        stream.frame(FINAL | TEXT, false, bytes("e"), 7);
        assertThat(stream.parts).filteredOn(part -> part.text != null).hasSize(1);

        check(stream, i -> Integer.MAX_VALUE);
    }

    /** Keeps the oracle honest: it must see each kind. */
    @Example
    void shouldExpectOfEachFrameWhatTheProtocolSays() {
        Stream stream = new Stream(5);
        stream.frame(FINAL | TEXT, false, bytes("whole"), 7);
        stream.frame(FINAL | TEXT, true, bytes("mask"), 7);
        stream.frame(FINAL | 0x40 | TEXT, false, bytes("rsv1"), 7);
        stream.frame(FINAL | TEXT, false, new byte[] {'a', (byte) 0xFF}, 7);
        stream.frame(FINAL | BINARY, false, bytes("bin"), 7);
        stream.frame(TEXT, false, bytes("be"), 7);
        stream.frame(FINAL | PING, false, bytes(""), 7);
        stream.frame(FINAL | TEXT, false, bytes("in"), 7);
        stream.frame(FINAL | CONTINUATION, false, bytes("end"), 7);
        stream.frame(FINAL | TEXT, false, bytes(""), 7);

        assertThat(stream.parts.stream().filter(part -> part.text != null).map(part -> new String(part.bytes, UTF_8)
                        .substring(2)))
                .containsExactly("whole", "");
        assertThat(stream.parts).filteredOn(part -> part.noText != null).hasSize(1);

        stream.frame(TEXT, false, bytes("abc"), 7);
        stream.frame(CONTINUATION, false, bytes("de"), 7);
        assertThat(stream.tooLarge).isFalse();
        stream.frame(FINAL | CONTINUATION, false, bytes("f"), 7);
        assertThat(stream.tooLarge).isTrue();
    }

    private static void check(Stream stream, IntUnaryOperator pieces) throws IOException {
        Told told = new Told();
        Cut in = new Cut(stream, told, pieces);

        FrameReader reader = new FrameReader(told, told::others, stream.maxBytes);
        if (stream.tooLarge) {
            assertThatThrownBy(() -> reader.read(in)).isInstanceOf(FrameReader.TooLargeException.class);
        } else {
            reader.read(in);
            assertThat(in.at).isEqualTo(stream.bytes().length);
        }
        told.assertHas(stream.upTo(stream.bytes().length));
    }

    /** How many bytes the nth read gives at most. */
    private static IntUnaryOperator pieces(Random random, int streamBytes) {
        return switch (random.nextInt(6)) {
            case 0 -> streamBytes < 5_000 ? i -> 1 : i -> 1 + random.nextInt(3_000);
            case 1 -> streamBytes < 50_000 ? i -> 1 + random.nextInt(20) : i -> 1_460;
            case 2 -> i -> i % 3 == 0 ? 1 : 1 + random.nextInt(70_000);
            case 3 -> i -> 16_384;
            case 4 -> i -> 65_535 + random.nextInt(3);
            default -> i -> Integer.MAX_VALUE;
        };
    }

    private static int oneOf(Random random, int... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** UTF-8 of just that many bytes, with characters of one to four bytes or of one alone. */
    private static byte[] text(Random random, int count) {
        List<byte[]> characters = List.of(bytes("é"), bytes("€"), bytes("\uD83D\uDE00"));
        boolean ascii = random.nextBoolean();
        byte[] text = new byte[count];
        int at = 0;
        while (at < count) {
            byte[] character = ascii || random.nextInt(4) > 0
                    ? new byte[] {(byte) random.nextInt(128)}
                    : characters.get(random.nextInt(characters.size()));
            if (character.length <= count - at) {
                System.arraycopy(character, 0, text, at, character.length);
                at += character.length;
            }
        }
        return text;
    }

    /**
     * One frame, RFC 6455, 5.2.
     *
     * @param first FIN, RSV and the opcode
     * @param lengthBits how the length is written: in 7, 16 or 64 bits; in more where it does not fit
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Frame(int first, boolean masked, byte[] payload, int lengthBits) {
        byte[] bytes() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            int mask = masked ? 0x80 : 0;
            bytes.write(first);
            if (payload.length < 126 && lengthBits == 7) {
                bytes.write(mask | payload.length);
            } else if (payload.length < 65_536 && lengthBits <= 16) {
                bytes.write(mask | 126);
                bytes.writeBytes(
                        ByteBuffer.allocate(2).putShort((short) payload.length).array());
            } else {
                bytes.write(mask | 127);
                bytes.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
            }
            if (masked) {
                bytes.writeBytes(new byte[] {1, 2, 3, 4});
            }
            bytes.writeBytes(payload);
            return bytes.toByteArray();
        }
    }

    /**
     * A frame of the stream, and whose it is.
     *
     * @param text what the listener gets; null where the others get all of it
     * @param noText what the listener gets besides, not being UTF-8; null where it is, or no text
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Part(byte[] bytes, byte @Nullable [] text, byte @Nullable [] noText, int end) {}

    /** The bytes of some frames, and what is to be made of them: the oracle. */
    private static final class Stream {
        private final int maxBytes;
        private final List<Part> parts = new ArrayList<>();
        private final ByteArrayOutputStream all = new ByteArrayOutputStream();
        private boolean insideMessage;
        private long messageBytes;
        private boolean tooLarge;

        Stream(int maxBytes) {
            this.maxBytes = maxBytes;
        }

        /** Adds a frame, unless one before was too large. */
        void frame(int first, boolean masked, byte[] payload, int lengthBits) {
            int opcode = first & 15;
            boolean last = (first & FINAL) != 0;
            boolean whole = first == (FINAL | TEXT) && !masked && !insideMessage;
            byte[] bytes = new Frame(first, masked, payload, lengthBits).bytes();
            long together = payload.length + (opcode == CONTINUATION ? messageBytes : 0);
            if (together > maxBytes) {
                tooLarge(bytes);
            } else {
                add(bytes, whole && isUtf8(payload) ? payload : null, whole && !isUtf8(payload) ? payload : null);
            }
            if ((opcode == TEXT || opcode == BINARY) && !last) {
                insideMessage = true;
                messageBytes = together;
            } else if (opcode == CONTINUATION) {
                insideMessage = insideMessage && !last;
                messageBytes = last ? 0 : together;
            }
        }

        void tooLarge(byte[] bytes) {
            if (!tooLarge) {
                all.writeBytes(bytes);
            }
            tooLarge = true;
        }

        private void add(byte[] bytes, byte @Nullable [] text, byte @Nullable [] noText) {
            if (!tooLarge) {
                all.writeBytes(bytes);
                parts.add(new Part(bytes, text, noText, all.size()));
            }
        }

        byte[] bytes() {
            return all.toByteArray();
        }

        /** Whether bytes from one index to another belong to a frame of data that does not end there as a whole text. */
        boolean hasPieces(int from, int to) {
            int begin = 0;
            for (Part part : parts) {
                boolean read = begin < to && part.end > from;
                if (read && (part.bytes[0] & CLOSE) == 0 && (part.end > to || part.text == null)) {
                    return true;
                }
                begin = part.end;
            }
            return to > begin && (bytes()[begin] & CLOSE) == 0;
        }

        /** What is to be told of the frames that are whole at that index. */
        Told upTo(int at) {
            Told told = new Told();
            for (Part part : parts) {
                if (part.end <= at && part.text != null) {
                    told.onText(part.text);
                } else if (part.end <= at) {
                    if (part.noText != null) {
                        told.onNoText(part.noText);
                    }
                    told.onAllRead();
                    told.others(ByteBuffer.wrap(part.bytes));
                }
            }
            told.onAllRead();
            return told;
        }

        private static boolean isUtf8(byte[] bytes) {
            try {
                UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
                return true;
            } catch (CharacterCodingException e) {
                return false;
            }
        }
    }

    /** Draws frames of every kind. */
    private record Scenes(Random random, int maxBytes, Stream stream) {
        void play() {
            for (int i = 1 + random.nextInt(12); i > 0; i--) {
                switch (random.nextInt(12)) {
                    case 0 -> data(FINAL | TEXT, spoilt(text(random, length())));
                    case 1 -> data(FINAL | TEXT | (1 + random.nextInt(7)) << 4, text(random, length()));
                    case 2 -> stream.frame(FINAL | TEXT, true, text(random, length()), lengthBits());
                    case 3 -> data(FINAL | BINARY, bytes(random, length()));
                    case 4 -> data(FINAL | oneOf(random, CONTINUATION, 3, 7, 11, 15), bytes(random, length()));
                    case 5 -> control();
                    case 6 -> message();
                    default -> data(FINAL | TEXT, text(random, length()));
                }
            }
        }

        /** In fragments, with control frames between them, and sometimes a text that may not stand there. */
        private void message() {
            data(random.nextBoolean() ? TEXT : BINARY, text(random, length()));
            boolean strange = random.nextInt(3) == 0;
            for (int i = random.nextInt(5); i > 0; i--) {
                if (strange) {
                    data(FINAL | TEXT, text(random, length()));
                    strange = false;
                } else if (random.nextBoolean()) {
                    data(CONTINUATION, text(random, length()));
                } else {
                    control();
                }
            }
            data(FINAL | CONTINUATION, text(random, length()));
        }

        private void control() {
            stream.frame(FINAL | oneOf(random, CLOSE, PING, PONG), false, bytes(random, random.nextInt(126)), 7);
        }

        private void data(int first, byte[] payload) {
            stream.frame(first, false, payload, lengthBits());
        }

        private int lengthBits() {
            return random.nextInt(4) > 0 ? 7 : oneOf(random, 16, 64);
        }

        private int length() {
            return switch (random.nextInt(8)) {
                case 0 -> oneOf(random, 0, 1, 125, 126, 127, 65_535, 65_536);
                case 1 -> 65_536 - 20 + random.nextInt(40);
                case 2 -> Math.max(0, maxBytes - 1 + random.nextInt(3)) % 400_000;
                case 3 -> random.nextInt(10) == 0 ? random.nextInt(400_000) : random.nextInt(10_000);
                default -> random.nextInt(300);
            };
        }

        private byte[] spoilt(byte[] text) {
            byte[][] wrong = {
                {(byte) 0xFF},
                {(byte) 0x80},
                {(byte) 0xC0, (byte) 0x80},
                {(byte) 0xE2, (byte) 0x82},
                {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
                {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80}
            };
            byte[] put = wrong[random.nextInt(wrong.length)];
            int at = random.nextInt(text.length + 1);
            byte[] spoilt = Arrays.copyOf(text, text.length + put.length);
            System.arraycopy(put, 0, spoilt, at, put.length);
            System.arraycopy(text, at, spoilt, at + put.length, text.length - at);
            return spoilt;
        }
    }

    /** Writes down what is told, in order; what the others get is one piece until the next text. */
    private static final class Told implements Socket.Listener {
        private final List<Object> words = new ArrayList<>();
        private int texts;
        private int otherBytes;
        private int reads;
        private boolean pieces;
        private boolean allRead = true;

        @SuppressWarnings("ArrayRecordComponent") // never compared
        private record NoText(byte[] bytes) {}

        @Override
        public void onBytes() {
            reads++;
        }

        @Override
        public void onPiece() {
            pieces = true;
        }

        @Override
        public void onText(byte[] text) {
            words.add(text);
            texts++;
            allRead = false;
        }

        @Override
        public void onNoText(byte[] bytes) {
            words.add(new NoText(bytes));
            allRead = false;
        }

        @Override
        public void onAllRead() {
            allRead = true;
        }

        void others(ByteBuffer bytes) {
            assertThat(allRead).as("all read before the others hear").isTrue();
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            if (words.isEmpty() || !(words.get(words.size() - 1) instanceof ByteArrayOutputStream)) {
                words.add(new ByteArrayOutputStream());
            }
            ((ByteArrayOutputStream) words.get(words.size() - 1)).writeBytes(copy);
            otherBytes += copy.length;
        }

        void assertHas(Told expected) {
            assertThat(allRead).as("all read at the end").isTrue();
            assertThat(words).hasSameSizeAs(expected.words);
            for (int i = 0; i < words.size(); i++) {
                assertThat(words.get(i)).hasSameClassAs(expected.words.get(i));
                assertThat(Arrays.equals(bytes(words.get(i)), bytes(expected.words.get(i))))
                        .as("word %s of %s", i, words.size())
                        .isTrue();
            }
        }

        private static byte[] bytes(Object word) {
            return word instanceof ByteArrayOutputStream other
                    ? other.toByteArray()
                    : word instanceof NoText noText ? noText.bytes : (byte[]) word;
        }

        @Override
        public void onBinary(ByteBuffer bytes) {
            throw new AssertionError("for the others");
        }

        @Override
        public void onPong(long mark) {
            throw new AssertionError("for the others");
        }

        @Override
        public void onClosed(int code, String reason) {
            throw new AssertionError("for the others");
        }
    }

    /** Gives a stream in pieces; before each, all that was whole in those before must have been told. */
    private static final class Cut extends InputStream {
        private final Stream stream;
        private final byte[] bytes;
        private final Told told;
        private final IntUnaryOperator pieces;
        private int at;
        private int before;
        private int reads;
        private int part;
        private int texts;
        private int otherBytes;

        Cut(Stream stream, Told told, IntUnaryOperator pieces) {
            this.stream = stream;
            this.bytes = stream.bytes();
            this.told = told;
            this.pieces = pieces;
        }

        @Override
        public int read() {
            throw new AssertionError("byte by byte");
        }

        @Override
        public int read(byte[] target, int from, int length) {
            assertThat(length).as("room to read into").isPositive();
            assertThat(told.reads).as("reads told of").isEqualTo(reads);
            assertThat(told.pieces).as("more may be under way").isEqualTo(stream.hasPieces(before, at));
            told.pieces = false;
            before = at;
            for (; part < stream.parts.size() && stream.parts.get(part).end <= at; part++) {
                boolean text = stream.parts.get(part).text != null;
                texts += text ? 1 : 0;
                otherBytes += text ? 0 : stream.parts.get(part).bytes.length;
            }
            assertThat(told.texts).as("texts told of the first %s bytes", at).isEqualTo(texts);
            assertThat(told.otherBytes).as("passed of the first %s bytes", at).isGreaterThanOrEqualTo(otherBytes);
            assertThat(told.allRead).as("all read").isTrue();
            int piece = Math.min(Math.min(length, pieces.applyAsInt(reads++)), bytes.length - at);
            assertThat(piece > 0 || at == bytes.length)
                    .as("an end before the end")
                    .isTrue();
            System.arraycopy(bytes, at, target, from, piece);
            at += piece;
            return piece == 0 ? -1 : piece;
        }
    }
}
