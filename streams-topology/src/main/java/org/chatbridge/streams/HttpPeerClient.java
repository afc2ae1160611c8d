package org.chatbridge.streams;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.HttpKeys;
import org.chatbridge.program.HttpService;
import org.chatbridge.program.Response;
import org.chatbridge.program.Settings;
import org.chatbridge.program.Truststores;
import org.jspecify.annotations.Nullable;

/** Asks other instances over HTTP, by threads of its own. */
final class HttpPeerClient implements PeerClient {
    private static final Duration CONNECT_WITHIN = Duration.ofMillis(300);
    /** What is passed on of an answer's headers. */
    private static final List<String> PASSED_ON = List.of("ETag", "Retry-After", Hop.OF);

    private final HttpClient client;
    private final String scheme;
    private final Supplier<Optional<String>> token;

    /**
     * As the settings say: by HTTPS where this instance speaks it, for all are set alike.
     *
     * @param executor its threads are never held for long
     * @throws HttpService.CannotListenException where the certificates to trust cannot be used
     * @throws OtherMembers.UnreachableException where there are some, and HTTPS is not spoken
     */
    static HttpPeerClient of(Settings settings, Executor executor) {
        return new HttpPeerClient(
                executor,
                HttpKeys.scheme(settings),
                trusting(settings),
                () -> settings.optionalPassword(ViewsKeys.PEERS_TOKEN));
    }

    private static @Nullable SSLContext trusting(Settings settings) {
        String key = Truststores.location(ViewsKeys.PEERS_TRUST);
        settings.optionalString(key).ifPresent(location -> {
            if (HttpKeys.scheme(settings).equals("http")) {
                throw new OtherMembers.UnreachableException(
                        key + "=" + location + ": instances ask each other over plain HTTP: set "
                                + HttpKeys.TLS_LOCATION + ", on all of them, or take this out");
            }
        });
        return Truststores.of(settings, ViewsKeys.PEERS_TRUST).orElse(null);
    }

    /**
     * @param executor its threads are never held for long
     * @param scheme {@code http} or {@code https}
     * @param ssl null takes the one of the JVM
     * @param token asked before each question; it goes with it as a bearer token
     */
    HttpPeerClient(Executor executor, String scheme, @Nullable SSLContext ssl, Supplier<Optional<String>> token) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_WITHIN)
                .executor(executor);
        if (ssl != null) {
            builder.sslContext(ssl);
        }
        this.client = builder.build();
        this.scheme = scheme;
        this.token = token;
    }

    @Override
    public CompletableFuture<Response> ask(HostPort peer, String target, Map<String, String> headers, Duration within) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(scheme + "://" + peer + target))
                .timeout(within)
                .setHeader("Accept", "*/*");
        headers.forEach(request::setHeader);
        token.get().ifPresent(value -> request.setHeader("Authorization", "Bearer " + value));
        CompletableFuture<HttpResponse<byte[]>> sent =
                client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        // The time-out of a request ends with its headers; that of the body is here.
        CompletableFuture<Response> answer =
                sent.thenApply(HttpPeerClient::response).orTimeout(within.toNanos(), TimeUnit.NANOSECONDS);
        return answer.whenComplete((response, failure) -> {
            if (failure != null) {
                sent.cancel(true);
            }
        });
    }

    private static Response response(HttpResponse<byte[]> answer) {
        Map<String, String> headers = new HashMap<>();
        for (String name : PASSED_ON) {
            answer.headers().firstValue(name.toLowerCase(Locale.ROOT)).ifPresent(value -> headers.put(name, value));
        }
        return new Response(
                answer.statusCode(), answer.headers().firstValue("content-type").orElse(""), answer.body(), headers);
    }
}
