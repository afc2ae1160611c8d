package org.chatbridge.streams;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;
import org.chatbridge.program.Expect;
import org.chatbridge.program.HttpKeys;
import org.chatbridge.program.PassThrough;
import org.chatbridge.program.ProgramDefinition;
import org.chatbridge.program.Settings;
import org.chatbridge.program.Truststores;
import org.chatbridge.schema.SchemaRegistrySettings;

/** What can be set for the views. */
final class ViewsKeys {
    static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
    static final String SCHEMA_REGISTRY_URL = "schema.registry.url";
    static final String SCHEMA_REGISTRY = "schema.registry.";
    static final String TOPICS_PREFIX = "topics.prefix";
    static final String HTTP_LISTEN = "http.listen";
    static final String APPLICATION_ID = "application.id";
    static final String APPLICATION_SERVER = "application.server";
    static final String PEERS_TOKEN = "peers.token";
    static final String PEERS_TRUST = "peers.tls.truststore";
    static final String STATE_DIR = "state.dir";
    static final String CLOSED_RETENTION = "closed.retention";
    static final String HISTORY_RETENTION = "history.retention";
    static final String STREAMS = "streams.";

    private static final Pattern TOPIC_NAME_PART = Pattern.compile("[A-Za-z0-9._-]{0,100}");
    /** Of an application id: it is a directory too. */
    private static final Set<Object> NO_NAME = Set.of("", ".", "..");

    /** Numbers of which Kafka Streams says nothing, and of which its threads or its start would die. */
    private static final Map<String, Integer> LEAST = Map.of(
            StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, 0,
            StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1,
            StreamsConfig.POLL_MS_CONFIG, 0);

    private static final String BY_KEY = "the key decides which instance folds a row and is asked for it";

    private static final String CLASSIC = "with any other than classic Kafka Streams 4.3 answers queries from the wrong"
            + " instance (KAFKA-20782, KAFKA-20887)";

    private static final String OF_STREAMS = "Kafka Streams decides";
    private static final String SERVERS = "set " + BOOTSTRAP_SERVERS;
    private static final String AS_BYTES = "Kafka Streams reads and writes bytes; what is in them the views decide";

    private ViewsKeys() {}

    static ProgramDefinition definition() {
        return new ProgramDefinition(
                "streams-topology",
                "VIEWS_",
                "Folds the topics that the bridge writes into views, and serves them over HTTP.",
                keys(),
                List.of(
                        PassThrough.of(
                                SCHEMA_REGISTRY,
                                SchemaRegistrySettings.keys(),
                                "Settings of Confluent's registry client, such as"
                                        + " schema.registry.basic.auth.credentials.source."),
                        PassThrough.of(STREAMS, streamsKeys(), "Settings of Kafka Streams.")
                                .refusing(refused()),
                        consumer(StreamsConfig.CONSUMER_PREFIX, "Settings of all consumers of Kafka Streams."),
                        consumer(StreamsConfig.MAIN_CONSUMER_PREFIX, "Settings of the consumer that reads the topics."),
                        consumer(
                                StreamsConfig.RESTORE_CONSUMER_PREFIX,
                                "Settings of the consumer that restores the stores."),
                        consumer(
                                StreamsConfig.GLOBAL_CONSUMER_PREFIX,
                                "Settings of the consumer that every instance follows the gaps with."),
                        PassThrough.of(
                                        STREAMS + StreamsConfig.PRODUCER_PREFIX,
                                        ProducerConfig.configDef(),
                                        "Settings of the producer of Kafka Streams.")
                                .refusing(refusedOfProducer()),
                        PassThrough.of(
                                        STREAMS + StreamsConfig.ADMIN_CLIENT_PREFIX,
                                        AdminClientConfig.configDef(),
                                        "Settings of the admin client of Kafka Streams.")
                                .refusing(refusedOfAdmin()),
                        PassThrough.unchecked(
                                STREAMS + StreamsConfig.TOPIC_PREFIX,
                                "Settings of the changelog topics, such as streams.topic.min.insync.replicas.")),
                ViewsKeys::contradictions);
    }

