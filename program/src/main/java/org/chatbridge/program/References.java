package org.chatbridge.program;

import java.util.Map;
import java.util.regex.Matcher;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/** Resolves {@code ${env:NAME}} and {@code ${file:path:key}} within values. */
final class References {
    private static final String KINDS = "expected ${env:NAME} or ${file:path:key}";

    private final ConfigTransformer transformer;

    References(Map<String, String> environment) {
        ConfigProvider env = new EnvVarConfigProvider(environment);
        ConfigProvider file = new FileConfigProvider();
        env.configure(Map.of());
        file.configure(Map.of());
        this.transformer = new ConfigTransformer(Map.of("env", env, "file", file));
    }

    /** A reference that leads nowhere; the message says which and what is expected. */
    static final class UnresolvedException extends Exception {
        private static final long serialVersionUID = 1;

        UnresolvedException(String message) {
            super(message);
        }
    }

    String resolve(String value) throws UnresolvedException {
        Matcher reference = ConfigTransformer.DEFAULT_PATTERN.matcher(value);
        StringBuilder resolved = new StringBuilder();
        while (reference.find()) {
            reference.appendReplacement(resolved, Matcher.quoteReplacement(one(reference.group())));
        }
        return reference.appendTail(resolved).toString();
    }

    private String one(String reference) throws UnresolvedException {
        Map<String, String> answer;
        try {
            answer = transformer.transform(Map.of("value", reference)).data();
        } catch (ConfigException e) {
            throw new UnresolvedException(reference + " cannot be resolved: " + e.getMessage());
        }
        String resolved = answer.getOrDefault("value", reference);
        if (!resolved.equals(reference)) {
            return resolved.strip();
        }
        if (reference.startsWith("${env:")) {
            throw new UnresolvedException(reference + " cannot be resolved: there is no such environment variable");
        }
        if (reference.startsWith("${file:")) {
            throw new UnresolvedException(reference + " cannot be resolved: the file has no such key");
        }
        throw new UnresolvedException(reference + " cannot be resolved: " + KINDS);
    }
}
