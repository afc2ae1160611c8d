package org.chatbridge.streams.changes;

/** One reader as it is written to; never blocks. */
interface Sink {
    /**
     * Sends bytes after those before.
     *
     * @param chunk not changed by anybody any more
     * @return false where the reader has gone or was cut because it does not read
     */
    boolean offer(byte[] chunk);

    /** Calls back once, when what was offered has been handed to the network; never where the reader has gone. */
    void onDrained(Runnable next);

    /** Calls back once, when the reader has gone; {@code cut} where it was too slow. By a thread that holds no lock of ours. */
    void onClosed(Closed told);

    /** Ends the stream; the reader comes back with what it has. */
    void close();

    /** Told of the end. */
    @FunctionalInterface
    interface Closed {
        void closed(boolean cut);
    }
}
