package org.chatbridge.program;

import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Lets in who has a token: in the header {@code Authorization: Bearer}, or in the cookie {@value #COOKIE}, since a browser's
 * {@code EventSource} cannot send headers. Whoever sets the cookie (a proxy before the program, a page of the same site)
 * makes it {@code HttpOnly}, {@code Secure} and {@code SameSite=Strict}; the header counts alone where both are there.
 */
final class BearerGate extends Handler.Wrapper {
    static final String COOKIE = "chatbridge_token";

    /** The attribute of a request with a {@link BooleanSupplier}: whether its token is accepted still. */
    static final String STILL_ACCEPTED = "org.chatbridge.token";

    private static final String SCHEME = "Bearer ";

    private final TokensFile tokens;
    private final Set<String> open;

    /** @param open paths that need no token; compared with the path as it was sent: no other spelling passes */
    BearerGate(TokensFile tokens, Set<String> open) {
        this.tokens = tokens;
        this.open = Set.copyOf(open);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (open.contains(request.getHttpURI().getPath())) {
            return super.handle(request, response, callback);
        }
        Optional<String> token = presented(request);
        Tokens now = tokens.now();
        if (token.flatMap(now::nameOf).isPresent()) {
            request.setAttribute(STILL_ACCEPTED, new StillAccepted(tokens, now, token.orElseThrow()));
            return super.handle(request, response, callback);
        }
        JettyAnswers.send(HttpProblem.unauthorized(token.isPresent()), response, callback);
        return true;
    }

    /** Asked again and again while an answer goes on; for one thread. */
    private static final class StillAccepted implements BooleanSupplier {
        private final TokensFile file;
        private final String token;
        private Tokens last;
        private boolean accepted = true;

        /** @param now by which it is accepted */
        StillAccepted(TokensFile file, Tokens now, String token) {
            this.file = file;
            this.token = token;
            this.last = now;
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // they are read anew where the file has changed
        public boolean getAsBoolean() {
            Tokens now = file.now();
            if (now != last) {
                last = now;
                accepted = now.nameOf(token).isPresent();
            }
            return accepted;
        }
    }

    private static Optional<String> presented(Request request) {
        String header = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        if (header != null) {
            return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                    ? Optional.of(header.substring(SCHEME.length()).strip())
                    : Optional.empty();
        }
        return Request.getCookies(request).stream()
                .filter(cookie -> cookie.getName().equals(COOKIE))
                .map(HttpCookie::getValue)
                .findFirst();
    }
}
