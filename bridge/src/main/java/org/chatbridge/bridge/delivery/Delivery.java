package org.chatbridge.bridge.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.chatbridge.bridge.convert.FrameConverter;
import org.chatbridge.bridge.frames.FrameQueue;
import org.chatbridge.program.Privileges;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.jspecify.annotations.Nullable;

/** The way of the frames from the queue to Kafka, with the Kafka clients that it needs. */
public final class Delivery implements ByTurns, AutoCloseable {
    private static final String BY_KEY =
            "the key decides: the pushes of a chat keep their order in one partition, where the views look for them";

    /** Why a setting of the producer may not be changed, by its name. */
    public static final Map<String, String> FIXED_PRODUCER_SETTINGS = Map.ofEntries(
            Map.entry(
                    ProducerConfig.ACKS_CONFIG,
                    "the bridge needs acks=all: a record that is not replicated may be lost"),
            Map.entry(
                    ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                    "the bridge has one request under way: a second may overtake the first of a partition"),
            Map.entry(
                    ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                    "the bridge needs idempotence: without it a retry breaks the order"),
            Map.entry(ProducerConfig.RETRIES_CONFIG, "the bridge retries without end"),
            Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "the bridge retries without end"),
            Map.entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, "the bridge writes keys as UTF-8"),
            Map.entry(
                    ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                    "the bridge writes values in Confluent's wire format"),
            Map.entry(ProducerConfig.PARTITIONER_CLASS_CONFIG, BY_KEY),
            Map.entry(ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG, BY_KEY),
            Map.entry(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "bridge.group decides"),
            Map.entry(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "set bootstrap.servers instead"));

    private static final int MIB = 1024 * 1024;

    /** Of Kafka to the admin client. */
    private static final int ANSWER_MS = 5_000;

    private final SchemaRegistry registry;
    private final Publisher publisher;

    /** Hears how the delivery ends, on its threads. */
    public interface Listener {
        /** Trying again would not help; the message names the setting and the remedy. */
        void gaveUp(String lastWord);

        /** Something went wrong that should not; the log has more. */
        void failed(String lastWord);
    }

    /**
     * What the delivery is told.
     *
     * @param replicationFactor -1 for the broker's default
     * @param transactionalId of the group that the bridge belongs to; null where it is alone
     * @param producer settings of the producer, over those that the bridge sets itself
     * @param admin settings of the admin client
     * @param schemaRegistry settings of the registry client
     */
    public record Options(
            String bootstrapServers,
            String registryUrls,
            TopicNames topics,
            int partitions,
            short replicationFactor,
            @Nullable String transactionalId,
            Map<String, Object> producer,
            Map<String, Object> admin,
            Map<String, String> schemaRegistry) {
        /** What the admin client can look for: whether records may be written only where it is the user that writes them. */
        private Set<AclOperation> needed() {
            return Set.of(security(producer).equals(security(admin)) ? AclOperation.WRITE : AclOperation.DESCRIBE);
        }
    }

    /** Of a Kafka client's settings those that it needs to be let in. */
    public static Map<String, Object> security(Map<String, Object> settings) {
        Map<String, Object> security = new HashMap<>(settings);
        security.keySet()
                .removeIf(
                        name -> !name.startsWith("security.") && !name.startsWith("sasl.") && !name.startsWith("ssl."));
        return security;
    }

    /**
     * @param turn asked before a producer that another bridge has fenced is replaced
     * @param listener hears of its end
     */
    public Delivery(
            Options options,
            FrameQueue queue,
            FrameConverter converter,
            Turn turn,
            Listener listener,
            MeterRegistry meters,
            Clock clock,
            Pause pause) {
        this.registry = new SchemaRegistry(options.registryUrls(), options.schemaRegistry());
        Preparation preparation = new Preparation(
                options.bootstrapServers(),
                new Topics(options.topics(), options.partitions(), options.replicationFactor(), options.needed()),
                () -> Admin.create(adminConfig(options)),
                registry,
                pause);
        this.publisher = new Publisher(
                queue,
                converter,
                preparation,
                () -> new KafkaProducer<>(
                        producerConfig(options), new ByteArraySerializer(), new ByteArraySerializer()),
                () -> new KafkaProducer<>(
                        transactionalConfig(options), new ByteArraySerializer(), new ByteArraySerializer()),
                turn,
                options.transactionalId() != null,
                listener,
                new DeliveryMetrics(meters, options.topics().written()),
                refused -> Privileges.missing(
                                "the bridge",
                                refused,
                                "WRITE",
                                Objects.requireNonNullElse(options.transactionalId(), ""))
                        .orElseGet(() -> "Kafka refuses records: " + Preparation.withItsCause(refused)),
                clock,
                pause);
    }

    /** Begins to deliver, as soon as Kafka and the registry are there; of a group, as soon as it knows whose turn it is. */
    public void start() {
        publisher.start();
    }

    @Override
    public void undecided() {
        publisher.undecided();
    }

    @Override
    public void lead(String newest) {
        publisher.lead(newest);
    }

    @Override
    public void follow() {
        publisher.follow();
    }

    /** What keeps records from Kafka, a sentence; empty where nothing does. By any thread. */
    public String inTheWay() {
        return publisher.inTheWay();
    }

    /**
     * Waits until the first frame would go to Kafka at once, at most so long: while Kafka or the registry are away frames wait in the
     * queue.
     */
    public void awaitReady(Duration longest) throws InterruptedException {
        publisher.awaitReady(longest);
    }

    /**
     * Delivers what is in the queue and ends, at once where something is known to be in the way, after two seconds at the most, and five where
     * topics and schemas are not there yet. What is left stays in the queue.
     */
    @Override
    public void close() {
        publisher.close();
        registry.close();
    }

    private static Map<String, Object> transactionalConfig(Options options) {
        Map<String, Object> config = producerConfig(options);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, options.transactionalId());
        config.put(ProducerConfig.CLIENT_ID_CONFIG, "chatbridge-" + options.transactionalId());
        return config;
    }

    static Map<String, Object> adminConfig(Options options) {
        Map<String, Object> config = new HashMap<>();
        config.put(AdminClientConfig.CLIENT_ID_CONFIG, "chatbridge-admin");
        // There is no client with the former below the latter: what is set of one moves the other.
        config.put(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Math.max(ANSWER_MS, answerMs(options, AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG)));
        config.put(
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                Math.min(ANSWER_MS, answerMs(options, AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG)));
        config.putAll(options.admin());
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, options.bootstrapServers());
        return config;
    }

    private static int answerMs(Options options, String name) {
        Object set = options.admin().get(name);
        return set == null ? ANSWER_MS : Integer.parseInt(set.toString());
    }

    private static Map<String, Object> producerConfig(Options options) {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.CLIENT_ID_CONFIG, "chatbridge");
        config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 64 * 1024);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) Topics.MAX_RECORD_BYTES + MIB);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_RECORD_BYTES);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Integer.MAX_VALUE);
        config.putAll(options.producer());
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // Of a producer that it does not know yet a broker takes any sequence number for the first: where a partition
        // gets a new leader just then, the second batch is taken and the first refused as out of order, without end.
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, options.bootstrapServers());
        return config;
    }
}
