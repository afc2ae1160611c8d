package org.chatbridge.bridge;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.chatbridge.bridge.connection.ApiVersion;
import org.chatbridge.bridge.connection.CustomerMonitoring;
import org.chatbridge.bridge.delivery.Delivery;
import org.chatbridge.bridge.journal.Fsync;
import org.chatbridge.program.Expect;
import org.chatbridge.program.HttpKeys;
import org.chatbridge.program.PassThrough;
import org.chatbridge.program.ProgramDefinition;
import org.chatbridge.program.Settings;
import org.chatbridge.program.Truststores;
import org.chatbridge.schema.SchemaRegistrySettings;

/** What can be set on the bridge. */
final class BridgeKeys {
    static final String LIVECHAT_URL = "livechat.url";
    static final String LIVECHAT_TOKEN = "livechat.token";
    static final String LIVECHAT_API_VERSION = "livechat.api.version";
    static final String LIVECHAT_CUSTOMER_MONITORING_LEVEL = "livechat.customer.monitoring.level";
    static final String LIVECHAT_TRUST = "livechat.tls.truststore";
    static final String LIVECHAT_FRAME_MAX_BYTES = "livechat.frame.max.bytes";
    static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
    static final String SCHEMA_REGISTRY_URL = "schema.registry.url";
    static final String TOPICS_PREFIX = "topics.prefix";
    static final String TOPICS_PARTITIONS = "topics.partitions";
    static final String TOPICS_REPLICATION_FACTOR = "topics.replication.factor";
    static final String GROUP = "bridge.group";
    static final String SESSION_TIMEOUT_MS = "bridge.session.timeout.ms";
    static final String JOURNAL_DIR = "journal.dir";
    static final String JOURNAL_MAX_BYTES = "journal.max.bytes";
    static final String JOURNAL_FSYNC = "journal.fsync";
    static final String HTTP_LISTEN = "http.listen";

    static final String PRODUCER = "producer.";
    static final String ADMIN = "admin.";
    static final String SCHEMA_REGISTRY = "schema.registry.";

    private static final String INSTEAD = "set " + BOOTSTRAP_SERVERS + " instead";

    static final ProgramDefinition PROGRAM = new ProgramDefinition(
            "bridge",
            "BRIDGE_",
            "Carries every push of LiveChat's Agent Chat API into Kafka.",
            keys(),
            List.of(
                    PassThrough.of(PRODUCER, ProducerConfig.configDef(), "a setting of Kafka's producer")
                            .refusing(Delivery.FIXED_PRODUCER_SETTINGS),
                    PassThrough.of(ADMIN, AdminClientConfig.configDef(), "a setting of Kafka's admin client")
                            .refusing(Map.of(
                                    AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                                    INSTEAD,
                                    AdminClientConfig.BOOTSTRAP_CONTROLLERS_CONFIG,
                                    INSTEAD)),
                    PassThrough.of(
                            SCHEMA_REGISTRY,
                            SchemaRegistrySettings.keys(),
                            "a setting of Confluent's registry client, such as basic.auth.credentials.source")),
            BridgeKeys::contradictions);

    /** More than a dead letter has beside its frame. */
    private static final long BESIDE_A_FRAME_BYTES = 1024 * 1024;

    private BridgeKeys() {}

