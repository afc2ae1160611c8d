package org.chatbridge.bridge.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.chatbridge.bridge.convert.FrameConverter;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.schema.DeadLetterHeaders;
import org.chatbridge.schema.TopicNames;
import org.junit.jupiter.api.Test;

class RecordsTest {
    private static final TopicNames TOPICS = new TopicNames("t.");

    @Test
    void shouldWriteAWordToThePartitionThatItNames() {
        ProducerRecord<byte[], byte[]> record = record(2);

        assertThat(record.topic()).isEqualTo("t.snapshots");
        assertThat(record.partition()).isEqualTo(2);
    }

    /** Kafka's producer would wait for the partition, and everything else behind it. */
    @Test
    void shouldMakeADeadLetterOfAWordForAPartitionThatThereIsNot() {
        ProducerRecord<byte[], byte[]> record = record(5);

        assertThat(record.topic()).isEqualTo("t.dead-letters");
        assertThat(record.partition()).isNull();
        assertThat(record.value()).isEqualTo(word(5));
        assertThat(new String(
                        record.headers().lastHeader(DeadLetterHeaders.REASON).value(), UTF_8))
                .isEqualTo("a word for partition 5 of t.snapshots, of which there are 3: it was kept since"
                        + " topics.partitions was larger, and the next login makes it anew");
    }

    /** Such as a word for the frame's type that is as large as the frame. */
    @Test
    void shouldCutTheReasonOfADeadLetterButNoPairOfSurrogates() {
        assertThat(reason("x".repeat(1_000))).isEqualTo("x".repeat(1_000));
        assertThat(reason("x".repeat(1_001))).isEqualTo("x".repeat(999) + "…");
        assertThat(reason("x".repeat(998) + "\ud83d\ude00" + "y".repeat(1 << 20)))
                .isEqualTo("x".repeat(998) + "…");
    }

    private static String reason(String reason) {
        ProducerRecord<byte[], byte[]> letter =
                new DeadLetters(TOPICS).of(new Frame("c", 1, 1_000_000, null, Frame.Kind.TEXT, new byte[0]), reason, 0);
        return new String(letter.headers().lastHeader(DeadLetterHeaders.REASON).value(), UTF_8);
    }

    private static ProducerRecord<byte[], byte[]> record(int partition) {
        Map<String, Integer> ids = new HashMap<>();
        Records.schemas(TOPICS).keySet().forEach(topic -> ids.put(topic, 1));
        Frame frame = new Frame("c", 0, 1_000_000, null, Frame.Kind.SNAPSHOT, word(partition));
        return new Records(TOPICS, 3, ids).of(frame, new FrameConverter("0.2").convert(frame));
    }

    private static byte[] word(int partition) {
        return ("{\"action\":\"resync\",\"payload\":{\"entity\":\"resync\",\"id\":\"c\",\"partition\":" + partition
                        + "}}")
                .getBytes(UTF_8);
    }
}
