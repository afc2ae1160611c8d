package org.chatbridge.program;

import java.nio.file.Files;
import java.security.KeyStore;
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

/** Reads the certificates that HTTPS is spoken with, as Kafka reads its own: PEM is understood too. */
public final class Certificates {
    private static final ConfigDef DEFINITION = new ConfigDef().withClientSslSupport();

    private Certificates() {}

    /** @throws HttpService.CannotListenException where there is none; the message names the setting */
    static SSLContext own(HttpOptions.Keystore keystore) {
        boolean pem = isPem(keystore);
        String location = HttpKeys.TLS_LOCATION + "=" + keystore.location();
        String expected = "expected a file of " + HttpKeys.TLS_TYPE + " " + keystore.type()
                + " with a private key and its certificates, that " + HttpKeys.TLS_PASSWORD + " opens";
        String password = keystore.password();
        Map<String, Object> settings = new HashMap<>();
        settings.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, keystore.type());
        settings.put(
                SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, keystore.location().toString());
        if (password != null) {
            settings.put(SslConfigs.SSL_KEY_PASSWORD_CONFIG, new Password(password));
            if (!pem) {
                settings.put(SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG, new Password(password));
            }
        }
        return read(location, expected, keystore, engines -> {
            if (password == null && !pem) {
                throw unusable(location, HttpKeys.TLS_PASSWORD + " is not set", expected, null);
            }
            engines.configure(DEFINITION.parse(settings));
            if (!contains(engines.keystore(), KeyStore::isKeyEntry)) {
                throw unusable(location, "there is no private key in it", expected, null);
            }
        });
    }

    /**
     * For asking servers whose certificates are these, or signed by these.
     *
     * @param setting the key of the location; those of type and password begin as it does
     * @param truststore its password may be null: then it is not checked whether anybody changed the file
     * @throws HttpService.CannotListenException where there are none; the message names the setting
     */
    public static SSLContext trusted(String setting, HttpOptions.Keystore truststore) {
        String location = setting + "=" + truststore.location();
        String expected = "expected a file of type " + truststore.type() + " with certificates to trust"
                + (isPem(truststore) ? ", and no password" : ", and its password");
        Map<String, Object> settings = new HashMap<>();
        settings.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, truststore.type());
        settings.put(
                SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, truststore.location().toString());
        if (truststore.password() != null) {
            settings.put(SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG, new Password(truststore.password()));
        }
        return read(location, expected, truststore, engines -> {
            engines.configure(DEFINITION.parse(settings));
            if (!contains(engines.truststore(), KeyStore::isCertificateEntry)) {
                throw unusable(location, "there is no certificate to trust in it", expected, null);
            }
        });
    }

    private static SSLContext read(String location, String expected, HttpOptions.Keystore file, Reading reading) {
        if (!Files.isReadable(file.location()) || Files.isDirectory(file.location())) {
            throw unusable(location, "there is no such file, or it may not be read", expected, null);
        }
        try (DefaultSslEngineFactory engines = new DefaultSslEngineFactory()) {
            reading.configure(engines);
            return engines.sslContext();
        } catch (KafkaException | KeyStoreException e) {
            throw unusable(location, why(e), expected, e);
        }
    }

    private interface Reading {
        void configure(DefaultSslEngineFactory engines) throws KeyStoreException;
    }

    private interface Kind {
        boolean is(KeyStore store, String alias) throws KeyStoreException;
    }

    private static boolean contains(KeyStore store, Kind kind) throws KeyStoreException {
        for (String alias : Collections.list(store.aliases())) {
            if (kind.is(store, alias)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPem(HttpOptions.Keystore file) {
        return file.type().equals(DefaultSslEngineFactory.PEM_TYPE);
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
            String location, String why, String expected, @Nullable Throwable cause) {
        return new HttpService.CannotListenException(location + ": cannot be used: " + why + "; " + expected, cause);
    }
}
