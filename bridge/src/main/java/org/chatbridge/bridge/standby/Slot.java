package org.chatbridge.bridge.standby;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.WakeupException;
import org.chatbridge.program.Obstacle;
import org.chatbridge.program.Privileges;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slot of a group of bridges: a topic of one partition, which Kafka's consumer-group protocol assigns to one of them.
 * Who has it is connected to LiveChat, the others wait. The topic itself holds what the one who has it last knew, for the
 * one who follows.
 *
 * <p>All is done by the thread {@code bridge-slot}: whoever loses the slot has closed its connection when the next one is
 * told, unless it is dead or does not run; then the next one waits for the session to time out.
 */
public final class Slot implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Slot.class);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration CONFIRM_EVERY = Duration.ofSeconds(1);

    /** Of a topic that the consumer knows it asks nobody. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    /** So long who had the turn last may take to write what it left onto a topic that was deleted meanwhile. */
    private static final Duration LEFT_LATE = Duration.ofSeconds(15);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** One broker of several may refuse what the others allow: it tries that one again within a second or two. */
    private static final Duration NOT_REFUSED = Duration.ofSeconds(5);

    private static final Duration REMINDER = Duration.ofMinutes(1);
    private static final Set<AclOperation> NEEDED = Set.of(AclOperation.READ, AclOperation.WRITE);

    private final SlotSettings settings;
    private final Listener listener;
    private final TopicPartition partition;
    private final AtomicReference<byte @Nullable []> unwritten = new AtomicReference<>();

    /** What is to be left and Kafka has not taken, as where the topic was deleted; null where there is none. */
    private final AtomicReference<byte @Nullable []> owed = new AtomicReference<>();

    private final BlockingQueue<CompletableFuture<Boolean>> confirmations = new LinkedBlockingQueue<>();
    private final Obstacle obstacle =
            new Obstacle(LOG, REMINDER, System::nanoTime, "the group of bridges is not joined yet");

    /** Why the next one would not know what this one does. */
    private final Obstacle silence = new Obstacle(LOG, REMINDER, System::nanoTime, "");

    private final Thread thread = new Thread(this::run, "bridge-slot");
    private volatile boolean closing;
    private volatile boolean ours;
    private final Confirmation confirmation;
    private volatile @Nullable Consumer<byte[], byte[]> member;
    private long askedNanos;
    private long refusedNanos;
    private long lookedNanos;
    private boolean assigned;
    private boolean followed;
    private long overNanos;
    private long paidNanos;

    /** Hears whose turn it is, on the slot's thread. */
    public interface Listener {
        /**
         * It is this bridge's turn.
         *
         * @param left what the one before knew last; empty where there was none
         */
        void ours(Optional<byte[]> left);

        /** It was not this bridge's turn, and it is not now: another one has it, or nobody can tell. */
        void stillAnothers();

        /** It is no longer this bridge's turn: returns when it has ended what only one may do. */
        void anothers();

        /** It cannot be known any more whose turn it is: the process must end. The last word. */
        void failed(String lastWord);
    }

    public Slot(SlotSettings settings, Listener listener, Clock clock) {
        this.settings = settings;
        this.listener = listener;
        this.confirmation = new Confirmation(System::nanoTime, clock::millis);
        this.partition = new TopicPartition(settings.topic(), 0);
        thread.setDaemon(true);
    }

    /** Joins the group as soon as Kafka is there. */
    public void start() {
        thread.start();
    }

    /** Kafka's consumer waits, and tells the group nothing, until it is as late as it was: it joins anew. By any thread. */
    public void clockWasSetBack() {
        Consumer<byte[], byte[]> waiting = member;
        if (waiting != null) {
            waiting.wakeup();
        }
    }

    /** Whether it is this bridge's turn, as far as it knows. */
    public boolean isOurs() {
        return ours;
    }

    /** What keeps it from knowing whose turn it is, a sentence; empty where nothing does. */
    public String inTheWay() {
        return obstacle.now();
    }

    /** Writes what the next one is to know, soon; the last counts. */
    public void leave(byte[] state) {
        unwritten.set(state);
    }

    /**
     * Asks the group whether it is still this bridge's turn; waits for Kafka's answer.
     *
     * @return false where it is not, or where nobody answers
     */
    public boolean confirm() throws InterruptedException {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        confirmations.add(answer);
        try {
            return answer.get(ANSWER.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            LOG.debug("not confirmed", e);
            return false;
        }
    }

    /**
     * Whether the group has said within a session's time that it is this bridge's turn. Where it has not, another may have
     * taken over: no new connection may be made then.
     */
    public boolean isSurelyOurs() {
        return ours && confirmation.isWithin(settings.sessionTimeout());
    }

    /** Leaves the group, so that another has its turn at once; the connection must be closed already. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(ANSWER.multipliedBy(2).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closing) {
                if (!hasTopic()) {
                    TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
                    continue;
                }
                // The consumer closes first: who is told then that the turn is over still writes.
                try (Producer<byte[], byte[]> producer = settings.producer();
                        Consumer<byte[], byte[]> consumer = settings.consumer()) {
                    member = consumer;
                    takePart(consumer, producer);
                } catch (WakeupException e) {
                    LOG.warn("bridge.group={}: the clock was set back, joining anew", settings.group());
                    over();
                } catch (KafkaException e) {
                    obstacle.is(inWords(e, "READ"));
                    over();
                    TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
                }
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.debug("interrupted", e);
        } catch (RuntimeException | Error e) { // an error too: a bridge that cannot know its turn must not keep it
            LOG.error("the slot failed", e);
            obstacle.is("bridge.group=" + settings.group() + ": the slot failed: " + e);
            try {
                over();
            } finally {
                listener.failed("the slot failed: " + e);
            }
        }
    }

    /** Returns where it closes, and where the topic is there no more. */
    private void takePart(Consumer<byte[], byte[]> consumer, Producer<byte[], byte[]> producer)
            throws InterruptedException {
        consumer.subscribe(List.of(settings.topic()), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                assigned = assigned || partitions.contains(partition);
                LOG.info(
                        "bridge.group={}: {}",
                        settings.group(),
                        assigned ? "this bridge has its turn" : "another bridge has its turn, waiting");
                obstacle.isGone();
                if (!assigned) {
                    followed = true;
                    listener.stillAnothers();
                }
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                if (partitions.contains(partition)) {
                    over();
                    write(producer);
                    producer.flush(); // before the next one reads
                }
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
                if (partitions.contains(partition)) {
                    LOG.warn("bridge.group={}: the group went on without this bridge", settings.group());
                    obstacle.is("bridge.group=" + settings.group() + ": it is not known whose turn it is");
                    over();
                    unwritten.set(null); // the next one has written its own
                    owed.set(null);
                }
            }
        });
        lookedNanos = System.nanoTime();
        while (!closing) {
            Confirmation.Moment asked = confirmation.now();
            ask(() -> consumer.poll(POLL));
            if (assigned && !ours) {
                Optional<byte[]> left = lastState(consumer);
                if (!assigned) {
                    continue; // the group went on meanwhile
                }
                confirmation.at(asked);
                ours = true;
                listener.ours(left);
            }
            if (ours && System.nanoTime() - askedNanos >= CONFIRM_EVERY.toNanos()) {
                ask(() -> confirmSoon(consumer));
            }
            confirm(consumer);
            if (ours) {
                write(producer);
            } else {
                payNowAndThen(producer);
            }
            if (!assigned && isTopicGone(consumer)) {
                obstacle.is("bridge.group=" + settings.group() + ": the topic " + settings.topic()
                        + " was deleted, so nobody can have the turn. Making it again");
                return;
            }
        }
        if (ours) {
            write(producer);
            producer.flush();
        }
        ours = false;
    }

    /** What Kafka refuses a bridge that has its turn does not end it: nobody else has it before the group says so. */
    private void ask(Runnable question) throws InterruptedException {
        try {
            question.run();
        } catch (WakeupException | InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            if (!ours) {
                throw e;
            }
            obstacle.is(inWords(e, "READ"));
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            refusedNanos = System.nanoTime();
        }
    }

    /** Asked now and then: nobody is assigned what is not there, and the consumer waits for it without a word. */
    private boolean isTopicGone(Consumer<byte[], byte[]> consumer) {
        long now = System.nanoTime();
        if (now - lookedNanos < LOOK_EVERY.toNanos()) {
            return false;
        }
        lookedNanos = now;
        return consumer.partitionsFor(settings.topic(), ANSWER).isEmpty();
    }

    private void over() {
        assigned = false;
        if (ours) {
            ours = false;
            overNanos = System.nanoTime();
            listener.anothers();
        }
    }

    /** The last record of the topic, which compaction never takes. */
    private Optional<byte[]> lastState(Consumer<byte[], byte[]> consumer) {
        Long end = consumer.endOffsets(List.of(partition), ANSWER).get(partition);
        Long begin = consumer.beginningOffsets(List.of(partition), ANSWER).get(partition);
        boolean isEmpty = end == null || begin == null || end <= begin;
        byte[] own = owed.get();
        if (isEmpty && (own != null || !followed)) {
            return Optional.ofNullable(own);
        }
        // Where it is empty after another's turn it was deleted, and what that one left comes again.
        consumer.seek(partition, isEmpty || end == null ? 0 : end - 1);
        long until = System.nanoTime() + (isEmpty ? LEFT_LATE : ANSWER).toNanos();
        byte[] last = null;
        while (last == null && System.nanoTime() < until && assigned && !closing) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
                last = record.value();
            }
        }
        if (last == null && assigned && !isEmpty) {
            throw new TimeoutException("what the bridge before left on " + settings.topic() + " cannot be read");
        }
        return Optional.ofNullable(last);
    }

    /** Only a member of the present generation may commit. */
    private void confirm(Consumer<byte[], byte[]> consumer) {
        CompletableFuture<Boolean> asked = confirmations.poll();
        if (asked == null) {
            return;
        }
        boolean confirmed = false;
        try {
            if (ours && assigned) {
                consumer.commitSync(Map.of(partition, new OffsetAndMetadata(0)), ANSWER);
                confirmed = true;
            }
        } catch (KafkaException e) {
            LOG.info("bridge.group={}: the turn is not confirmed: {}", settings.group(), e.toString());
        }
        asked.complete(confirmed);
    }

    /** Goes on meanwhile. */
    private void confirmSoon(Consumer<byte[], byte[]> consumer) {
        Confirmation.Moment asked = confirmation.now();
        askedNanos = asked.nanos();
        consumer.commitAsync(Map.of(partition, new OffsetAndMetadata(0)), (offsets, exception) -> {
            if (exception == null) {
                confirmation.at(asked);
                if (!obstacle.now().isEmpty() && asked.nanos() - refusedNanos >= NOT_REFUSED.toNanos()) {
                    // The consumer ends its heartbeats where it is refused, and begins them again only when it joins.
                    consumer.enforceRebalance("it is not refused any more");
                }
            }
        });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the next one follows soon
    private void write(Producer<byte[], byte[]> producer) {
        byte[] state = unwritten.getAndSet(null);
        if (state != null) {
            owed.set(state);
            producer.send(
                    new ProducerRecord<>(settings.topic(), 0, settings.group().getBytes(StandardCharsets.UTF_8), state),
                    (metadata, failure) -> {
                        if (failure == null) {
                            owed.compareAndSet(state, null);
                            silence.isGone();
                        } else {
                            silence.is("bridge.group=" + settings.group()
                                    + ": Kafka does not take what the next bridge is to know of this one: "
                                    + failure.getMessage());
                        }
                    });
        }
    }

    /** What Kafka has not taken of what was left when the turn ended. */
    private void payNowAndThen(Producer<byte[], byte[]> producer) {
        long now = System.nanoTime();
        byte[] state = owed.get();
        if (now - overNanos >= LEFT_LATE.toNanos()) {
            owed.set(null); // another's word is newer now
        } else if (state != null && now - paidNanos >= PAUSE.toNanos()) {
            paidNanos = now;
            unwritten.compareAndSet(null, state);
            write(producer);
        }
    }

    private boolean hasTopic() throws InterruptedException {
        try (Admin admin = settings.admin()) {
            Privileges privileges = new Privileges();
            boolean there = !privileges
                    .lookAtTopics(admin, Map.of(settings.topic(), NEEDED), ANSWER)
                    .isEmpty();
            privileges.lookAtGroup(admin, settings.topic(), ANSWER); // its name is that of the topic
            privileges.refuse("the bridge");
            if (!there) {
                makeTopic(admin);
            }
            // One just made is looked for again: who joins before the brokers know it hears that another has it.
            return there;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return true;
            }
            obstacle.is(inWords(e.getCause(), "CREATE"));
        } catch (KafkaException e) {
            obstacle.is(inWords(e, "CREATE"));
        }
        return false;
    }

    private void makeTopic(Admin admin) throws InterruptedException, ExecutionException {
        Map<String, String> configs = new HashMap<>();
        configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        configs.put(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(4 * 1024 * 1024)); // or nothing is compacted
        admin.createTopics(List.of(
                        new NewTopic(settings.topic(), Optional.of(1), settings.replicationFactor()).configs(configs)))
                .all()
                .get();
    }

    private String inWords(@Nullable Throwable failure, String operation) {
        return "bridge.group=" + settings.group() + ": "
                + (failure == null
                        ? ""
                        : Privileges.missing("the bridge", failure, operation, "")
                                .orElse(String.valueOf(failure.getMessage())))
                + ". Trying again";
    }
}
