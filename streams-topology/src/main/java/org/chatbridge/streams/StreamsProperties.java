package org.chatbridge.streams;

import java.time.Duration;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.Settings;
import org.chatbridge.schema.TopicNames;
import org.chatbridge.streams.placement.CopyFirst;

/** The settings of Kafka Streams: those that the views need, then those that the user gave. */
final class StreamsProperties {
    /** A row may hold what LiveChat sent in one frame, and a frame has no limit that is documented. */
    static final int LARGEST_ROW_BYTES = 64 << 20;

    /** A producer refuses a record that is larger than all of its memory. */
    private static final int PRODUCER_MEMORY_BYTES = LARGEST_ROW_BYTES + (8 << 20);

    /** How soon a change is durable. Kafka's default of 30 s is for throughput. */
    private static final int COMMIT_INTERVAL_MS = 100;

    /** With more there is a commit less often. */
    private static final int PARTITIONS_OF_ONE_INTERVAL = 6;

    private static final int LONGEST_INTERVAL_MS = 1_000;

    /** How long the rows of an instance that was killed are out of reach. Kafka's default is 45 s. */
    private static final int SESSION_TIMEOUT_MS = 10_000;

    /** By its answer an instance learns of a rebalance, and until all have it nobody goes on. Kafka's default is 3 s. */
    private static final int HEARTBEAT_INTERVAL_MS = 1_000;

    /** Beside the partition that is folded: with it as many as brokers usually keep, so that two instances can go at once. */
    private static final int COPIES = 2;

    /** A copy that misses no more records may take a partition over. Kafka's default, too; it is read in a second or two. */
    private static final long TAKES_OVER_WITHIN = 10_000;

    /**
     * How long a task may be without Kafka: longer than that can be. Kafka Streams adds it to the time of day, so it is not the
     * largest number. After its own 5 min the thread dies and takes what it answers from with it.
     */
    private static final long WITHOUT_KAFKA_MS = Duration.ofDays(365).toMillis();

    /** So many partitions at a time are copied to instances that were added. */
    private static final int WARMING_UP = 16;

    /** Settings by which one of the clients is let in otherwise than the rest. */
    private static final Pattern OF_ONE_CLIENT =
            Pattern.compile("([a-z]+\\.)?(admin|consumer|producer)\\.(security|sasl|ssl)\\..*");

    private StreamsProperties() {}

    /**
     * What the views need in Kafka, as far as its admin client can see it: nothing where other clients log in as somebody
     * else.
     */
    static KafkaNeeds needs(Settings settings, TopicNames topics, Topology topology) {
        KafkaNeeds needs = KafkaNeeds.of(topics, settings.string(ViewsKeys.APPLICATION_ID), topology.describe());
        boolean isOneUser = settings.passThrough(ViewsKeys.STREAMS).keySet().stream()
                .noneMatch(name -> OF_ONE_CLIENT.matcher(name).matches());
        return isOneUser ? needs : needs.unlooked();
    }

    /**
     * A commit costs as much as there are partitions: since Kafka 4.3 it writes into every store. With many of them there is one less
     * often, or there would be time for little else; where it is set it stays.
     *
     * @param partitions of a topic of the bridge
     */
    static void fit(Properties properties, Settings settings, int partitions) {
        if (!settings.passThrough(ViewsKeys.STREAMS).containsKey(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG)) {
            int times = Math.max(1, partitions / PARTITIONS_OF_ONE_INTERVAL);
            properties.put(
                    StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, Math.min(LONGEST_INTERVAL_MS, COMMIT_INTERVAL_MS * times));
        }
    }

    /** @param applicationServer this instance as its peers reach it */
    static Properties of(Settings settings, HostPort applicationServer, SkipBadRecords badRecords) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL_MS);
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, COPIES);
        properties.put(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, TAKES_OVER_WITHIN);
        properties.put(StreamsConfig.MAX_WARMUP_REPLICAS_CONFIG, WARMING_UP);
        properties.put(StreamsConfig.TASK_ASSIGNOR_CLASS_CONFIG, CopyFirst.class.getName());
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), LARGEST_ROW_BYTES);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), PRODUCER_MEMORY_BYTES);
        // Of a producer that it does not know yet a broker takes any sequence number for the first: where a topic is
        // new or a
        // partition has just got another leader, the second batch is taken and the first refused as out of order, until
        // its
        // time is up and the thread with it.
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION), 1);
        properties.put(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, WITHOUT_KAFKA_MS);
        // With a record that is given up Kafka Streams gives up the state of its task. Some wait before they are taken:
        // a producer that no broker answers forgets where topics are.
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG), Integer.MAX_VALUE);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_BLOCK_MS_CONFIG), WITHOUT_KAFKA_MS);
        properties.put(StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG), LARGEST_ROW_BYTES);
        properties.put(
                StreamsConfig.topicPrefix(TopicConfig.DELETE_RETENTION_MS_CONFIG),
                ViewTopics.TOMBSTONES_KEPT.toMillis());
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_TIMEOUT_MS);
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), HEARTBEAT_INTERVAL_MS);
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, StoreMemory.class);
        // Kafka would send its vendor's metrics of this client to a broker that asks for them.
        properties.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        properties.putAll(settings.passThrough(ViewsKeys.STREAMS));

        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.string(ViewsKeys.APPLICATION_ID));
        properties.put(StreamsConfig.APPLICATION_SERVER_CONFIG, applicationServer.toString());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.string(ViewsKeys.BOOTSTRAP_SERVERS));
        properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.string(ViewsKeys.STATE_DIR));
        properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        properties.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, TimeOfPush.class);
        properties.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, SkipBadRecords.Undecodable.class);
        properties.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, SkipBadRecords.Unfoldable.class);
        properties.put(SkipBadRecords.INSTANCE, badRecords);
        return properties;
    }
}
