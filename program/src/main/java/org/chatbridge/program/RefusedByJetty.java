package org.chatbridge.program;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what is too broken to reach a route in the form of every other error, instead of a page of Jetty's. */
final class RefusedByJetty implements Request.Handler {
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int URI_TOO_LONG = 414;
    private static final int HEADERS_TOO_LARGE = 431;
    private static final int UNEXPECTED = 500;

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = request.getAttribute(ErrorHandler.ERROR_STATUS) instanceof Integer code ? code : BAD_REQUEST;
        JettyAnswers.send(HttpProblem.of(status, detail(status)), response, callback);
        return true;
    }

    private static String detail(int status) {
        return switch (status) {
            case NOT_FOUND -> "there is nothing of that kind";
            case URI_TOO_LONG -> "the address is too long";
            case HEADERS_TOO_LARGE -> "the headers are too large";
            default -> status >= UNEXPECTED ? "unexpected error" : "the request cannot be understood";
        };
    }
}
