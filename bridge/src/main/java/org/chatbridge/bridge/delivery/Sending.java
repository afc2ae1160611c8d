package org.chatbridge.bridge.delivery;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.chatbridge.bridge.convert.Converted;
import org.chatbridge.bridge.convert.FrameConverter;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.FrameQueue;
import org.chatbridge.schema.Action;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of frames, sends them, and frees each frame when Kafka has its record: what is the same with every
 * producer. A record that was too large for its topic is a dead letter when it is sent again.
 */
final class Sending {
    /** Of one transaction, where Kafka takes them all. */
    private static final int MOST_FRAMES = 2_000;

    private static final long MOST_BYTES = 8L * 1024 * 1024;

    /** Of values that Kafka has not acknowledged: the producer would take more into memory than it can soon send. One alone may be larger. */
    private static final long MOST_BYTES_UNDER_WAY = 8L * 1024 * 1024;

    /** How often it is looked whether they have become fewer. */
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final FrameQueue queue;
    private final FrameConverter converter;
    private final Records records;
    private final Partitions partitions;
    private final Runnable progressed;
    private final StallWatch watch;
    private final DeliveryMetrics metrics;
    private final Clock clock;
    private final Pause pause;
    private final Map<Long, String> tooLarge = new ConcurrentHashMap<>();

    /** After so many that Kafka took they may be twice as large. */
    private static final int TAKEN_FIRST = 16;

    /** Of both limits: doubled with each transaction that Kafka refuses, as where it takes too long, halved after some that it took. */
    private int divisor = 1;

    private int taken;

