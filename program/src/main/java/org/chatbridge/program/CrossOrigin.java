package org.chatbridge.program;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.CrossOriginHandler;
import org.eclipse.jetty.util.Callback;

/** Lets pages of other origins read the answers. Never with cookies: such a page sends its token in a header. */
final class CrossOrigin extends CrossOriginHandler {
    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(10);

    /** @param origins such as {@code https://desk.example}; {@code *} for any */
    CrossOrigin(List<String> origins) {
        setAllowedOriginPatterns(origins.stream()
                .map(origin -> origin.equals("*") ? origin : Pattern.quote(origin))
                .collect(Collectors.toSet()));
        setAllowedMethods(Set.of("GET", "HEAD"));
        setAllowedHeaders(Set.of("Authorization", "If-None-Match", "Last-Event-ID"));
        setExposedHeaders(Set.of("ETag", "Retry-After"));
        setAllowCredentials(false);
        setPreflightMaxAge(REMEMBERED_FOR);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (HttpMethod.OPTIONS.is(request.getMethod())
                && request.getHeaders().contains(HttpHeader.ACCESS_CONTROL_REQUEST_METHOD)) {
            // Of a preflight; whatever else answers sets its own.
            response.setStatus(HttpStatus.NO_CONTENT_204);
        }
        return super.handle(request, response, callback);
    }
}
