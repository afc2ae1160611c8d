package org.chatbridge.bridge.delivery;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.chatbridge.bridge.convert.FrameConverter;
import org.chatbridge.bridge.frames.FrameQueue;
import org.chatbridge.program.Obstacle;
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
    private static final Duration DRAIN = Duration.ofSeconds(2);

    /** Topics, schemas and a producer come first. */
    private static final Duration UNPREPARED_DRAIN = Duration.ofSeconds(5);

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
    private final Thread thread = new Thread(this::run, "publisher");
    private volatile Role role;
    private volatile String newestConnection = "";

    /** By the thread {@code publisher}; {@link #hold} ends it. */
    private volatile Sending.@Nullable Sender inUse;

    /** Made ahead of its use, by the thread that uses it. */
    private @Nullable Producer<byte[], byte[]> connected;

    private final CountDownLatch ready = new CountDownLatch(1);
    private volatile boolean prepared;
    private volatile boolean closing;

    /** Whether Kafka refused the last attempt; by the thread {@code publisher}. */
    private boolean cautious;

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
        this.watch = new StallWatch(
                queue,
                preparation::makeTopics,
                obstacle,
                this::hold,
                this::renew,
                this::clockWasSetBack,
                System::nanoTime,
                clock::millis,
                pause);
    }

    void start() {
        thread.start();
    }

    /**
     * It is this bridge's turn.
     *
     * @param newest id of the newest connection that another bridge had; empty where there was none
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

    /** It may be another's turn: nothing is delivered until it is known. */
    void undecided() {
        role = Role.UNDECIDED;
    }

    /** It is another's turn. */
    void follow() {
        role = Role.FOLLOWING;
    }

    /** What keeps records from Kafka, a sentence; empty where nothing does. By any thread. */
    String inTheWay() {
        return prepared ? obstacle.now() : preparation.inTheWay();
    }

    /** See {@link Delivery#close}. */
    @Override
    public void close() {
        close(prepared ? DRAIN : UNPREPARED_DRAIN);
    }

    void close(Duration drain) {
        closing = true;
        try {
            boolean inVain = prepared ? !obstacle.now().isEmpty() : queue.pending() == 0 || preparation.isHindered();
            if (inVain || role == Role.UNDECIDED) {
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
            Sending sending =
                    new Sending(queue, converter, records, partitions, this::progressed, watch, metrics, clock, pause);
            prepared = true;
            watch.start();
            try (SchemaWatch schemas = new SchemaWatch(preparation, records, pause)) {
                schemas.start();
                while (!isDone()) {
                    deliver(sending);
                }
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
                closeAtLast(unused);
            }
        }
    }

    /** Also where this thread was interrupted because it is to end. */
    private static void closeAtLast(Producer<byte[], byte[]> producer) {
        boolean interrupted = Thread.interrupted();
        try {
            producer.close(Duration.ZERO);
        } catch (InterruptException e) {
            LOG.debug("interrupted once more while closing", e);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
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
        Sending.Sender held = inUse;
        if (held != null) {
            held.giveUp(new Partitions.OtherPartitionsException(hindrance));
        }
    }

    /**
     * Ends the producer in use of a bridge that is alone, so that another one sends all that is not delivered: it may be that
     * only this one is not let in any more. By the watch.
     */
    private void renew() {
        Sending.Sender stalled = inUse;
        if (stalled != null && role == Role.ALONE) {
            LOG.warn("Kafka answers, but takes nothing of the producer: making it anew");
            stalled.giveUp(new StallWatch.StalledException());
        }
    }

    /**
     * Ends the producer in use, which measures with that clock: records that linger or are to be tried again would wait until it
     * is as late as it was. One of transactions does not linger; whether the turn is still this bridge's is asked anew. By the watch.
     */
    private void clockWasSetBack() {
        turn.clockWasSetBack();
        Sending.Sender late = inUse;
        if (late != null && role != Role.LEADING) {
            LOG.warn("the clock was set back: making the producer anew");
            late.giveUp(new StallWatch.StalledException());
        }
    }

    private @Nullable Producer<byte[], byte[]> takeConnected() {
        Producer<byte[], byte[]> taken = connected;
        connected = null;
        return taken;
    }

    /** Delivers with one producer, until all is done, the role changes or Kafka refuses a record. */
    private void deliver(Sending sending) throws InterruptedException {
        Role as = role;
        if (as == Role.UNDECIDED) {
            pause.of(POLL);
            watch.progressed(); // Kafka owes nothing yet
            return;
        }
        Sending.Sender sender;
        try {
            Producer<byte[], byte[]> ahead = takeConnected();
            sender = sending.with(
                    ahead != null ? ahead : as == Role.LEADING ? fencing.get() : producers.get(), cautious);
        } catch (KafkaException e) {
            tryAgain(e); // such as where no name of the brokers leads anywhere now
            return;
        }
        inUse = sender;
        boolean changed = false;
        try {
            if (as == Role.LEADING && !hasTurn()) {
                return;
            }
            changed = sendAs(as, sender);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            sender.refuse(e); // the producer can go on no more
        } catch (IllegalStateException e) {
            // Closed by a refusal meanwhile, or with transactions that were shut out in the midst of a step.
            if (sender.refusal() == null && as != Role.LEADING) {
                throw e;
            }
            sender.refuse(e);
        } finally {
            inUse = null;
            // Every callback has been called when this returns. A record that is given up here may still arrive.
            sender.close(closing ? Duration.ofSeconds(1) : PAUSE);
        }
        Exception refusal = sender.refusal();
        boolean stalled = refusal instanceof StallWatch.StalledException;
        cautious = refusal != null && !stalled; // where it is a partition that stalls the others are to go on
        if (refusal != null || changed) {
            queue.rewind();
        }
        if (refusal != null) {
            metrics.redone();
            if (refusal instanceof Partitions.OtherPartitionsException others) {
                partitions.await(others);
                watch.progressed(); // nothing was sent meanwhile
            } else if (!stalled && !(refusal instanceof RecordTooLargeException)) { // the watch has said why it stalls
                tryAgain(refusal);
            }
        }
    }

    /**
     * Sends what is in the queue while nothing is refused and the role is the same.
     *
     * @return whether the role changed: what was taken then is to be offered again
     */
    private boolean sendAs(Role as, Sending.Sender sender) throws InterruptedException {
        if (as == Role.LEADING) {
            sender.shutOutOthers();
        }
        connect(sender.producer());
        ready.countDown();
        tellIfNoneIsLeft();
        while (!isDone() && sender.refusal() == null) {
            FrameQueue.Entry entry = queue.take(POLL);
            if (role != as) {
                return true;
            }
            if (entry == null) {
                continue;
            }
            if (as == Role.LEADING) {
                sender.sendTogether(entry, newestConnection);
            } else if (as == Role.FOLLOWING && Sending.isSuperseded(entry.frame())) {
                queue.delivered(entry); // the one that has its turn tells of it
                tellIfNoneIsLeft();
            } else {
                sender.send(entry, as == Role.FOLLOWING);
            }
        }
        return false;
    }

    /** Where no record is left whose delivery would say that nothing is in the way. */
    private void tellIfNoneIsLeft() {
        if (queue.pending() == 0) {
            obstacle.isGone();
        }
    }

    private void tryAgain(Exception refused) throws InterruptedException {
        cautious = true;
        obstacle.is(inWords.apply(refused) + "; sending all that is not delivered again");
        pause.of(PAUSE);
    }

    /** The oldest record is delivered. That others are is none: one that Kafka does not take would be silent among them. */
    private void progressed() {
        watch.progressed();
        obstacle.isGone();
    }

    /** Waits until the group says that the turn is still this bridge's, or that it is not. While closing it is interrupted. */
    private boolean hasTurn() throws InterruptedException {
        while (role == Role.LEADING && !turn.confirm()) {
            watch.progressed(); // nothing is sent meanwhile
            pause.of(PAUSE);
        }
        return role == Role.LEADING;
    }

    private boolean isDone() {
        return closing && queue.pending() == 0;
    }
}
