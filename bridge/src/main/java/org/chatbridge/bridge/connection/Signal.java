package org.chatbridge.bridge.connection;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What the supervisor is told; {@code attempt} says of which attempt to connect, so that late words are not mistaken. */
sealed interface Signal {
    /** The socket is open. */
    record Opened(int attempt, Socket socket) implements Signal {}

    /**
     * The socket could not be opened, or is closed: the last word of an attempt.
     *
     * @param retryAfter the least wait before the next that the peer asks for
     */
    record Closed(int attempt, String reason, Duration retryAfter) implements Signal {
        Closed(int attempt, String reason) {
            this(attempt, reason, Duration.ZERO);
        }
    }

    /**
     * LiveChat answered a request.
     *
     * @param sequence of the last push before the answer
     */
    record Answered(int attempt, Reply reply, long sequence) implements Signal {}

    /** A ping of the WebSocket is answered, by LiveChat or by who stands before it: what came before that was read. */
    record Proven(int attempt) implements Signal {}

    /** LiveChat said why it will close the connection. */
    record Dismissed(
            int attempt, @Nullable String reason, @Nullable String region) implements Signal {}

    /**
     * A push says that the bridge's own agent accepts chats.
     *
     * @param sequence of that push
     */
    record AcceptingChats(int attempt, long sequence) implements Signal {}

    /** A push says that a chat is open. */
    record ChatOpened(int attempt, OpenChat chat) implements Signal {}

    /**
     * It is this bridge's turn to be connected, or no longer.
     *
     * @param done counted down when it is handled
     */
    record Turn(boolean ours, CountDownLatch done) implements Signal {
        private static final long PATIENCE_S = 5;

        Turn(boolean ours) {
            this(ours, new CountDownLatch(1));
        }

        void handled() {
            done.countDown();
        }

        void awaitHandled() {
            try {
                if (!done.await(PATIENCE_S, TimeUnit.SECONDS)) {
                    LoggerFactory.getLogger(Signal.class).error("the supervisor has not ended the turn in time");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The program is to end. */
    record StopRequested() implements Signal {}
}
