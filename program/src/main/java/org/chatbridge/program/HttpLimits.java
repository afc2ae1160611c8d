package org.chatbridge.program;

import java.time.Duration;

/**
 * How much an HTTP server does at once, and how long it waits.
 *
 * @param maxRequests requests being answered at a time, and as many again of {@link Route#apart()}; more are refused with 503.
 *     Health and metrics do not count
 * @param maxStreams readers of streams at a time; more are refused with 503
 * @param maxPendingBytes what may wait for one reader of a stream behind the chunk that is being written, in bytes; more,
 *     and it is cut
 * @param answerWithin after which a request whose answer is not there is answered with 503
 * @param writeWithin after which a reader of a stream that takes nothing is cut
 */
public record HttpLimits(
        int maxRequests, int maxStreams, int maxPendingBytes, Duration answerWithin, Duration writeWithin) {
    static final int MAX_REQUESTS = 256;
    static final int MAX_STREAMS = 1_000;

    private static final int MAX_PENDING_BYTES = 1024 * 1024;
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    private static final Duration WRITE_WITHIN = Duration.ofSeconds(10);

    public HttpLimits {
        if (maxRequests < 1 || maxStreams < 0 || maxPendingBytes < 1) {
            throw new IllegalArgumentException(
                    "no limits: " + maxRequests + ", " + maxStreams + ", " + maxPendingBytes);
        }
    }

    /** What is right where nothing is set. */
    public static HttpLimits defaults() {
        return of(MAX_REQUESTS, MAX_STREAMS);
    }

    static HttpLimits of(int maxRequests, int maxStreams) {
        return new HttpLimits(maxRequests, maxStreams, MAX_PENDING_BYTES, ANSWER_WITHIN, WRITE_WITHIN);
    }
}
