package org.chatbridge.streams;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.Response;

/**
 * Remembers which peers do not answer. One that failed is left alone for a while, then asked one question; what waits for
 * one that is frozen is told so with the first time-out, not each with its own. At most so many questions to a peer are
 * under way at a time. For use by several threads.
 */
final class Peers implements PeerClient {
    static final Duration LEFT_ALONE = Duration.ofMillis(1_500);
    private static final int MOST_UNDER_WAY = 256;

    private final PeerClient client;
    private final LongSupplier nanos;
    private final ConcurrentMap<HostPort, Peer> peers = new ConcurrentHashMap<>();

    /** Each is another one. */
    private static final class Waiting {
        private final CompletableFuture<Response> answer;

        Waiting(CompletableFuture<Response> answer) {
            this.answer = answer;
        }
    }

    private static final class Peer {
        private final Set<Waiting> underWay = ConcurrentHashMap.newKeySet();
        private volatile boolean failed;
        private volatile long askAgainNanos;
    }

    /** @param nanos a clock that never goes back, in nanoseconds */
    Peers(PeerClient client, LongSupplier nanos) {
        this.client = client;
        this.nanos = nanos;
    }

    /** Whether it failed a moment ago. */
    boolean isLeftAlone(HostPort host) {
        Peer peer = peers.get(host);
        return peer != null && peer.failed && nanos.getAsLong() - peer.askAgainNanos < 0;
    }

    @Override
    public CompletableFuture<Response> ask(HostPort host, String target, Map<String, String> headers, Duration within) {
        Peer peer = peers.computeIfAbsent(host, any -> new Peer());
        if (peer.failed) {
            // This question finds out; others leave it alone meanwhile.
            leaveAlone(peer);
        }
        if (peer.underWay.size() >= MOST_UNDER_WAY) {
            return CompletableFuture.failedFuture(new LeftAloneException(host));
        }
        CompletableFuture<Response> sent;
        try {
            sent = client.ask(host, target, headers, within);
        } catch (RuntimeException e) {
            sent = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Response> answer = sent.copy();
        Waiting waiting = new Waiting(answer);
        peer.underWay.add(waiting);
        CompletableFuture<Response> asked = sent;
        return answer.whenComplete((response, failure) -> {
            peer.underWay.remove(waiting);
            if (failure == null) {
                peer.failed = false;
            } else if (!(cause(failure) instanceof LeftAloneException)) {
                peer.failed = true;
                leaveAlone(peer);
                if (isTimeout(cause(failure))) {
                    peer.underWay.forEach(other -> other.answer.completeExceptionally(new LeftAloneException(host)));
                }
            } else {
                asked.cancel(true);
            }
        });
    }

    private void leaveAlone(Peer peer) {
        peer.askAgainNanos = nanos.getAsLong() + LEFT_ALONE.toNanos();
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static boolean isTimeout(Throwable failure) {
        return failure instanceof TimeoutException || failure instanceof HttpTimeoutException;
    }

    /** Other questions to the same peer are not answered. */
    private static final class LeftAloneException extends IOException {
        private static final long serialVersionUID = 1;

        LeftAloneException(HostPort host) {
            super(host + " does not answer");
        }
    }
}
