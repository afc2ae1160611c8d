package org.chatbridge.program;

import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * One thing that can be asked with GET (and HEAD).
 *
 * @param path such as {@code /v1/agents/{agent_id}}
 * @param answering called by several threads at once
 * @param open whether it is answered without a token too, also where {@link HttpOptions#tokensFile()} says who may ask: for
 *     what holds no data
 * @param apart of which requests there are as many places again: those that wait for no other server. Else servers that ask each
 *     other could all be full of requests that wait
 */
public record Route(String path, Answering answering, boolean open, Predicate<Request> apart) {
    public Route {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a path begins with a slash: " + path);
        }
        if (open && path.contains("{")) {
            throw new IllegalArgumentException("only one path can be open, not all of " + path);
        }
    }

    /** A route for whoever has a token, where tokens are needed. */
    public Route(String path, Answering answering) {
        this(path, answering, false, request -> false);
    }

    /** A route whose handler has the answer when it returns. */
    public Route(String path, Handler handler) {
        this(path, (Answering) handler);
    }

    /** The same, answered without a token too. */
    public Route openToAll() {
        return new Route(path, answering, true, apart);
    }

    /** The same, some requests of which have places of their own. */
    public Route countingApart(Predicate<Request> some) {
        return new Route(path, answering, open, some);
    }

    /** A route that is answered later; no thread is held while it waits. */
    public static Route later(String path, Later later) {
        return new Route(path, later);
    }

    /** A route that is answered with Server-Sent Events. */
    public static Route stream(String path, Streaming streaming) {
        return new Route(path, streaming);
    }

    /** How a route answers. */
    public sealed interface Answering permits Handler, Later, Streaming {}

    /**
     * Answers a request, or throws {@link HttpProblem}; any other exception becomes a 500. It holds one of the few threads of
     * the server meanwhile: what reads from disk or asks others is a {@link Later}.
     */
    @FunctionalInterface
    public non-sealed interface Handler extends Answering {
        Response handle(Request request) throws Exception;
    }

    /**
     * Answers a request when the stage completes. An exception means the same thrown or in the stage: {@link HttpProblem}
     * as it says, any other a 500. A stage that takes longer than {@link HttpLimits#answerWithin()} becomes a 503; it is
     * not cancelled.
     */
    @FunctionalInterface
    public non-sealed interface Later extends Answering {
        CompletionStage<Response> handle(Request request) throws Exception;
    }

    /**
     * Begins to send events to a reader, in this call or later. What it throws before the first chunk is answered as that
     * of a {@link Handler}; where nothing is sent within {@link HttpLimits#answerWithin()}, the answer is a 503.
     */
    @FunctionalInterface
    public non-sealed interface Streaming extends Answering {
        void open(Request request, EventStream stream) throws Exception;
    }
}
