package org.chatbridge.bridge.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.chatbridge.program.Obstacle;
import org.chatbridge.program.Privileges;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.SchemaRegistryException;
import org.chatbridge.schema.TopicNames;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings topics and schemas into being before the first record, however long Kafka or the registry are away: one line when
 * something is in the way, one when it is not any more.
 */
final class Preparation {
    private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration REMINDER = Duration.ofMinutes(1);
    private static final Duration RARE_REMINDER = Duration.ofHours(6);

    private static final String NOT_ASKED = "Kafka was not asked yet";

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);

    /** Threads that register schemas: each of these takes two answers of the registry. */
    private static final int AHEAD = 2;

    private final String bootstrapServers;
    private final Topics topics;
    private final Supplier<Admin> admins;
    private final SchemaRegistry registry;
    private final Pause pause;
    private final Map<String, Integer> ids = new ConcurrentSkipListMap<>();
    private final Queue<Map.Entry<String, Schema>> waiting = new ConcurrentLinkedQueue<>();
    private final List<Thread> ahead;
    private final Obstacle obstacle = new Obstacle(LOG, REMINDER, System::nanoTime, NOT_ASKED);
    private final Obstacle remark = new Obstacle(LOG, RARE_REMINDER, System::nanoTime, "");

    /**
     * @param bootstrapServers for messages
     * @param admins makes a client that is closed after each try
     */
    Preparation(String bootstrapServers, Topics topics, Supplier<Admin> admins, SchemaRegistry registry, Pause pause) {
        this.bootstrapServers = bootstrapServers;
        this.topics = topics;
        this.admins = admins;
        this.registry = registry;
        this.pause = pause;
        this.ahead = IntStream.rangeClosed(1, AHEAD)
                .mapToObj(number -> {
                    Thread thread = new Thread(this::registerAhead, "delivery-schemas-" + number);
                    thread.setDaemon(true);
                    return thread;
                })
                .toList();
    }

    TopicNames topics() {
        return topics.names();
    }

    /** Of each topic. */
    int partitions() {
        return topics.partitions();
    }

    /** What to do where a topic has another number of partitions. */
    String otherPartitions(String topic, int actual) {
        return topics.otherPartitions(topic, actual);
    }

    /** What is in the way now, a sentence; empty where nothing is. By any thread. */
    String inTheWay() {
        return obstacle.now();
    }

    /** Whether something was found to be in the way. By any thread. */
    boolean isHindered() {
        return !inTheWay().isEmpty() && !inTheWay().equals(NOT_ASKED);
    }

    /**
     * Tries until all topics are there; schemas are registered meanwhile.
     *
     * @throws Topics.UnsuitableTopicException where trying again would not help
     */
    void awaitTopics() throws Topics.UnsuitableTopicException, InterruptedException {
        Records.schemas(topics.names()).forEach((topic, schema) -> waiting.add(Map.entry(topic, schema)));
        ahead.forEach(Thread::start);
        while (!hasTopics()) {
            pause.of(PAUSE);
        }
    }

    /**
     * Tries until all schemas are there. After {@link #awaitTopics}.
     *
     * @return topic to the id of its values' schema
     * @throws SchemaRegistryException where the registry refuses a schema for good
     */
    Map<String, Integer> awaitSchemas() throws InterruptedException {
        for (Thread thread : ahead) {
            thread.join(ANSWERS_WITHIN.toMillis());
            while (thread.isAlive()) {
                int before = ids.size();
                thread.join(ANSWERS_WITHIN.toMillis());
                if (thread.isAlive() && ids.size() == before) {
                    obstacle.is("the schema registry has not answered for " + ANSWERS_WITHIN.toSeconds()
                            + " s. Frames are kept meanwhile, still waiting");
                }
            }
        }
        while (!hasSchemas()) {
            pause.of(PAUSE);
        }
        obstacle.isGone();
        return ids;
    }

    /**
     * Registers the schema of a topic's values, where the registry has lost it.
     *
     * @return its id, where that is another than before
     * @throws SchemaRegistryException where the registry does not answer or refuses
     */
    OptionalInt registerAgain(String topic, Schema schema) {
        int id = registry.registerAgain(TopicNames.subject(topic), schema);
        Integer before = ids.put(topic, id);
        return before != null && before == id ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /**
     * Makes the topics that are missing.
     *
     * @return what keeps it from that, a sentence; empty where nothing does
     * @throws Topics.UnsuitableTopicException where trying again would not help
     */
    String makeTopics() throws Topics.UnsuitableTopicException, InterruptedException {
        try {
            Admin admin = admins.get();
            try {
                List<String> created = topics.ensure(admin, this::remark);
                if (!created.isEmpty()) {
                    LOG.info("made {} topics with {} partitions: {}", created.size(), topics.partitions(), created);
                }
                return "";
            } finally {
                admin.close(
                        Duration.ZERO); // else a bridge that is asked to stop waits for an answer that none waits for
            }
        } catch (KafkaException e) {
            return "bootstrap.servers=" + bootstrapServers + ": " + reason(e)
                    + " Frames are kept meanwhile, trying again";
        }
    }

    private void remark(String text) {
        if (text.isEmpty()) {
            remark.isGone();
        } else {
            remark.is(text);
        }
    }

    private boolean hasTopics() throws Topics.UnsuitableTopicException, InterruptedException {
        String hindrance = makeTopics();
        if (!hindrance.isEmpty()) {
            obstacle.is(hindrance);
        }
        return hindrance.isEmpty();
    }

    /** While Kafka is asked for the topics: pushes may wait already. */
    private void registerAhead() {
        try {
            for (Map.Entry<String, Schema> next = waiting.poll(); next != null; next = waiting.poll()) {
                register(next.getKey(), next.getValue());
            }
        } catch (SchemaRegistryException e) {
            LOG.debug("whoever needs them tries again, and says so", e);
        }
    }

    private void register(String topic, Schema schema) {
        if (!ids.containsKey(topic)) {
            ids.put(topic, registry.register(TopicNames.subject(topic), schema));
        }
    }

    private boolean hasSchemas() {
        try {
            Records.schemas(topics.names()).forEach(this::register);
            return true;
        } catch (SchemaRegistryException e) {
            if (!e.isTransient()) {
                throw e;
            }
            obstacle.is(e.getMessage()
                    + "; is it running there, and reachable from here? Frames are kept meanwhile, trying again");
            return false;
        }
    }

    private static String reason(KafkaException e) {
        Optional<String> privilege = Privileges.missing("the bridge", e, "DESCRIBE", "");
        if (privilege.isPresent()) {
            return privilege.get() + ".";
        }
        // The settings were checked before: what is left is a name that leads nowhere.
        if (e.getCause() instanceof ConfigException noName) {
            return "Kafka does not answer (" + noName.getMessage() + "); is it running there, and is that its name?";
        }
        return e instanceof TimeoutException
                ? "Kafka does not answer; is it running there, and reachable from here?"
                : "Kafka refuses: " + withItsCause(e) + ".";
    }

    /** What went wrong, and what that came from: a client that cannot be made says the latter only there. */
    static String withItsCause(Exception e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root == e ? e.toString() : e + " (" + root.getMessage() + ")";
    }
}
