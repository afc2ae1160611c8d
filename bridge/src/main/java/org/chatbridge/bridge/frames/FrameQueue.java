package org.chatbridge.bridge.frames;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one way from the socket to Kafka: frames in the order of their arrival, each kept until Kafka has its record.
 *
 * <p>One thread at a time puts, one takes, any thread says what was delivered.
 */
public interface FrameQueue {
    /**
     * A frame on its way.
     *
     * @param position counts all frames ever put, from 0
     */
    record Entry(long position, Frame frame) {}

    /** Adds a frame; waits while the queue is full, so that the socket is not read. */
    void put(Frame frame) throws InterruptedException;

    /**
     * Adds frames, in their order.
     *
     * @throws InterruptedException where the wait for room is given up; the first of them may have been added
     */
    default void put(List<Frame> frames) throws InterruptedException {
        for (Frame frame : frames) {
            put(frame);
        }
    }

    /** The next frame in order that was not taken yet; null where none came in time. */
    @Nullable
    Entry take(Duration timeout) throws InterruptedException;

    /**
     * Says that Kafka has the record of the entry at that position; it is freed once all before it are delivered too.
     *
     * @return whether any is freed by that
     */
    boolean delivered(long position);

    /** The same of an entry. */
    default boolean delivered(Entry entry) {
        return delivered(entry.position());
    }

    /** Takes up again at the oldest frame that is not delivered: what was taken and not delivered is offered once more. */
    void rewind();

    /** Frames put and not yet freed. */
    long pending();

    /** Bytes of the frames put and not yet freed. */
    long bytes();

    /** Whether {@link #put} is waiting for room. */
    boolean isFull();
}