    /** @param progressed called when the oldest record is delivered; by any thread */
    Sending(
            FrameQueue queue,
            FrameConverter converter,
            Records records,
            Partitions partitions,
            Runnable progressed,
            StallWatch watch,
            DeliveryMetrics metrics,
            Clock clock,
            Pause pause) {
        this.queue = queue;
        this.converter = converter;
        this.records = records;
        this.partitions = partitions;
        this.progressed = progressed;
        this.watch = watch;
        this.metrics = metrics;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * Sends with this producer, which whoever asks for it closes through the {@link Sender}.
     *
     * @param cautious whether Kafka refused the last: then none goes before it has taken the first
     */
    Sender with(Producer<byte[], byte[]> producer, boolean cautious) {
        return new Sender(producer, cautious);
    }

    /** Whether the bridge that has its turn knows better: an open gap it continues, snapshots it makes anew. */
    static boolean isSuperseded(Frame frame) {
        return frame.kind() == Frame.Kind.SNAPSHOT
                || (frame.kind() == Frame.Kind.GAP
                        && new String(frame.bytes(), StandardCharsets.UTF_8).contains("\"closed_at\":null"));
    }

    /** One producer, from its first record to the first that Kafka refuses. */
    final class Sender {
        private final Producer<byte[], byte[]> producer;
        private final AtomicLong bytesUnderWay = new AtomicLong();
        private final AtomicReference<@Nullable Exception> refusal = new AtomicReference<>();
        private boolean cautious;

        private Sender(Producer<byte[], byte[]> producer, boolean cautious) {
            this.producer = producer;
            this.cautious = cautious;
        }

        Producer<byte[], byte[]> producer() {
            return producer;
        }

        /** Why nothing more is sent; null while nothing was refused. */
        @Nullable
        Exception refusal() {
            return refusal.get();
        }

        /** Nothing more is sent. What was said first counts: what comes behind it is given up without a word of Kafka's. */
        void refuse(Exception reason) {
            refusal.compareAndSet(null, reason);
        }

        /** Ends the producer from outside, for a reason that counts before any other. */
        void giveUp(Exception reason) {
            refusal.set(reason);
            producer.close(Duration.ZERO);
        }

        void close(Duration patience) {
            producer.close(patience);
        }

        /** Kafka takes no more of whoever else believes that the turn is theirs. */
        void shutOutOthers() {
            producer.initTransactions();
        }

        /**
         * A record alone; waits while much is under way.
         *
         * @param late whether another bridge was connected since
         */
        void send(FrameQueue.Entry entry, boolean late) throws InterruptedException {
            send(entry, late, true);
            awaitRoom(cautious ? 0 : MOST_BYTES_UNDER_WAY);
            cautious = false;
        }

        /**
         * A transaction of an entry and all that wait behind it.
         *
         * @param newest id of the newest connection that another bridge had
         */
        void sendTogether(FrameQueue.Entry first, String newest) throws InterruptedException {
            List<Long> sent = new ArrayList<>();
            long bytes = 0;
            int by = divisor;
            divisor = Math.min(2 * by, MOST_FRAMES); // unless it is taken
            int before = taken;
            taken = 0;
            producer.beginTransaction();
            for (FrameQueue.Entry entry = first;
                    entry != null;
                    entry = sent.size() < MOST_FRAMES / by && bytes < MOST_BYTES / by
                            ? queue.take(Duration.ZERO)
                            : null) {
                Frame frame = entry.frame();
                bytes += frame.bytes().length;
                boolean late = frame.connectionId().compareTo(newest) < 0;
                if (!late || !isSuperseded(frame)) { // else another bridge has told of it since
                    send(entry, late, false);
                }
                sent.add(entry.position());
            }
            producer.commitTransaction();
            taken = (before + 1) % TAKEN_FIRST;
            divisor = taken == 0 ? Math.max(by / 2, 1) : by;
            tooLarge.keySet().removeAll(sent);
            sent.forEach(queue::delivered);
            progressed.run();
        }

        /** What is refused is under way no more. */
        private void awaitRoom(long mostBytes) throws InterruptedException {
            while (bytesUnderWay.get() > mostBytes && refusal() == null) {
                pause.of(MOMENT);
            }
        }

        /** @param frees whether the frame is delivered when Kafka has its record; else only with others */
        @SuppressWarnings("FutureReturnValueIgnored") // the callback hears all that the future would
        private void send(FrameQueue.Entry entry, boolean late, boolean frees) {
            String reason = tooLarge.isEmpty() ? null : tooLarge.get(entry.position());
            Converted converted =
                    reason == null ? converter.convert(entry.frame(), late) : new Converted.DeadLetter(reason, 0);
            ProducerRecord<byte[], byte[]> prepared = records.of(entry.frame(), converted);
            partitions.check(producer, prepared.topic());
            UnderWay underWay = new UnderWay(this, entry, prepared, converted, frees);
            bytesUnderWay.addAndGet(underWay.bytes);
            producer.send(prepared, underWay);
        }

        private void refused(long position, String topic, Exception exception) {
            if (!(exception instanceof RecordTooLargeException)) {
                refuse(exception);
            } else if (topic.equals(records.deadLetters())) {
                // Nowhere else to go: it waits until somebody allows larger records.
                refuse(new KafkaException(
                        "a frame is too large for " + topic + ", raise the topic's max.message.bytes: "
                                + exception.getMessage(),
                        exception));
            } else {
                tooLarge.put(
                        position, "the record is too large for the topic " + topic + ": " + exception.getMessage());
                refuse(exception);
            }
        }
    }

    /** A record that Kafka has not acknowledged. It holds neither frame nor value: there may be tens of thousands. */
    private final class UnderWay implements Callback {
        private final Sender sender;
        private final long position;
        private final long receivedAtMicros;
        private final String topic;
        private final int bytes;
        private final @Nullable Action drifting;
        private final int drift;
        private final boolean frees;

        UnderWay(
                Sender sender,
                FrameQueue.Entry entry,
                ProducerRecord<byte[], byte[]> prepared,
                Converted converted,
                boolean frees) {
            this.sender = sender;
            this.position = entry.position();
            this.receivedAtMicros = entry.frame().receivedAtMicros();
            this.topic = prepared.topic();
            this.bytes = prepared.value().length;
            this.drifting = converted instanceof Converted.Typed typed && typed.drift() > 0 ? typed.action() : null;
            this.drift = converted instanceof Converted.Typed typed ? typed.drift() : 0;
            this.frees = frees;
        }

        @Override
        public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception exception) {
            sender.bytesUnderWay.addAndGet(-bytes);
            if (exception != null) {
                sender.refused(position, topic, exception);
                if (frees && !(exception instanceof RecordTooLargeException)) {
                    sender.close(Duration.ZERO); // or what is behind it in its partition would go first
                }
                return;
            }
            watch.acknowledged();
            if (frees && !tooLarge.isEmpty()) {
                tooLarge.remove(position);
            }
            if (!frees) { // and its transaction may come to nothing yet
                watch.progressed(); // no more come of a transaction than it has, so none can hide another for long
            } else if (queue.delivered(position)) {
                progressed.run();
            }
            metrics.delivered(topic, Math.max(0, TimeUnit.MILLISECONDS.toMicros(clock.millis()) - receivedAtMicros));
            if (drifting != null) {
                metrics.drifted(drifting.wireName(), drift);
            }
        }
    }
}