    /** Kafka makes no admin client that waits less for an answer than for one request. */
    private static List<String> contradictions(Settings settings) {
        Map<String, Object> streams = settings.passThrough(STREAMS);
        String answer = StreamsConfig.ADMIN_CLIENT_PREFIX + AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG;
        String ofAll = AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG;
        String ofAdmin = StreamsConfig.ADMIN_CLIENT_PREFIX + ofAll;
        String request = streams.containsKey(ofAll) && !streams.containsKey(ofAdmin) ? ofAll : ofAdmin;
        Object least = streams.getOrDefault(
                request, AdminClientConfig.configDef().defaultValues().get(ofAll));
        Object set = streams.get(answer);
        return set == null || Integer.parseInt(set.toString()) >= Integer.parseInt(String.valueOf(least))
                ? List.of()
                : List.of(STREAMS + answer + "=" + set + ": expected at least " + STREAMS + request + "=" + least);
    }

    private static ConfigDef keys() {
        ConfigDef own = new ConfigDef()
                .define(
                        BOOTSTRAP_SERVERS,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        Expect.hostPorts(),
                        Importance.HIGH,
                        "Kafka: one or more host:port with commas between them.")
                .define(
                        SCHEMA_REGISTRY_URL,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        Expect.urls("http", "https", "mock"),
                        Importance.HIGH,
                        "Confluent-compatible schema registry: one or more URLs with commas between them.")
                .define(
                        STATE_DIR,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        Expect.notBlank(),
                        Importance.HIGH,
                        "Local directory of the stores. It may be lost: Kafka has all that is in it.")
                .define(
                        TOPICS_PREFIX,
                        ConfigDef.Type.STRING,
                        "livechat.",
                        topicNamePart(),
                        Importance.MEDIUM,
                        "What the names of the bridge's topics begin with.")
                .define(
                        CLOSED_RETENTION,
                        ConfigDef.Type.STRING,
                        Views.ENDED_KEPT_FOR.toHours() + "h",
                        Expect.duration(),
                        Importance.MEDIUM,
                        "How long a chat is kept after the last that was told of it, once its thread is closed.")
                .define(
                        HISTORY_RETENTION,
                        ConfigDef.Type.STRING,
                        "720h",
                        Expect.duration(),
                        Importance.MEDIUM,
                        "How far back it can be asked what agents and threads were.")
                .define(
                        APPLICATION_ID,
                        ConfigDef.Type.STRING,
                        "livechat-views",
                        topicNamePart(),
                        Importance.MEDIUM,
                        "Name of the consumer group, and what the names of changelog topics begin with."
                                + " Instances with the same name share the work.")
                .define(
                        HTTP_LISTEN,
                        ConfigDef.Type.STRING,
                        "127.0.0.1:8080",
                        Expect.hostPort(),
                        Importance.MEDIUM,
                        "Where to answer HTTP, host:port; port 0 takes any free one.")
                .define(
                        APPLICATION_SERVER,
                        ConfigDef.Type.STRING,
                        null,
                        Expect.reachable(),
                        Importance.MEDIUM,
                        "host:port at which other instances reach this one. If it is not set, http.listen, for an instance"
                                + " that is alone.")
                .define(
                        PEERS_TOKEN,
                        ConfigDef.Type.PASSWORD,
                        null,
                        Importance.MEDIUM,
                        "Bearer token with which this instance asks others, where those ask for one.");
        return HttpKeys.all(Truststores.keys(own, PEERS_TRUST, "other instances"));
    }

    /** What Kafka would refuse in a topic's name, it would refuse only after the program has connected. */
    private static ConfigDef.Validator topicNamePart() {
        return ConfigDef.LambdaValidator.with(
                (name, value) -> {
                    if (!TOPIC_NAME_PART.matcher(String.valueOf(value)).matches()
                            || (name.equals(APPLICATION_ID) && NO_NAME.contains(value))) {
                        throw new ConfigException(
                                name, value, "expected at most 100 letters, digits, dots, underscores and hyphens");
                    }
                },
                () -> "letters, digits, . _ -");
    }

