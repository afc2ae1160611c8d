package org.chatbridge.bridge.delivery;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.Quote;
import org.chatbridge.schema.DeadLetterHeaders;
import org.chatbridge.schema.TopicNames;

/** The one place where a frame becomes a dead letter: its exact bytes, and why in the headers. */
record DeadLetters(TopicNames topics) {
    /**
     * The record of a frame that could not be decoded, or whose own record Kafka cannot take.
     *
     * @param reason a sentence; it is cut where it is as long as a frame can be that it quotes
     * @param position byte offset in the frame, 0 for the frame as a whole
     */
    ProducerRecord<byte[], byte[]> of(Frame frame, String reason, long position) {
        return new ProducerRecord<>(
                topics.deadLetters(),
                null,
                Records.millis(frame),
                frame.connectionId().getBytes(StandardCharsets.UTF_8),
                frame.bytes(),
                List.of(
                        header(DeadLetterHeaders.CONNECTION_ID, frame.connectionId()),
                        header(DeadLetterHeaders.SEQUENCE, Long.toString(frame.sequence())),
                        header(
                                DeadLetterHeaders.RECEIVED_AT,
                                Instant.EPOCH
                                        .plus(frame.receivedAtMicros(), ChronoUnit.MICROS)
                                        .toString()),
                        header(DeadLetterHeaders.REASON, Quote.cut(reason)),
                        header(DeadLetterHeaders.POSITION, Long.toString(position))));
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
