package org.chatbridge.bridge.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file of the journal. Its name tells the position of its first entry and the mark of its entries; it begins with
 * {@link #header}, whose last byte is the version of the format.
 */
final class Segment {
    static final int VERSION = 1;
    static final int HEADER_BYTES = 8;
    private static final Pattern NAME = Pattern.compile("(\\d{19})-([0-9a-f]{16})\\.journal");
    private static final byte[] MAGIC = "CBJRNL\n".getBytes(US_ASCII);

    private final Path path;
    private final long firstPosition;
    private final long mark;
    private volatile long endOffset;

    private Segment(Path path, long firstPosition, long mark) {
        this.path = path;
        this.firstPosition = firstPosition;
        this.mark = mark;
    }

    /** One that does not exist yet. */
    static Segment named(Path directory, long firstPosition, long mark) {
        return new Segment(
                directory.resolve(String.format(Locale.ROOT, "%019d-%016x.journal", firstPosition, mark)),
                firstPosition,
                mark);
    }

    /** The one that a file is; empty where its name is none of a segment. */
    static Optional<Segment> of(Path path) {
        Matcher name = NAME.matcher(String.valueOf(path.getFileName()));
        return name.matches()
                ? Optional.of(
                        new Segment(path, Long.parseLong(name.group(1)), Long.parseUnsignedLong(name.group(2), 16)))
                : Optional.empty();
    }

    static byte[] header() {
        byte[] header = Arrays.copyOf(MAGIC, HEADER_BYTES);
        header[HEADER_BYTES - 1] = VERSION;
        return header;
    }

    static boolean hasMagic(byte[] header) {
        return Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    Path path() {
        return path;
    }

    String fileName() {
        return String.valueOf(path.getFileName());
    }

    long firstPosition() {
        return firstPosition;
    }

    long mark() {
        return mark;
    }

    /** Bytes up to the end of the last whole entry. */
    long endOffset() {
        return endOffset;
    }

    /** Entries up to here may be read; by who appends. */
    void endsAt(long offset) {
        endOffset = offset;
    }
}
