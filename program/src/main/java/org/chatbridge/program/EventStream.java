package org.chatbridge.program;

import java.util.function.Consumer;

/**
 * One reader of a stream that a route answers with: takes bytes as they are ready and never blocks. Any thread may call,
 * also several at once; chunks are sent in the order in which {@link #send} was called.
 *
 * <p>Nothing is sent, not even the status, before the first chunk: until then the stream can be {@link #refuse refused}.
 * That a client has gone shows only when something is written to it, at the second write at the latest: the
 * producer must write now and then (a heartbeat), also where it has nothing to say.
 */
public interface EventStream {
    /** Why a stream ended. */
    enum End {
        /** The producer said so, with {@link #end} or {@link #refuse}, or by not sending anything for too long at first. */
        ENDED,
        /** The client closed the connection, or it broke. */
        CLIENT_GONE,
        /** The client did not read as fast as the producer wrote; its connection was closed in the middle. */
        TOO_SLOW,
        /** Its token is accepted no longer; its connection was closed. */
        UNAUTHORIZED,
        /** The server stops. */
        STOPPED
    }

    /**
     * Sends bytes; they are written to the client as fast as it reads, by other threads. To a HEAD request the first chunk
     * is answered with the headers alone, and the stream ends.
     *
     * @param chunk not copied, and not changed by anybody any more: the same array may be sent to many streams
     * @return false where the stream has ended, also just now because too much is waiting to be written; a chunk of any
     *     size is taken where nothing waits
     */
    boolean send(byte[] chunk);

    /**
     * Calls back once, when all that was sent until then has been handed to the network: for a producer with more to send
     * than may wait. At once, by this thread, where nothing waits; by an HTTP thread later; never where the stream has
     * ended.
     */
    void whenWritten(Runnable next);

    /**
     * Answers with a problem in place of the stream.
     *
     * @return false, and without effect, where the first chunk was sent or the stream has ended
     */
    boolean refuse(HttpProblem problem);

    /** Ends the answer after what was sent. */
    void end();

    /** Calls back once, when the stream has ended for whatever reason, by an HTTP thread: the place to forget it. */
    void onEnd(Consumer<End> told);
}
