package org.chatbridge.program;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.JaasContext;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * Looks whether a client of Kafka can be made with what is set for TLS and SASL, without connecting to anything: that a file is
 * not there, or is no store, shows only in what is made of it.
 */
final class KafkaSecurity {
    /**
     * A mistake.
     *
     * @param name of the setting, as Kafka calls it
     * @param message what is wrong
     */
    record Mistake(String name, String message) {}

    /** What Kafka Streams gives to some of its clients only, such as {@code consumer.sasl.jaas.config}. */
    private static final Pattern OF_SOME = Pattern.compile("([a-z]+\\.)+(security|sasl|ssl)\\..*");

    private KafkaSecurity() {}

    /**
     * The first mistake; empty where there is none.
     *
     * @param settings of a client, each valid by itself; those of other things may be among them
     */
    static Optional<Mistake> in(Map<String, Object> settings) {
        Map<String, Object> security = new HashMap<>();
        settings.forEach((name, value) -> {
            if (name.startsWith("ssl.") || name.startsWith("sasl.") || name.startsWith("security.")) {
                security.put(name, value);
            }
        });
        String protocol = String.valueOf(security.getOrDefault(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, ""))
                .toUpperCase(Locale.ROOT);
        boolean isOfOneClient = settings.keySet().stream()
                .noneMatch(name -> OF_SOME.matcher(name).matches());
        if (protocol.isEmpty() || !isOfOneClient) {
            return Optional.empty();
        }
        security.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092"); // nobody connects
        try {
            Map<String, ?> values = new AdminClientConfig(security).values();
            if (protocol.endsWith("SSL") && values.get(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG) == null) {
                try (DefaultSslEngineFactory tls = new DefaultSslEngineFactory()) {
                    tls.configure(values);
                }
            }
            return protocol.startsWith("SASL") ? jaas(values) : Optional.empty();
        } catch (KafkaException e) {
            return Optional.of(mistake(security, e));
        }
    }

    /** What is wrong with it is not told: the message may have a part of a password. */
    private static Optional<Mistake> jaas(Map<String, ?> values) {
        try {
            JaasContext.loadClientContext(values);
            return Optional.empty();
        } catch (RuntimeException e) { // of several kinds, by where the JVM looks for it
            return Optional.of(new Mistake(
                    CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                    SaslConfigs.SASL_JAAS_CONFIG
                            + " is not set, or cannot be read: expected a login module, whether it is"
                            + " required, its options with their values in quotes, and a semicolon"));
        }
    }

    /** That of the setting whose value the message tells. */
    private static Mistake mistake(Map<String, Object> security, RuntimeException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root == e || String.valueOf(e.getMessage()).equals(root.getMessage())
                ? String.valueOf(e.getMessage())
                : e.getMessage() + ": " + root.getMessage();
        String name = security.entrySet().stream()
                .filter(setting ->
                        setting.getValue() instanceof String value && value.contains("/") && message.contains(value))
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst()
                .orElse(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG);
        return new Mistake(name, message);
    }
}