    /** Streams' own keys, and those that all of its clients have: security before all. */
    private static ConfigDef streamsKeys() {
        ConfigDef keys = new ConfigDef();
        StreamsConfig.configDef().configKeys().values().forEach(key -> keys.define(bounded(key)));
        Set<String> common = new TreeSet<>(AdminClientConfig.configNames());
        common.retainAll(ConsumerConfig.configNames());
        common.retainAll(ProducerConfig.configNames());
        common.removeAll(keys.names());
        common.forEach(
                name -> keys.define(AdminClientConfig.configDef().configKeys().get(name)));
        return keys;
    }

    private static ConfigDef.ConfigKey bounded(ConfigDef.ConfigKey key) {
        Integer least = LEAST.get(key.name);
        return least == null
                ? key
                : new ConfigDef.ConfigKey(
                        key.name,
                        key.type,
                        key.defaultValue,
                        ConfigDef.Range.atLeast(least),
                        key.importance,
                        key.documentation,
                        key.group,
                        key.orderInGroup,
                        key.width,
                        key.displayName,
                        key.dependents,
                        key.recommender,
                        key.internalConfig);
    }

    private static PassThrough consumer(String prefix, String documentation) {
        Map<String, String> refused = new HashMap<>(refusedOfClient());
        refused.put(ConsumerConfig.GROUP_ID_CONFIG, "set " + APPLICATION_ID);
        refused.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, CLASSIC);
        refused.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, OF_STREAMS);
        refused.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, OF_STREAMS);
        refused.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, OF_STREAMS);
        refused.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, AS_BYTES);
        refused.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, AS_BYTES);
        return PassThrough.of(STREAMS + prefix, ConsumerConfig.configDef(), documentation)
                .refusing(refused);
    }

    private static Map<String, String> refusedOfProducer() {
        Map<String, String> refused = new HashMap<>(refusedOfClient());
        refused.put(ProducerConfig.PARTITIONER_CLASS_CONFIG, BY_KEY);
        refused.put(ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG, BY_KEY);
        refused.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, OF_STREAMS);
        refused.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, AS_BYTES);
        refused.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, AS_BYTES);
        return refused;
    }

    private static Map<String, String> refusedOfAdmin() {
        Map<String, String> refused = new HashMap<>(refusedOfClient());
        refused.put(AdminClientConfig.BOOTSTRAP_CONTROLLERS_CONFIG, SERVERS);
        return refused;
    }

    /** Of every client: what is set for all of them. */
    private static Map<String, String> refusedOfClient() {
        return Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                SERVERS,
                AdminClientConfig.CLIENT_ID_CONFIG,
                "set " + STREAMS + StreamsConfig.CLIENT_ID_CONFIG,
                AdminClientConfig.ENABLE_METRICS_PUSH_CONFIG,
                "set " + STREAMS + StreamsConfig.ENABLE_METRICS_PUSH_CONFIG);
    }

    private static Map<String, String> refused() {
        String badRecords = "the views count bad records and go on";
        return Map.ofEntries(
                Map.entry(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, SERVERS),
                Map.entry(StreamsConfig.APPLICATION_ID_CONFIG, "set " + APPLICATION_ID),
                Map.entry(StreamsConfig.APPLICATION_SERVER_CONFIG, "set " + APPLICATION_SERVER),
                Map.entry(StreamsConfig.STATE_DIR_CONFIG, "set " + STATE_DIR),
                Map.entry(StreamsConfig.GROUP_PROTOCOL_CONFIG, CLASSIC),
                Map.entry(
                        StreamsConfig.DSL_STORE_FORMAT_CONFIG,
                        "Kafka Streams 4.3 cannot query stores of the other format"),
                Map.entry(
                        StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG,
                        "every name that users see is given by the views"),
                Map.entry(
                        StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG,
                        "a record that has no time has that of its push"),
                Map.entry(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, badRecords),
                Map.entry("default.deserialization.exception.handler", badRecords),
                Map.entry(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, badRecords));
    }
}
