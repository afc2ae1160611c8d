package org.chatbridge.bridge.connection;

import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An open WebSocket; may be used by any thread. */
interface Socket {
    /** Sends a text frame; a failure shows as the end of the connection. */
    void send(String text);

    /**
     * Sends a control frame that the peer answers.
     *
     * @param mark what the answer brings back
     */
    void ping(long mark);

    /** Closes the socket, if it is not closed; returns without waiting for the peer. */
    void close(String reason);

    /** Opens sockets. */
    interface Opener {
        /**
         * Opens a socket and returns when the handshake is done.
         *
         * @param region of LiveChat to ask for; null for none
         * @throws CannotOpenException where it fails or takes too long
         */
        Socket open(URI url, @Nullable String region, Listener listener)
                throws CannotOpenException, InterruptedException;
    }

    /** Hears what comes from a socket, one call at a time, on threads of the WebSocket client. */
    interface Listener {
        /** Something was read, be it a piece of a frame: the peer is alive. */
        default void onBytes() {}

        /** Some of what was read is of a message that is no whole text, or not yet: more may be under way. */
        default void onPiece() {}

        /**
         * A text frame. Reading stops until this returns.
         *
         * @param text UTF-8, for the listener to keep
         */
        void onText(byte[] text);

        /**
         * A text frame that is not UTF-8, for which the socket is closed now.
         *
         * @param bytes what it holds, for the listener to keep
         */
        void onNoText(byte[] bytes);

        /** Nothing more has been read: whoever keeps frames to take them together takes them now. */
        void onAllRead();

        /** A binary frame. Reading stops until this returns. */
        void onBinary(ByteBuffer bytes);

        /**
         * The answer to a control frame.
         *
         * @param mark of the ping; 0 where it brings none back
         */
        void onPong(long mark);

        /** The socket is closed, by whomever: the last call, and there is just one. */
        void onClosed(int code, String reason);
    }

    /** The socket could not be opened; the message says why, as a user would read it. */
    final class CannotOpenException extends Exception {
        private static final long serialVersionUID = 1;

        private final Duration retryAfter;

        /** @param retryAfter how long the peer asks not to be tried again; zero where it does not */
        CannotOpenException(String message, Throwable cause, Duration retryAfter) {
            super(message, cause);
            this.retryAfter = retryAfter;
        }

        Duration retryAfter() {
            return retryAfter;
        }
    }
}
