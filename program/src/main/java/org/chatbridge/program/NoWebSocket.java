package org.chatbridge.program;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Refuses who wants a WebSocket. Javalin does so too, but begins a session each time, which nothing ever ends, and sends its cookie. */
final class NoWebSocket extends Handler.Wrapper {
    /** By this header Javalin takes a request for one. */
    private static final String WANTED = "Sec-WebSocket-Version";

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!request.getHeaders().contains(WANTED)) {
            return super.handle(request, response, callback);
        }
        JettyAnswers.send(HttpProblem.notFound("no WebSocket is spoken here"), response, callback);
        return true;
    }
}
