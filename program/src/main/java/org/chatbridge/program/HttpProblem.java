package org.chatbridge.program;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpStatus;

/** An answer other than the one asked for, as {@code application/problem+json} (RFC 9457). */
public final class HttpProblem extends RuntimeException {
    public static final String CONTENT_TYPE = "application/problem+json";

    private static final long serialVersionUID = 1;

    private final int status;
    private final transient Map<String, String> members;
    private final transient Map<String, String> headers;
    private final transient Json.Body more;

    private HttpProblem(int status, String detail, Map<String, String> members, Map<String, String> headers) {
        super(detail, null, false, false);
        this.status = status;
        this.members = new LinkedHashMap<>(members);
        this.headers = Map.copyOf(headers);
        this.more = json -> {};
    }

    /** Any status, with nothing but a detail. */
    public static HttpProblem of(int status, String detail) {
        return new HttpProblem(status, detail, Map.of(), Map.of());
    }

    /** 400: a parameter is not as expected; the member {@code parameter} names it. */
    public static HttpProblem badParameter(String parameter, String expected) {
        return new HttpProblem(400, parameter + ": " + expected, Map.of("parameter", parameter), Map.of());
    }

    /**
     * 401: a token is needed, and none that is accepted was sent.
     *
     * @param wrong whether one was sent
     */
    static HttpProblem unauthorized(boolean wrong) {
        return new HttpProblem(
                401,
                wrong ? "the token is not one of those that are accepted" : "expected Authorization: Bearer <token>",
                Map.of(),
                Map.of("WWW-Authenticate", wrong ? "Bearer error=\"invalid_token\"" : "Bearer"));
    }

    /** 404: there is nothing of that name. */
    public static HttpProblem notFound(String detail) {
        return of(404, detail);
    }

    /** 405: only these methods are answered here. */
    static HttpProblem methodNotAllowed(String method, List<String> allowed) {
        return new HttpProblem(
                405,
                method + " is not answered here; " + String.join(" and ", allowed) + " are",
                Map.of(),
                Map.of("Allow", String.join(", ", allowed)));
    }

    /** 421: another instance has it; the member {@code host} says which. */
    public static HttpProblem misdirected(String host, String detail) {
        return new HttpProblem(421, detail, Map.of("host", host), Map.of());
    }

    /** 503: not now; {@code Retry-After} says when to ask again. */
    public static HttpProblem unavailable(String detail, Duration retryAfter) {
        return new HttpProblem(
                503, detail, Map.of(), Map.of("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds()))));
    }

    /**
     * 503 that tells how things are.
     *
     * @param more writes members into the object that is begun
     */
    public static HttpProblem unavailable(String detail, Duration retryAfter, Json.Body more) {
        return new HttpProblem(unavailable(detail, retryAfter), more);
    }

    private HttpProblem(HttpProblem same, Json.Body more) {
        super(same.getMessage(), null, false, false);
        this.status = same.status;
        this.members = same.members;
        this.headers = same.headers;
        this.more = more;
    }

    /** 503: the server stops. */
    static HttpProblem stopping() {
        return unavailable("the program is being stopped", Duration.ofSeconds(1));
    }

    /** 503: the answer was not there in time. */
    static HttpProblem late(Duration within) {
        return unavailable("there was no answer within " + within.toMillis() + " ms", Duration.ofSeconds(1));
    }

    public int status() {
        return status;
    }

    /** The problem as it is sent. */
    public Response response() {
        byte[] body = Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("type", "about:blank");
            json.writeStringField("title", HttpStatus.getMessage(status));
            json.writeNumberField("status", status);
            json.writeStringField("detail", getMessage());
            for (Map.Entry<String, String> member : members.entrySet()) {
                json.writeStringField(member.getKey(), member.getValue());
            }
            more.writeTo(json);
            json.writeEndObject();
        });
        return new Response(status, CONTENT_TYPE, body, headers);
    }
}