    private static List<String> contradictions(Settings settings) {
        List<String> mistakes = new ArrayList<>();
        Map<String, Object> producer = settings.passThrough(PRODUCER);
        long least = settings.integer(LIVECHAT_FRAME_MAX_BYTES) + BESIDE_A_FRAME_BYTES;
        for (String name : List.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, ProducerConfig.BUFFER_MEMORY_CONFIG)) {
            Object value = producer.get(name);
            if (value != null && Long.parseLong(value.toString()) < least) {
                mistakes.add(PRODUCER + name + "=" + value + ": expected at least " + least + ", which is "
                        + LIVECHAT_FRAME_MAX_BYTES + " and 1 MiB: the largest frame could never be delivered, nor what"
                        + " comes behind it");
            }
        }
        Map<String, Object> admin = settings.passThrough(ADMIN);
        Object answer = admin.get(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG);
        Object request = admin.get(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG);
        if (answer != null
                && request != null
                && Integer.parseInt(answer.toString()) < Integer.parseInt(request.toString())) {
            mistakes.add(ADMIN + AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG + "=" + answer + ": expected at least "
                    + ADMIN + AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG + "=" + request);
        }
        return mistakes;
    }

    private static ConfigDef keys() {
        return HttpKeys.guarded(Truststores.keys(own(), LIVECHAT_TRUST, "LiveChat, or of a proxy before it"));
    }

    private static ConfigDef own() {
        return new ConfigDef()
                .define(
                        LIVECHAT_URL,
                        ConfigDef.Type.STRING,
                        NO_DEFAULT_VALUE,
                        ConfigDef.CompositeValidator.of(
                                Expect.url("ws", "wss"),
                                ConfigDef.LambdaValidator.with(BridgeKeys::checkNobody, () -> "a URL of nobody")),
                        HIGH,
                        "full WebSocket URL of the Agent Chat API, its path included,"
                                + " such as wss://api.livechatinc.com/v3.6/agent/rtm/ws")
                .define(
                        LIVECHAT_TOKEN,
                        ConfigDef.Type.PASSWORD,
                        NO_DEFAULT_VALUE,
                        Expect.notBlank(),
                        HIGH,
                        "what goes into the login, such as \"Bearer …\"; the agent should be the bridge's own")
                .define(
                        LIVECHAT_API_VERSION,
                        ConfigDef.Type.STRING,
                        ApiVersion.V0_2.label(),
                        ConfigDef.ValidString.in(ApiVersion.labels().toArray(String[]::new)),
                        MEDIUM,
                        "dialect of the server")
                .define(
                        LIVECHAT_CUSTOMER_MONITORING_LEVEL,
                        ConfigDef.Type.STRING,
                        CustomerMonitoring.HIGHEST_AVAILABLE.label(),
                        ConfigDef.ValidString.in(CustomerMonitoring.labels().toArray(String[]::new)),
                        MEDIUM,
                        "from version 3.3 on: of which customers LiveChat tells: of those in chats of the bridge's own agent"
                                + " (my), who chat (chatting), who are invited (invited), who visit the website"
                                + " (online), or as many as the license allows (highest_available)")
                .define(
                        LIVECHAT_FRAME_MAX_BYTES,
                        ConfigDef.Type.INT,
                        32 * 1024 * 1024,
                        ConfigDef.Range.between(64 * 1024, 64 * 1024 * 1024),
                        LOW,
                        "largest message that is received, in one frame or several; a larger one closes the connection with code 1011")
                .define(
                        BOOTSTRAP_SERVERS,
                        ConfigDef.Type.STRING,
                        NO_DEFAULT_VALUE,
                        Expect.hostPorts(),
                        HIGH,
                        "Kafka: one or more host:port")
                .define(
                        SCHEMA_REGISTRY_URL,
                        ConfigDef.Type.STRING,
                        NO_DEFAULT_VALUE,
                        Expect.urls("http", "https", "mock"),
                        HIGH,
                        "Confluent-compatible schema registry, one or more URLs")
                .define(
                        TOPICS_PREFIX,
                        ConfigDef.Type.STRING,
                        "livechat.",
                        ConfigDef.LambdaValidator.with(BridgeKeys::checkPrefix, () -> "letters, digits, . _ -"),
                        MEDIUM,
                        "what the name of every topic begins with")
                .define(
                        TOPICS_PARTITIONS,
                        ConfigDef.Type.INT,
                        6,
                        ConfigDef.Range.between(1, 10_000),
                        MEDIUM,
                        "partitions of every topic, the same for all")
                .define(
                        TOPICS_REPLICATION_FACTOR,
                        ConfigDef.Type.INT,
                        -1,
                        ConfigDef.LambdaValidator.with(BridgeKeys::checkReplication, () -> "-1 or at least 1"),
                        MEDIUM,
                        "replicas of every topic; -1 for the broker's default")
                .define(
                        GROUP,
                        ConfigDef.Type.STRING,
                        "",
                        ConfigDef.LambdaValidator.with(BridgeKeys::checkGroup, () -> "letters, digits, . _ -"),
                        MEDIUM,
                        "the same for all bridges of one account: one of them is connected, the others wait for it to"
                                + " end; empty for a bridge that is alone")
                .define(
                        SESSION_TIMEOUT_MS,
                        ConfigDef.Type.INT,
                        6_000,
                        ConfigDef.Range.between(1_000, 300_000),
                        LOW,
                        "time without a sign of life after which the connected bridge of a group is taken for dead; not"
                                + " below the broker's group.min.session.timeout.ms")
                .define(
                        JOURNAL_DIR,
                        ConfigDef.Type.STRING,
                        NO_DEFAULT_VALUE,
                        ConfigDef.LambdaValidator.with(BridgeKeys::checkDirectory, () -> "a directory"),
                        HIGH,
                        "local directory of the write-ahead journal, of this bridge alone; made if it is missing")
                .define(
                        JOURNAL_MAX_BYTES,
                        ConfigDef.Type.LONG,
                        4L * 1024 * 1024 * 1024,
                        ConfigDef.Range.atLeast(1024 * 1024),
                        MEDIUM,
                        "size of the journal's files from which on the socket is not read until Kafka has more of them")
                .define(
                        JOURNAL_FSYNC,
                        ConfigDef.Type.STRING,
                        Fsync.INTERVAL.label(),
                        ConfigDef.ValidString.in(Fsync.labels().toArray(String[]::new)),
                        MEDIUM,
                        "when frames are forced onto the disk: always (before each is done), interval (every 100 ms) or"
                                + " never; only a failure of the whole machine makes a difference")
                .define(
                        HTTP_LISTEN,
                        ConfigDef.Type.STRING,
                        "127.0.0.1:8081",
                        Expect.hostPort(),
                        MEDIUM,
                        "where health, status and metrics are served");
    }

    /** It would be told in every log, and nothing would be done with it. */
    private static void checkNobody(String name, Object value) {
        if (URI.create(String.valueOf(value)).getRawUserInfo() != null) {
            throw new ConfigException(
                    name, value, "expected a URL without a name or a password; the token goes into " + LIVECHAT_TOKEN);
        }
    }

    private static void checkPrefix(String name, Object value) {
        if (!String.valueOf(value).matches("[A-Za-z0-9._-]{0,100}")) {
            throw new ConfigException(
                    name, value, "expected at most 100 letters, digits, dots, underscores and hyphens");
        }
    }

    private static void checkGroup(String name, Object value) {
        if (value instanceof String group && !group.matches("[A-Za-z0-9._-]{0,100}")) {
            throw new ConfigException(name, value, "expected at most 100 letters, digits, . _ or -");
        }
    }

    private static void checkDirectory(String name, Object value) {
        if (value == null) {
            return;
        }
        try {
            if (!Path.of(value.toString()).toString().isBlank()) {
                return;
            }
        } catch (InvalidPathException e) {
            throw new ConfigException(name, value, "expected a directory (" + e.getReason() + ")");
        }
        throw new ConfigException(name, value, "expected a value that is not blank");
    }

    private static void checkReplication(String name, Object value) {
        if (!(value instanceof Integer factor) || factor == 0 || factor < -1 || factor > Short.MAX_VALUE) {
            throw new ConfigException(name, value, "expected -1 for the broker's default, or at least 1");
        }
    }
}
