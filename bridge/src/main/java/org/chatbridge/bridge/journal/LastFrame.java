package org.chatbridge.bridge.journal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.chatbridge.bridge.frames.Frame;

/**
 * The stamp of the last push that the journal was given, whether or not Kafka has it: when LiveChat was last seen.
 *
 * @param receivedAtMicros microseconds since 1970
 */
public record LastFrame(String connectionId, long sequence, long receivedAtMicros) {
    /** The same instant by name. */
    public Instant receivedAt() {
        return Instant.EPOCH.plus(receivedAtMicros, ChronoUnit.MICROS);
    }

    static LastFrame of(Frame frame) {
        return new LastFrame(frame.connectionId(), frame.sequence(), frame.receivedAtMicros());
    }
}
