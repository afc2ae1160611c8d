package org.chatbridge.streams.changes;

import org.chatbridge.program.EventStream;

/** A reader over HTTP. */
record StreamSink(EventStream stream) implements Sink {
    @Override
    public boolean offer(byte[] chunk) {
        return stream.send(chunk);
    }

    @Override
    public void onDrained(Runnable next) {
        stream.whenWritten(next);
    }

    @Override
    public void onClosed(Closed told) {
        stream.onEnd(why -> told.closed(why == EventStream.End.TOO_SLOW));
    }

    @Override
    public void close() {
        stream.end();
    }
}
