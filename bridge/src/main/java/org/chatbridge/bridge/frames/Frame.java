package org.chatbridge.bridge.frames;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * What goes to Kafka, with the bridge's stamp: a frame that LiveChat sent and that is not a response, as it came off the
 * socket, or a word of the bridge's own.
 *
 * @param connectionId the connection that brought it, or that it is about
 * @param sequence of a push its number within the connection, from 1; of the bridge's own words that of the last push they
 *     follow
 * @param receivedAtMicros when it was taken off the socket, or made, microseconds since 1970
 * @param ownAgentId the agent that the connection is logged in as; null before the first login's answer
 * @param bytes what it held, UTF-8 unless binary; not copied, never changed
 */
@SuppressWarnings("ArrayRecordComponent") // frames are never compared, and copying them costs
public record Frame(
        String connectionId,
        long sequence,
        long receivedAtMicros,
        @Nullable String ownAgentId,
        Kind kind,
        byte[] bytes) {

    /** An instant as frames hold it. */
    public static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    /** What the bytes are. */
    public enum Kind {
        /** A text frame of LiveChat's. */
        TEXT(0),
        /** A binary frame, which the protocol does not know. */
        BINARY(1),
        /** What the bridge learned by asking: JSON of {@code action} and {@code payload}, a {@code Snapshot}. */
        SNAPSHOT(2),
        /** What the bridge could not see: the same of a {@code Gap}. */
        GAP(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /** What stands for it in journals on disk: never changed. */
        public int code() {
            return code;
        }

        /** The kind of that code; {@link #TEXT} where there is none. */
        public static Kind of(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            return TEXT;
        }

        /** Whether LiveChat sent it. */
        public boolean isPush() {
            return this == TEXT || this == BINARY;
        }
    }
}
