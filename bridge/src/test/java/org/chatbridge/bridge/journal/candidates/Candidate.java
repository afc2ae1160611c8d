package org.chatbridge.bridge.journal.candidates;

import java.nio.file.Path;
import org.chatbridge.bridge.frames.Frame;

/** A journal in the fewest operations. Each is done when the operating system has it: kill -9 loses nothing. */
interface Candidate {
    /** Opens it, and says how many frames are in it that were not freed. */
    long open(Path directory) throws Exception;

    void append(Frame frame) throws Exception;

    /** Reads and frees the oldest frame. */
    void takeAndFree() throws Exception;

    void close() throws Exception;
}
