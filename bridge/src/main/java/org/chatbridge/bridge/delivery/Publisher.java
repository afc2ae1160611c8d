package org.chatbridge.bridge.delivery;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.chatbridge.bridge.convert.Converted;
import org.chatbridge.bridge.convert.FrameConverter;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.FrameQueue;
import org.chatbridge.program.Obstacle;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.SchemaRegistryException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes frame after frame from the queue to Kafka, on the thread {@code publisher}, and frees each when Kafka has its
 * record. A record too large for its topic becomes a dead letter; any other refusal, that of a dead letter too, is tried
 * again without end, all that is not delivered in order, the oldest first.
 *
 * <p>Where a topic has another number of partitions than it was made with, nothing is delivered until it has it again: a
 * chat would go on in another partition.
 *
 * <p>A bridge of a group writes in transactions while it has its turn, so that Kafka refuses whatever it still sends when
 * the next one has begun. What it has left then it delivers as {@code replay}.
 */
final class Publisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration REMINDER = Duration.ofMinutes(1);

    /** Of one transaction. */
    private static final int MOST_FRAMES = 2_000;

    private static final long MOST_BYTES = 8L * 1024 * 1024;

    /** Of values that Kafka has not acknowledged: the producer would take more into memory than it can soon send. One alone may be larger. */
    private static final long MOST_BYTES_UNDER_WAY = 8L * 1024 * 1024;

    /** How often it is looked whether they have become fewer. */
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final FrameQueue queue;
    private final FrameConverter converter;
    private final Preparation preparation;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Supplier<Producer<byte[], byte[]>> fencing;
    private final Turn turn;
    private final Delivery.Listener listener;
    private final DeliveryMetrics metrics;
    private final Function<Exception, String> inWords;
    private final Clock clock;
    private final Pause pause;
    private final Obstacle obstacle = new Obstacle(LOG, REMINDER, System::nanoTime, "");
    private final StallWatch watch;
    private final Partitions partitions;
    private final Map<Long, String> tooLarge = new ConcurrentHashMap<>();
    private final AtomicLong bytesUnderWay = new AtomicLong();
    private final Thread thread = new Thread(this::run, "publisher");
    private volatile Role role;
    private volatile String newestConnection = "";

    /** By the thread {@code publisher}; {@link #hold} ends it. */
    private volatile @Nullable Producer<byte[], byte[]> inUse;

    /** Made ahead of its use, by the thread that uses it. */
    private @Nullable Producer<byte[], byte[]> connected;

    private final CountDownLatch ready = new CountDownLatch(1);
    private volatile boolean prepared;
    private volatile boolean closing;
    private volatile @Nullable Exception refusal;

    private enum Role {
        /** The group has not told yet whose turn it is, and so whether what is left is late. */
        UNDECIDED,
        /** The only bridge there is. */
        ALONE,
        /** The one of its group that is connected. */
        LEADING,
        /** Another one is. */
        FOLLOWING
    }

    /**
     * @param producers make a producer without transactions
     * @param fencing make one with the transactional id of the group
     * @param turn asked before a fenced producer is replaced
     * @param inWords says why a record was refused
     * @param inGroup whether it waits for {@link #lead} or {@link #follow}
     */
    Publisher(
            FrameQueue queue,
            FrameConverter converter,
            Preparation preparation,
            Supplier<Producer<byte[], byte[]>> producers,
            Supplier<Producer<byte[], byte[]>> fencing,
            Turn turn,
            boolean inGroup,
            Delivery.Listener listener,
            DeliveryMetrics metrics,
            Function<Exception, String> inWords,
            Clock clock,
            Pause pause) {
        this.queue = queue;
        this.converter = converter;
        this.preparation = preparation;
        this.producers = producers;
        this.fencing = fencing;
        this.turn = turn;
        this.role = inGroup ? Role.UNDECIDED : Role.ALONE;
        this.listener = listener;
        this.metrics = metrics;
        this.inWords = inWords;
        this.clock = clock;
        this.pause = pause;
        this.partitions = new Partitions(preparation, obstacle, pause);
        this.watch = new StallWatch(queue, preparation, obstacle, this::hold, System::nanoTime, pause);
    }

    void start() {
        thread.start();
    }

    /**
     * It is this bridge's turn.
     *
     * @param newest id of the connection that the group had last; empty where there was none
     */
    void lead(String newest) {
        newestConnection = newest;
        role = Role.LEADING;
    }

    /** Waits until the first frame would go to Kafka at once, at most so long. */
    void awaitReady(Duration longest) throws InterruptedException {
        if (!ready.await(longest.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.debug("not ready yet; frames are kept meanwhile");
        }
    }

    /** It is another's turn. */
    void follow() {
        role = Role.FOLLOWING;
    }

    /** What keeps records from Kafka, a sentence; empty where nothing does. By any thread. */
    String inTheWay() {
        return prepared ? obstacle.now() : preparation.inTheWay();
    }

    /** Delivers what is in the queue, for two seconds at the most, and ends. What is left stays in the queue. */
    @Override
    public void close() {
        close(Duration.ofSeconds(2));
    }

    void close(Duration drain) {
        closing = true;
        try {
            if (!prepared || role == Role.UNDECIDED || !obstacle.now().isEmpty()) {
                thread.interrupt();
            }
            thread.join(drain.toMillis());
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(TimeUnit.SECONDS.toMillis(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        watch.close();
    }

    private void run() {
        try {
            preparation.awaitTopics();
            connectAhead();
            Records records = new Records(preparation.topics(), preparation.partitions(), preparation.awaitSchemas());
            prepared = true;
            watch.start();
            while (!isDone()) {
                deliver(records);
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.debug("interrupted while stopping", e);
        } catch (Topics.UnsuitableTopicException | SchemaRegistryException e) {
            listener.gaveUp(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) { // an error too: a bridge without its publisher must not look alive
            LOG.error("the publisher failed", e);
            listener.failed("the publisher failed: " + e);
        } finally {
            Producer<byte[], byte[]> unused = takeConnected();
            if (unused != null) {
                unused.close(Duration.ZERO);
            }
        }
    }

    /** While schemas are registered: the producer of a bridge that is alone. */
    private void connectAhead() {
        if (role != Role.ALONE) {
            return;
        }
        try {
            Producer<byte[], byte[]> ahead = producers.get();
            connected = ahead;
            connect(ahead);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.debug("who sends with it hears of it again, and says so", e);
        }
    }

    /** Learns what the first record of each topic would wait for. */
    private void connect(Producer<byte[], byte[]> producer) {
        preparation.topics().written().forEach(topic -> partitions.check(producer, topic));
    }

    /** Ends the producer in use, which may wait without end for a partition that there is no more. By the watch. */
    private void hold(String hindrance) {
        Producer<byte[], byte[]> held = inUse;
        if (held != null) {
            refusal = new Partitions.OtherPartitionsException(hindrance);
            held.close(Duration.ZERO);
        }
    }

    private @Nullable Producer<byte[], byte[]> takeConnected() {
        Producer<byte[], byte[]> taken = connected;
        connected = null;
        return taken;
    }

    /** Delivers with one producer, until all is done, the role changes or Kafka refuses a record. */
    private void deliver(Records records) throws InterruptedException {
        Role as = role;
        if (as == Role.UNDECIDED) {
            pause.of(POLL);
            watch.progressed(); // Kafka owes nothing yet
            return;
        }
        boolean cautious = refusal != null;
        refusal = null;
        bytesUnderWay.set(0);
        Producer<byte[], byte[]> producer;
        try {
            Producer<byte[], byte[]> ahead = takeConnected();
            producer = ahead != null ? ahead : as == Role.LEADING ? fencing.get() : producers.get();
        } catch (KafkaException e) {
            tryAgain(e); // such as where no name of the brokers leads anywhere now
            return;
        }
        boolean changed = false;
        inUse = producer;
        try {
            if (as == Role.LEADING) {
                if (!hasTurn()) {
                    return;
                }
                producer.initTransactions(); // shuts out whoever else believes that it is theirs
            }
            connect(producer);
            ready.countDown();
            if (queue.pending() == 0) {
                obstacle.isGone(); // there is no record whose delivery would say so
            }
            while (!isDone() && refusal == null && !changed) {
                FrameQueue.Entry entry = queue.take(POLL);
                changed = role != as; // what was taken is offered again
                if (entry == null || changed) {
                    continue;
                }
                if (as == Role.LEADING) {
                    sendTogether(producer, records, entry);
                } else if (as == Role.FOLLOWING && isSuperseded(entry.frame())) {
                    queue.delivered(entry); // the one that has its turn tells of it
                    if (queue.pending() == 0) {
                        obstacle.isGone();
                    }
                } else {
                    send(producer, records, entry, as == Role.FOLLOWING, true);
                    // After a refusal none goes before Kafka has taken the first again.
                    awaitRoom(cautious ? 0 : MOST_BYTES_UNDER_WAY);
                    cautious = false;
                }
            }
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            refusal = refusal == null ? e : refusal; // the producer can go on no more
        } catch (IllegalStateException e) {
            // Closed by a refusal meanwhile, or with transactions that were shut out in the midst of a step.
            if (refusal == null && as != Role.LEADING) {
                throw e;
            }
            refusal = refusal == null ? e : refusal;
        } finally {
            inUse = null;
            // Every callback has been called when this returns. A record that is given up here may still arrive.
            producer.close(closing ? Duration.ofSeconds(1) : PAUSE);
        }
        Exception refused = refusal;
        if (refused != null || changed) {
            queue.rewind();
        }
        if (refused != null) {
            metrics.redone();
            if (refused instanceof Partitions.OtherPartitionsException others) {
                partitions.await(others);
            } else if (!(refused instanceof RecordTooLargeException)) {
                tryAgain(refused);
            }
        }
    }

    private void tryAgain(Exception refused) throws InterruptedException {
        refusal = refused;
        obstacle.is(inWords.apply(refused) + "; sending all that is not delivered again");
        pause.of(PAUSE);
    }

    /** Waits while much is under way; what is refused is under way no more. */
    private void awaitRoom(long mostBytes) throws InterruptedException {
        while (bytesUnderWay.get() > mostBytes && refusal == null) {
            pause.of(MOMENT);
        }
    }

    /** A transaction of an entry and all that wait behind it. */
    private void sendTogether(Producer<byte[], byte[]> producer, Records records, FrameQueue.Entry first)
            throws InterruptedException {
        List<Long> sent = new ArrayList<>();
        long bytes = 0;
        producer.beginTransaction();
        for (FrameQueue.Entry entry = first;
                entry != null;
                entry = sent.size() < MOST_FRAMES && bytes < MOST_BYTES ? queue.take(Duration.ZERO) : null) {
            bytes += entry.frame().bytes().length;
            if (isSuperseded(entry.frame()) && entry.frame().connectionId().compareTo(newestConnection) < 0) {
                sent.add(entry.position()); // another bridge has told of it since
                continue;
            }
            boolean late = entry.frame().connectionId().compareTo(newestConnection) < 0;
            send(producer, records, entry, late, false);
            sent.add(entry.position());
        }
        producer.commitTransaction();
        sent.forEach(queue::delivered);
        progressed();
    }

    /** The oldest record is delivered. That others are is none: one that Kafka does not take would be silent among them. */
    private void progressed() {
        watch.progressed();
        obstacle.isGone();
    }

    /** Whether the bridge that has its turn knows better: an open gap it continues, snapshots it makes anew. */
    private static boolean isSuperseded(Frame frame) {
        return frame.kind() == Frame.Kind.SNAPSHOT
                || (frame.kind() == Frame.Kind.GAP
                        && new String(frame.bytes(), StandardCharsets.UTF_8).contains("\"closed_at\":null"));
    }

    /** Waits until the group says that the turn is still this bridge's, or that it is not. While closing it is interrupted. */
    private boolean hasTurn() throws InterruptedException {
        while (role == Role.LEADING && !turn.confirm()) {
            pause.of(PAUSE);
        }
        return role == Role.LEADING;
    }

    /**
     * @param late whether another bridge was connected since
     * @param frees whether the frame is delivered when Kafka has its record; else only with others
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback hears all that the future would
    private void send(
            Producer<byte[], byte[]> producer, Records records, FrameQueue.Entry entry, boolean late, boolean frees) {
        String reason = tooLarge.isEmpty() ? null : tooLarge.get(entry.position());
        Converted converted =
                reason == null ? converter.convert(entry.frame(), late) : new Converted.DeadLetter(reason, 0);
        ProducerRecord<byte[], byte[]> prepared = records.of(entry.frame(), converted);
        partitions.check(producer, prepared.topic());
        UnderWay underWay = new UnderWay(producer, entry, prepared, converted, frees);
        bytesUnderWay.addAndGet(underWay.bytes);
        producer.send(prepared, underWay);
    }

    /** A record that Kafka has not acknowledged. It holds neither frame nor value: there may be tens of thousands. */
    private final class UnderWay implements Callback {
        private final Producer<byte[], byte[]> producer;
        private final long position;
        private final long receivedAtMicros;
        private final String topic;
        private final int bytes;
        private final @Nullable Action drifting;
        private final int drift;
        private final boolean frees;

        UnderWay(
                Producer<byte[], byte[]> producer,
                FrameQueue.Entry entry,
                ProducerRecord<byte[], byte[]> prepared,
                Converted converted,
                boolean frees) {
            this.producer = producer;
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
            bytesUnderWay.addAndGet(-bytes);
            if (exception != null) {
                refused(position, topic, exception);
                if (frees && !(exception instanceof RecordTooLargeException)) {
                    producer.close(Duration.ZERO); // or what is behind it in its partition would go first
                }
                return;
            }
            if (!tooLarge.isEmpty()) {
                tooLarge.remove(position);
            }
            if (!frees) {
                watch.progressed(); // no more come of a transaction than it has, so none can hide another for long
            } else if (queue.delivered(position)) {
                progressed();
            }
            metrics.delivered(topic, microsSince(receivedAtMicros));
            if (drifting != null) {
                metrics.drifted(drifting.wireName(), drift);
            }
        }
    }

    private void refused(long position, String topic, Exception exception) {
        if (!(exception instanceof RecordTooLargeException)) {
            refusal = refusal == null ? exception : refusal; // what is behind it is given up without a word of Kafka's
        } else if (topic.equals(preparation.topics().deadLetters())) {
            // Nowhere else to go: it waits until somebody allows larger records.
            refusal = new KafkaException(
                    "a frame is too large for " + topic + ", raise the topic's max.message.bytes: "
                            + exception.getMessage(),
                    exception);
        } else {
            tooLarge.put(position, "the record is too large for the topic " + topic + ": " + exception.getMessage());
            refusal = exception;
        }
    }

    private long microsSince(long receivedAtMicros) {
        return Math.max(0, TimeUnit.MILLISECONDS.toMicros(clock.millis()) - receivedAtMicros);
    }

    private boolean isDone() {
        return closing && queue.pending() == 0;
    }
}
