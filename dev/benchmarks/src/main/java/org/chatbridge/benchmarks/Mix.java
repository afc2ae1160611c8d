package org.chatbridge.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.chatbridge.bridge.frames.Frame;

/** Which pushes a benchmark takes. */
public enum Mix {
    /** As the simulated team makes them. */
    TEAM(1),

    /** Longer ones: those of fewer characters than {@link #SHORT} are mostly left out. */
    LONGER(2);

    private static final int SHORT = 350;
    private static final String CONNECTION = "20261122T124747.381419Z-8f9001";
    private static final String AGENT = "agent@example.com";
    private static final long BEGINNING_MICROS = 1_793_606_400_000_000L;

    private final int oneOfShort;

    Mix(int oneOfShort) {
        this.oneOfShort = oneOfShort;
    }

    /** So many pushes; the same each time. */
    public List<byte[]> frames(int count) {
        List<byte[]> frames = new ArrayList<>(count);
        int shortOnes = 0;
        for (byte[] frame : Frames.of(count * oneOfShort, 1)) {
            if (frames.size() < count && (frame.length >= SHORT || ++shortOnes % oneOfShort == 0)) {
                frames.add(frame);
            }
        }
        return frames;
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
