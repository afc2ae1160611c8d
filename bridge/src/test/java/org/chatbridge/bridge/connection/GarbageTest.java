package org.chatbridge.bridge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.EncoderFactory;
import org.chatbridge.bridge.convert.Converted;
import org.chatbridge.bridge.convert.FrameConverter;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.FrameQueue;
import org.chatbridge.schema.SampleFrames;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever LiveChat sends, each frame is an answer or takes the next sequence, and becomes a record or a dead letter with its
 * exact bytes. {@code -Dgarbage.frames=1000000 -Dgarbage.seed=7} for more of it.
 */
class GarbageTest {
    private static final int FRAMES = Integer.getInteger("garbage.frames", 30_000);
    private static final long SEED = Long.getLong("garbage.seed", 1);
    private static final String ALPHABET = "{}[]\",:0123456789.eE+-truefalsn \\u\t\n\u0000\ud83d\ude00é";

    private final Random random = new Random(SEED);
    private final List<String> samples = samples();
    private final AtomicLong answers = new AtomicLong();
    private final FrameConverter converter = new FrameConverter("0.2");
    private long queued;
    private long records;
    private long others;
    private long deadLetters;

    @Test
    @Timeout(1800)
    void shouldAccountForEveryFrame() throws Exception {
        ManualClock clock = new ManualClock();
        Receiver receiver = new Receiver(
                1,
                "c",
                new Converting(),
                signal -> answers.addAndGet(signal instanceof Signal.Answered ? 1 : 0),
                new Sight(clock, clock::nanos),
                true,
                null);
        long before = 0;
        for (int i = 0; i < FRAMES; i++) {
            if (random.nextInt(50) == 0) {
                byte[] bytes = new byte[random.nextInt(300)];
                random.nextBytes(bytes);
                receiver.onBinary(ByteBuffer.wrap(bytes));
            } else {
                receiver.onText(frame().getBytes(StandardCharsets.UTF_8));
                receiver.onAllRead();
            }
            if (i == FRAMES / 4) {
                before = usedAfterCollection();
            }
        }
        long grown = usedAfterCollection() - before;

        System.out.printf(
                "%d frames: %d answers, %d typed, %d other pushes, %d dead letters; heap %+d KiB%n",
                FRAMES, answers.get(), records, others, deadLetters, grown / 1024);
        assertThat(receiver.sequence()).isEqualTo(queued).isEqualTo(FRAMES - answers.get());
        assertThat(records + others + deadLetters).isEqualTo(queued);
        assertThat(List.of(records, others, deadLetters, answers.get())).allMatch(count -> count > FRAMES / 1_000);
        assertThat(grown).isLessThan(16L * 1024 * 1024);
    }

    /** A sample with some damage, several spliced, or noise. */
    private String frame() {
        int kind = random.nextInt(10);
        if (kind == 0) {
            return noise(random.nextInt(200));
        }
        if (kind == 1) {
            return "{\"action\":\"" + noise(5) + "\",\"type\":\"" + (random.nextBoolean() ? "push" : "response")
                    + "\",\"payload\":" + noise(random.nextInt(40)) + "}";
        }
        if (kind == 2) {
            return "{\"type\":\"response\",\"action\":\"ping\",\"payload\":" + sample() + "}";
        }
        StringBuilder text = new StringBuilder(sample());
        for (int damage = random.nextInt(3); damage > 0 && !text.isEmpty(); damage--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(6)) {
                case 0 -> text.setLength(at);
                case 1 -> text.insert(at, noise(1 + random.nextInt(3)));
                case 2 -> text.setCharAt(at, (char) random.nextInt(0x10000)); // lone surrogates too
                case 3 -> text.insert(at, splinter());
                case 4 -> text.delete(at, Math.min(text.length(), at + random.nextInt(20)));
                default -> {
                    int end = Math.min(text.length(), at + random.nextInt(60));
                    text.insert(at, text.substring(at, end)); // repeats members
                }
            }
        }
        return text.toString();
    }

    private String splinter() {
        String other = sample();
        return other.substring(0, Math.min(other.length(), random.nextInt(50)));
    }

    private String sample() {
        return samples.get(random.nextInt(samples.size()));
    }

    private String noise(int length) {
        StringBuilder noise = new StringBuilder();
        for (int i = 0; i < length; i++) {
            noise.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return noise.toString();
    }

    private static List<String> samples() {
        JsonMapper json = JsonMapper.builder().build();
        return SampleFrames.all().values().stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .filter(text -> text.length() < 20_000)
                .map(text -> {
                    try {
                        return json.readTree(text).toString();
                    } catch (java.io.IOException e) {
                        return text; // a sample of what is no JSON
                    }
                })
                .toList();
    }

    private static long usedAfterCollection() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Converts what it is given, as the publisher would. */
    private final class Converting implements FrameQueue {
        @Override
        public void put(Frame frame) {
            queued++;
            assertThat(frame.sequence()).isEqualTo(queued);
            Converted converted = converter.convert(frame);
            if (converted instanceof Converted.Typed typed) {
                records++;
                write(typed.record());
            } else if (converted instanceof Converted.Other other) {
                others++;
                write(other.record());
            } else {
                deadLetters++;
            }
        }

        private void write(GenericRecord record) {
            try {
                new GenericDatumWriter<>(record.getSchema())
                        .write(
                                record,
                                EncoderFactory.get()
                                        .directBinaryEncoder(java.io.OutputStream.nullOutputStream(), null));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public @Nullable Entry take(Duration timeout) {
            return null;
        }

        @Override
        public boolean delivered(long position) {
            return false;
        }

        @Override
        public void rewind() {}

        @Override
        public long pending() {
            return 0;
        }

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public boolean isFull() {
            return false;
        }
    }
}
