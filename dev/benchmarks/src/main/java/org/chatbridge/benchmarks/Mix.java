package org.chatbridge.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.chatbridge.bridge.convert.Converted;
import org.chatbridge.bridge.convert.FrameConverter;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.schema.WireFormat;

/** Which pushes a benchmark takes. */
public enum Mix {
    /** As the simulated team makes them. */
    TEAM(1),

    /** Longer ones: of those of fewer bytes than {@link #SHORT} three of four are left out, so that a push has some 543 characters. */
    LONGER(4);

    private static final int SHORT = 270;
    private static final int COUNTED = ConversionBenchmark.PUSHES;
    private static final String CONNECTION = "20261122T124747.381419Z-8f9001";
    private static final String AGENT = "agent@example.com";
    private static final long BEGINNING_MICROS = 1_793_606_400_000_000L;

    private final int oneOfShort;

    Mix(int oneOfShort) {
        this.oneOfShort = oneOfShort;
    }

    /** So many pushes of a team of size 1; the same each time. */
    public List<byte[]> frames(int count) {
        return frames(count, 1);
    }

    /**
     * So many pushes; the same each time.
     *
     * @param size of the team, see {@link Frames}
     */
    List<byte[]> frames(int count, int size) {
        List<byte[]> frames = new ArrayList<>(count);
        int shortOnes = 0;
        for (byte[] frame : Frames.of(count * oneOfShort, size)) {
            if (frames.size() < count && (frame.length >= SHORT || ++shortOnes % oneOfShort == 0)) {
                frames.add(frame);
            }
        }
        return frames;
    }

    /** As it stands in options. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Of a push on average: how long it is, as a phrase. */
    String size() {
        FrameConverter converter = new FrameConverter("0.2");
        List<byte[]> frames = frames(COUNTED);
        double characters = frames.stream()
                .mapToInt(frame -> new String(frame, UTF_8).length())
                .average()
                .orElseThrow();
        double bytes = stamped(frames).stream()
                .map(frame -> (Converted.Typed) converter.convert(frame))
                .mapToInt(typed -> typed.value().length - WireFormat.HEADER_BYTES)
                .average()
                .orElseThrow();
        return String.format(Locale.ROOT, "%s %.0f characters, %.0f bytes of Avro", label(), characters, bytes);
    }

    /** The same as they stand in the journal. */
    public static List<Frame> stamped(List<byte[]> frames) {
        List<Frame> stamped = new ArrayList<>(frames.size());
        for (byte[] frame : frames) {
            stamped.add(stamped(frame, stamped.size() + 1));
        }
        return stamped;
    }

    /** One frame as it stands in the journal. */
    static Frame stamped(byte[] frame, long sequence) {
        return new Frame(CONNECTION, sequence, BEGINNING_MICROS + sequence, AGENT, Frame.Kind.TEXT, frame);
    }
}
