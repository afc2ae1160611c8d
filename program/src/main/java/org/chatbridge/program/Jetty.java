package org.chatbridge.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** What lies below the routes: where it listens, what a request may look like, and what every request passes first. */
final class Jetty {
    /** An id may hold anything: Jetty would refuse an escaped slash or percent sign in a path. */
    private static final UriCompliance OPAQUE_IDS = UriCompliance.DEFAULT.with(
            "opaque-ids",
            UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
            UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
            UriCompliance.Violation.AMBIGUOUS_PATH_SEGMENT,
            UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS);

    /**
     * Of the first line with path and query, and of all headers with it. What the views hand out to be given back, a position or the id
     * of an event, grows with the partitions: some kilobytes where there are sixty.
     */
    private static final int REQUEST_BYTES = 64 * 1024;

    private static final long STOP_TIMEOUT_MS = 5_000;

    /**
     * How long a connection stays open on which nothing comes or goes. Most load balancers keep theirs for a minute at the most, and what
     * one sends on a connection that is just being closed is a 502. Not longer within requests than without: Jetty, which closes what is
     * idle as it stops, would take the longer time up again with the end of a request.
     */
    private static final Duration IDLE = Duration.ofSeconds(75);

    private final HostPort listen;
    private final HttpOptions options;
    private final Set<String> open;
    private final @Nullable TokensFile tokens;
    private final @Nullable SSLContext tls;
    private @Nullable ServerSocketChannel address;

    private Jetty(
            HostPort listen,
            HttpOptions options,
            Set<String> open,
            @Nullable TokensFile tokens,
            @Nullable SSLContext tls) {
        this.listen = listen;
        this.options = options;
        this.open = open;
        this.tokens = tokens;
        this.tls = tls;
    }

    /**
     * Reads the files that the options name.
     *
     * @param open paths that need no token
     * @param nanos a clock that never goes back, in nanoseconds
     * @throws HttpService.CannotListenException where one cannot be used
     */
    static Jetty read(HostPort listen, HttpOptions options, Set<String> open, LongSupplier nanos) {
        Path tokensFile = options.tokensFile();
        HttpOptions.Keystore keystore = options.keystore();
        return new Jetty(
                listen,
                options,
                open,
                tokensFile == null ? null : TokensFile.open(tokensFile, nanos),
                keystore == null ? null : Certificates.own(keystore));
    }

    /**
     * From now on nobody else can listen there, and who connects waits.
     *
     * @throws IOException where the address cannot be listened on; the message is that of the operating system
     */
    void takeAddress() throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(new InetSocketAddress(listen.host(), listen.port()));
        } catch (IOException e) {
            channel.close();
            throw e;
        } catch (UnresolvedAddressException e) {
            channel.close();
            throw new IOException("no such host", e);
        }
        address = channel;
    }

    /** Where it does not start. */
    void giveAddressBack() {
        IO.close(address);
    }

    void configure(HttpConfiguration http) {
        http.setSendServerVersion(false);
        http.setUriCompliance(OPAQUE_IDS);
        http.setRequestHeaderSize(REQUEST_BYTES);
        if (tls != null) {
            // Instances and operators also ask for it by address, which no certificate has to name.
            http.addCustomizer(new SecureRequestCustomizer(false));
        }
    }

    /** The handlers from the outside inwards: headers, then preflights, which bear no token, then the gate, then what Javalin is not told. */
    void configure(Server server) {
        server.setStopTimeout(STOP_TIMEOUT_MS);
        server.setErrorHandler(new RefusedByJetty());
        server.insertHandler(new NoWebSocket());
        if (tokens != null) {
            server.insertHandler(new BearerGate(tokens, open));
        }
        if (!options.corsOrigins().isEmpty()) {
            server.insertHandler(new CrossOrigin(options.corsOrigins()));
        }
        server.insertHandler(new SecurityHeaders());
    }

    Connector connector(Server server, HttpConfiguration http) {
        HttpConnectionFactory clear = new HttpConnectionFactory(http);
        ServerConnector connector;
        if (tls == null) {
            connector = new ServerConnector(server, clear);
        } else {
            SslContextFactory.Server certificate = new SslContextFactory.Server();
            certificate.setSslContext(tls);
            connector = new ServerConnector(server, certificate, clear);
        }
        try {
            connector.open(Objects.requireNonNull(address));
        } catch (IOException e) {
            throw new UncheckedIOException("the address that was taken cannot be listened on", e);
        }
        connector.setIdleTimeout(IDLE.toMillis());
        return connector;
    }
}
