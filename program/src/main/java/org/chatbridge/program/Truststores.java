package org.chatbridge.program;

import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** What can be set where a program asks others over TLS: whose certificates it trusts. */
public final class Truststores {
    private static final String LOCATION = ".location";
    private static final String PASSWORD = ".password";
    private static final String TYPE = ".type";

    private Truststores() {}

    /**
     * Adds the keys.
     *
     * @param prefix what they begin with, such as {@code peers.tls.truststore}
     * @param whose to whom the certificates belong, such as {@code other instances}
     */
    public static ConfigDef keys(ConfigDef keys, String prefix, String whose) {
        return keys.define(
                        prefix + LOCATION,
                        ConfigDef.Type.STRING,
                        null,
                        Expect.notBlank(),
                        Importance.MEDIUM,
                        "File with the certificates of " + whose
                                + ", or of who signed them. If it is not set, the JVM's own." + " Read at the start.")
                .define(
                        prefix + PASSWORD,
                        ConfigDef.Type.PASSWORD,
                        null,
                        Importance.MEDIUM,
                        "Password of that file; PEM has none.")
                .define(
                        prefix + TYPE,
                        ConfigDef.Type.STRING,
                        "PKCS12",
                        ConfigDef.ValidString.in("PKCS12", "JKS", "PEM"),
                        Importance.LOW,
                        "Type of that file.");
    }

    /** The key of the file. */
    public static String location(String prefix) {
        return prefix + LOCATION;
    }

    /**
     * What was set; empty where it was not.
     *
     * @throws HttpService.CannotListenException where the file cannot be used; the message names the setting
     */
    public static Optional<SSLContext> of(Settings settings, String prefix) {
        return settings.optionalString(prefix + LOCATION)
                .map(location -> Certificates.trusted(
                        prefix + LOCATION,
                        new HttpOptions.Keystore(
                                Path.of(location),
                                settings.optionalPassword(prefix + PASSWORD).orElse(null),
                                settings.string(prefix + TYPE))));
    }
}
