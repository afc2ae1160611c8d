package org.chatbridge.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The far end of one WebSocket connection; the methods that send block until the socket has taken the frame. */
interface Peer {

    /** Path of the URL that it opened. */
    String path();

    void sendText(String frame) throws IOException;

    void sendBinary(ByteBuffer frame) throws IOException;

    /** Sends a close frame and ends the connection. */
    void close(int code, String reason);

    /** Cuts the TCP connection off without a close frame. */
    void drop();

    /** Nano time at which the last bytes came from the client. */
    long lastReadNanos();

    /** Hears of one connection. Never called by two threads at a time. */
    interface Listener {
        void onText(String frame);

        void onClosed();
    }

    /** Makes a listener for every connection that is opened. */
    interface Acceptor {
        Listener accept(Peer peer);
    }
}
