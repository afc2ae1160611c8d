package org.chatbridge.bridge.frames;

import org.jspecify.annotations.Nullable;

/**
 * A frame that LiveChat sent and that is not a response, as it came off the socket, with the bridge's stamp.
 *
 * @param connectionId the connection that brought it
 * @param sequence its number within the connection, from 1
 * @param receivedAtMicros when it was taken off the socket, microseconds since 1970
 * @param ownAgentId the agent that the connection is logged in as; null before the first login's answer
 * @param binary whether it was a binary frame, which the protocol does not know
 * @param bytes what it held, UTF-8 unless binary; not copied, never changed
 */
@SuppressWarnings("ArrayRecordComponent") // frames are never compared, and copying them costs
public record Frame(
        String connectionId,
        long sequence,
        long receivedAtMicros,
        @Nullable String ownAgentId,
        boolean binary,
        byte[] bytes) {}
