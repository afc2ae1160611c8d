package org.chatbridge.bridge.connection;

import org.jspecify.annotations.Nullable;

/** What the supervisor is told; {@code attempt} says of which attempt to connect, so that late words are not mistaken. */
sealed interface Signal {
    /** The socket is open. */
    record Opened(int attempt, Socket socket) implements Signal {}

    /** The socket could not be opened, or is closed: the last word of an attempt. */
    record Closed(int attempt, String reason) implements Signal {}

    /** LiveChat answered a request. */
    record Answered(int attempt, Reply reply) implements Signal {}

    /** LiveChat said why it will close the connection. */
    record Dismissed(
            int attempt, @Nullable String reason, @Nullable String region) implements Signal {}

    /** A push says that an agent accepts chats. */
    record AcceptingChats(String agentId, String connectionId, long sequence) implements Signal {}

    /** The program is to end. */
    record StopRequested() implements Signal {}
}
