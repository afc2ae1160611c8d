package org.chatbridge.program;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers with a problem where no route has been reached. */
final class JettyAnswers {
    private JettyAnswers() {}

    static void send(HttpProblem problem, Response response, Callback callback) {
        org.chatbridge.program.Response answer = problem.response();
        SecurityHeaders.addTo(response.getHeaders());
        answer.headers().forEach(response.getHeaders()::put);
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().length);
        response.write(true, ByteBuffer.wrap(answer.body()), callback);
    }
}
