package org.chatbridge.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Signs certificates for the servers and clients of one machine, with the JDK's {@code keytool}. */
public final class CertificateAuthority {
    /** Of every file that it makes. */
    public static final String PASSWORD = "changeit";

    private final Path directory;
    private final Path own;

    /**
     * Makes its key and certificate.
     *
     * @param directory for all files that it makes
     */
    public CertificateAuthority(Path directory) {
        this.directory = directory;
        this.own = directory.resolve("authority.p12");
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keytool(own, "-genkeypair", "-alias", "own", "-keyalg", "EC", "-dname", "CN=authority", "-ext", "bc:c");
        keytool(
                own,
                "-exportcert",
                "-rfc",
                "-alias",
                "own",
                "-file",
                certificate().toString());
    }

    /** Its certificate, in PEM. */
    public Path certificate() {
        return directory.resolve("authority.pem");
    }

    /**
     * Makes a key with a certificate that it signs.
     *
     * @param name the common name
     * @param hosts that the certificate is good for, such as {@code dns:localhost,ip:127.0.0.1}
     * @param validity options of {@code keytool} such as {@code -startdate -2d -validity 1}; none for three months from now on
     * @return a PKCS12 file of both
     */
    public Path issue(String name, String hosts, String... validity) {
        Path keystore = directory.resolve(name + ".p12");
        Path request = directory.resolve(name + ".csr");
        Path signed = directory.resolve(name + ".pem");
        keytool(keystore, "-genkeypair", "-alias", "own", "-keyalg", "EC", "-dname", "CN=" + name);
        keytool(keystore, "-certreq", "-alias", "own", "-file", request.toString());
        List<String> extensions = hosts.isEmpty() ? List.of() : List.of("-ext", "SAN=" + hosts);
        List<String> signing =
                new ArrayList<>(List.of("-gencert", "-rfc", "-alias", "own", "-infile", request.toString()));
        signing.addAll(List.of("-outfile", signed.toString()));
        signing.addAll(extensions);
        signing.addAll(List.of(validity));
        keytool(own, signing.toArray(String[]::new));
        keytool(
                keystore,
                "-importcert",
                "-noprompt",
                "-alias",
                "authority",
                "-file",
                certificate().toString());
        keytool(keystore, "-importcert", "-noprompt", "-alias", "own", "-file", signed.toString());
        return keystore;
    }

    /** What a server speaks TLS with: the key and certificate of a file that {@link #issue} made. */
    public static SSLContext server(Path keystore) {
        char[] password = PASSWORD.toCharArray();
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(KeyStore.getInstance(keystore.toFile(), password), password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(keystore + " cannot be used", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void keytool(Path keystore, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", keystore.toString(), "-storepass", PASSWORD, "-storetype", "PKCS12"));
        try {
            Process keytool =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + said.strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
