package org.chatbridge.program;

import java.nio.file.Files;
import java.security.KeyStoreException;
import java.security.UnrecoverableKeyException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jspecify.annotations.Nullable;

/** Reads the certificate and the key that HTTPS is spoken with, as Kafka reads its own: PEM is understood too. */
final class Certificate {
    private static final ConfigDef DEFINITION = new ConfigDef().withClientSslSupport();

    private Certificate() {}

    /** @throws HttpService.CannotListenException where there is none; the message names the setting */
    static SSLContext read(HttpOptions.Keystore keystore) {
        if (!Files.isReadable(keystore.location()) || Files.isDirectory(keystore.location())) {
            throw unusable(keystore, "there is no such file, or it may not be read", null);
        }
        boolean pem = keystore.type().equals(DefaultSslEngineFactory.PEM_TYPE);
        if (keystore.password() == null && !pem) {
            throw unusable(keystore, HttpKeys.TLS_PASSWORD + " is not set", null);
        }
        Map<String, Object> settings = new HashMap<>();
        settings.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, keystore.type());
        settings.put(
                SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, keystore.location().toString());
        if (keystore.password() != null) {
            Password password = new Password(keystore.password());
            settings.put(SslConfigs.SSL_KEY_PASSWORD_CONFIG, password);
            if (!pem) {
                settings.put(SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG, password);
            }
        }
        try (DefaultSslEngineFactory engines = new DefaultSslEngineFactory()) {
            engines.configure(DEFINITION.parse(settings));
            boolean key = false;
            for (String alias : Collections.list(engines.keystore().aliases())) {
                key |= engines.keystore().isKeyEntry(alias);
            }
            if (!key) {
                throw unusable(keystore, "there is no private key in it", null);
            }
            return engines.sslContext();
        } catch (KafkaException | KeyStoreException e) {
            throw unusable(keystore, why(e), e);
        }
    }

    private static String why(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof UnrecoverableKeyException)) {
            cause = cause.getCause();
        }
        return cause instanceof UnrecoverableKeyException
                ? "the password is wrong"
                : String.valueOf(cause.getMessage());
    }

    private static HttpService.CannotListenException unusable(
            HttpOptions.Keystore keystore, String why, @Nullable Throwable cause) {
        return new HttpService.CannotListenException(
                HttpKeys.TLS_LOCATION + "=" + keystore.location() + ": cannot be used: " + why + "; expected a file of "
                        + HttpKeys.TLS_TYPE + " " + keystore.type()
                        + " with a private key and its certificates, that " + HttpKeys.TLS_PASSWORD + " opens",
                cause);
    }
}
