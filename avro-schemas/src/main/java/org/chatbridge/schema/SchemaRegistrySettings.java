package org.chatbridge.schema;

import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;

import java.util.List;
import java.util.Map;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaRegistryClientConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;

/** What the client of {@link SchemaRegistry} can be told: it ignores a name that it does not know, and lets nobody log in by a source that it does not. */
public final class SchemaRegistrySettings {
    private static final List<String> TEXTS = List.of(
            SchemaRegistryClientConfig.PROXY_HOST,
            SchemaRegistryClientConfig.BEARER_AUTH_ISSUER_ENDPOINT_URL,
            SchemaRegistryClientConfig.BEARER_AUTH_CLIENT_ID,
            SchemaRegistryClientConfig.BEARER_AUTH_SCOPE,
            SchemaRegistryClientConfig.BEARER_AUTH_SCOPE_CLAIM_NAME,
            SchemaRegistryClientConfig.BEARER_AUTH_SUB_CLAIM_NAME,
            SchemaRegistryClientConfig.BEARER_AUTH_LOGICAL_CLUSTER,
            SchemaRegistryClientConfig.BEARER_AUTH_IDENTITY_POOL_ID,
            SchemaRegistryClientConfig.BEARER_AUTH_CUSTOM_PROVIDER_CLASS);

    private static final List<String> SECRETS = List.of(
            SchemaRegistryClientConfig.USER_INFO_CONFIG,
            SchemaRegistryClientConfig.BEARER_AUTH_TOKEN_CONFIG,
            SchemaRegistryClientConfig.BEARER_AUTH_CLIENT_SECRET);

    /** The client throws where a timeout is negative, and waits without end where it is 0. */
    private static final Map<String, ConfigDef.Range> NUMBERS = Map.of(
            SchemaRegistryClientConfig.HTTP_CONNECT_TIMEOUT_MS,
            ConfigDef.Range.atLeast(1),
            SchemaRegistryClientConfig.HTTP_READ_TIMEOUT_MS,
            ConfigDef.Range.atLeast(1),
            SchemaRegistryClientConfig.PROXY_PORT,
            ConfigDef.Range.between(1, 65_535),
            SchemaRegistryClientConfig.MISSING_CACHE_SIZE_CONFIG,
            ConfigDef.Range.atLeast(0),
            SchemaRegistryClientConfig.MISSING_ID_CACHE_TTL_CONFIG,
            ConfigDef.Range.atLeast(0),
            SchemaRegistryClientConfig.MISSING_VERSION_CACHE_TTL_CONFIG,
            ConfigDef.Range.atLeast(0),
            SchemaRegistryClientConfig.MISSING_SCHEMA_CACHE_TTL_CONFIG,
            ConfigDef.Range.atLeast(0),
            SchemaRegistryClientConfig.BEARER_AUTH_CACHE_EXPIRY_BUFFER_SECONDS,
            ConfigDef.Range.atLeast(0));

    private SchemaRegistrySettings() {}

    /** Names, without the prefix of a program, and their values; those of TLS and SASL are Kafka's. */
    public static ConfigDef keys() {
        ConfigDef keys = new ConfigDef()
                .define(
                        SchemaRegistryClientConfig.BASIC_AUTH_CREDENTIALS_SOURCE,
                        ConfigDef.Type.STRING,
                        NO_DEFAULT_VALUE,
                        ConfigDef.ValidString.in("URL", "USER_INFO", "SASL_INHERIT"),
                        Importance.MEDIUM,
                        "")
                .define(
                        SchemaRegistryClientConfig.BEARER_AUTH_CREDENTIALS_SOURCE,
                        ConfigDef.Type.STRING,
                        NO_DEFAULT_VALUE,
                        ConfigDef.ValidString.in("STATIC_TOKEN", "OAUTHBEARER", "SASL_OAUTHBEARER_INHERIT", "CUSTOM"),
                        Importance.MEDIUM,
                        "");
        TEXTS.forEach(name -> keys.define(name, ConfigDef.Type.STRING, Importance.LOW, ""));
        SECRETS.forEach(name -> keys.define(name, ConfigDef.Type.PASSWORD, Importance.LOW, ""));
        NUMBERS.forEach(
                (name, range) -> keys.define(name, ConfigDef.Type.INT, NO_DEFAULT_VALUE, range, Importance.LOW, ""));
        SslConfigs.addClientSslSupport(keys);
        SaslConfigs.addClientSaslSupport(keys);
        return keys;
    }
}
