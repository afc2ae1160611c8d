package org.chatbridge.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.HdrHistogram.Histogram;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.chatbridge.avro.Push;
import org.chatbridge.schema.WireFormat;

/**
 * How long after it was due each push was appended by the broker, whose clock has whole milliseconds; a sender that is late
 * counts too, so nothing is omitted in coordination.
 */
final class Delays {
    private static final long MOST_MICROS = 600_000_000;

    private final GenericDatumReader<GenericRecord> pushes = new GenericDatumReader<>(Push.getClassSchema());
    private final Histogram all = new Histogram(MOST_MICROS, 3);
    private final Histogram firstSecond = new Histogram(MOST_MICROS, 3);
    private final long beganMicros;
    private final int rate;
    private final int warm;

    /**
     * @param beganMicros when the first that counts was sent
     * @param warm pushes before it
     */
    Delays(long beganMicros, int rate, int warm) {
        this.beganMicros = beganMicros;
        this.rate = rate;
        this.warm = warm;
    }

    /** One record; its push's sequence says which it was. */
    void add(ConsumerRecord<byte[], byte[]> record) {
        long index = sequence(record) - 1 - warm;
        if (index < 0) {
            return;
        }
        long due = beganMicros + index * 1_000_000 / rate;
        long delay = Math.min(MOST_MICROS, Math.max(0, record.timestamp() * 1_000 + 500 - due));
        all.recordValue(delay);
        if (index < rate) {
            firstSecond.recordValue(delay);
        }
    }

    double percentileMs(double percent) {
        return all.getValueAtPercentile(percent) / 1e3;
    }

    double firstSecondPercentileMs(double percent) {
        return firstSecond.getValueAtPercentile(percent) / 1e3;
    }

    /** Every record begins with its push, of whatever version its schema is. */
    private long sequence(ConsumerRecord<byte[], byte[]> record) {
        try {
            GenericRecord push = pushes.read(
                    null,
                    DecoderFactory.get()
                            .binaryDecoder(
                                    record.value(),
                                    WireFormat.HEADER_BYTES,
                                    record.value().length - WireFormat.HEADER_BYTES,
                                    null));
            return (Long) push.get("sequence");
        } catch (IOException e) {
            throw new UncheckedIOException(record.topic(), e);
        }
    }
}
