package org.chatbridge.streams;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.Obstacle;
import org.chatbridge.program.Response;
import org.chatbridge.program.Truststores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers which peers do not answer. One that failed is left alone for a while, then asked one question; what waits for
 * one that is frozen is told so with the first time-out, not each with its own. One that has answered others meanwhile is not
 * frozen: it is slow with one answer, such as a long list. The log says why. At most so many questions to a peer are under way
 * at a time. For use by several threads.
 */
final class Peers implements PeerClient {
    static final Duration LEFT_ALONE = Duration.ofMillis(1_500);
    private static final int MOST_UNDER_WAY = 256;
    private static final int UNAUTHORIZED = 401;
    private static final int FOUND = 200;
    private static final int NOT_FOUND = 404;
    private static final int SERVER_ERRORS = 500;
    private static final Duration REMINDER = Duration.ofMinutes(10);
    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

    private final PeerClient client;
    private final String of;
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
        private final Obstacle silence;
        private final Obstacle refusal;
        private final Set<Waiting> underWay = ConcurrentHashMap.newKeySet();
        private volatile boolean failed;
        private volatile boolean everAnswered;
        private volatile long answeredNanos;
        private volatile long askAgainNanos;
        private volatile long failedNanos;
        private volatile long refusedNanos;
        private volatile boolean isSilent;

        Peer(LongSupplier nanos) {
            this.silence = new Obstacle(LOG, REMINDER, nanos, "");
            this.refusal = new Obstacle(LOG, REMINDER, nanos, "");
        }

        boolean hasAnsweredSince(long nanos) {
            return everAnswered && answeredNanos - nanos > 0;
        }
    }

    /**
     * @param of whose instances these are: the same for all that keep parts of the same views
     * @param nanos a clock that never goes back, in nanoseconds
     */
    Peers(PeerClient client, String of, LongSupplier nanos) {
        this.client = client;
        this.of = of;
        this.nanos = nanos;
    }

    /** Whether it failed a moment ago. */
    boolean isLeftAlone(HostPort host) {
        Peer peer = peers.get(host);
        return peer != null && peer.failed && nanos.getAsLong() - peer.askAgainNanos < 0;
    }

    /** Why it did not answer, as the log has it; empty where it did, or was not asked yet. */
    String whySilent(HostPort host) {
        Peer peer = peers.get(host);
        return peer == null ? "" : peer.silence.now();
    }

    /** What it answered in place of an answer of its views, as the log has it; empty where it answers. */
    String whyRefused(HostPort host) {
        Peer peer = peers.get(host);
        return peer == null ? "" : peer.refusal.now();
    }

    @Override
    public CompletableFuture<Response> ask(HostPort host, String target, Map<String, String> headers, Duration within) {
        Peer peer = peers.computeIfAbsent(host, any -> new Peer(nanos));
        if (peer.failed) {
            // This question finds out; others leave it alone meanwhile.
            leaveAlone(peer);
        }
        if (peer.underWay.size() >= MOST_UNDER_WAY) {
            return CompletableFuture.failedFuture(new LeftAloneException(host));
        }
        long askedNanos = nanos.getAsLong();
        CompletableFuture<Response> sent;
        try {
            sent = client.ask(host, target, headers, within).thenApply(told -> {
                hear(host, peer, told);
                return admitted(told);
            });
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
                peer.answeredNanos = nanos.getAsLong();
                peer.everAnswered = true;
                // One that answers now and then has more to say than the log should hold.
                if (peer.isSilent && nanos.getAsLong() - peer.failedNanos >= LEFT_ALONE.toNanos()) {
                    peer.isSilent = false;
                    peer.silence.isGone();
                }
            } else if (cause(failure) instanceof LeftAloneException) {
                asked.cancel(true);
            } else if (!isTimeout(cause(failure)) || !peer.hasAnsweredSince(askedNanos)) {
                peer.failed = true;
                leaveAlone(peer);
                peer.failedNanos = nanos.getAsLong();
                peer.isSilent = true;
                peer.silence.is("the instance " + host + " does not answer this one" + why(cause(failure))
                        + "; rows that only it keeps are missing from lists, and 503 where they are asked for");
                if (isTimeout(cause(failure))) {
                    peer.underWay.forEach(other -> other.answer.completeExceptionally(new LeftAloneException(host)));
                }
            }
        });
    }

    /** What is no answer of its views leaves rows out of lists just as silence does. */
    private void hear(HostPort host, Peer peer, Response answer) {
        long now = nanos.getAsLong();
        if (answer.status() < SERVER_ERRORS || of.equals(answer.headers().get(Hop.OF))) {
            if (now - peer.refusedNanos >= LEFT_ALONE.toNanos()) {
                peer.refusal.isGone();
            }
        } else {
            peer.refusedNanos = now;
            peer.refusal.is("the instance " + host + " answers this one with " + answer.status()
                    + "; rows that only it keeps are missing from lists, and 503 where they are asked for");
        }
    }

    /** An answer to another instance, with the mark by which that one knows whom it has asked. */
    Response marked(Response answer) {
        Map<String, String> headers = new HashMap<>(answer.headers());
        headers.put(Hop.OF, of);
        return answer.with(headers);
    }

    /**
     * Whoever asked this instance has been let in here: that it is not let in there is for nobody but the operator. What something else
     * answers at that address is no word on any row.
     */
    private Response admitted(Response answer) {
        if (answer.status() == UNAUTHORIZED) {
            throw new CompletionException(new RefusedException());
        }
        boolean tells = answer.status() == FOUND || answer.status() == NOT_FOUND;
        Map<String, String> headers = new HashMap<>(answer.headers());
        if (!of.equals(headers.remove(Hop.OF)) && tells) {
            throw new CompletionException(new StrangerException());
        }
        return answer.with(headers);
    }

    private static String why(Throwable failure) {
        if (failure instanceof RefusedException) {
            return ": it does not accept the token of this one: put the same into " + ViewsKeys.PEERS_TOKEN
                    + " here and, as a line, into http.auth.tokens.file there";
        }
        if (failure instanceof StrangerException) {
            return ": what answers there is no instance of this " + ViewsKeys.APPLICATION_ID + ": correct "
                    + ViewsKeys.APPLICATION_SERVER + " there, or what it leads to";
        }
        if (failure instanceof SSLException) {
            return ": the two do not agree on TLS: its certificate must name its application.server, and be in "
                    + Truststores.location(ViewsKeys.PEERS_TRUST) + " here or signed by one that is: "
                    + failure.getMessage();
        }
        if (isTimeout(failure)) {
            return " in time";
        }
        return failure instanceof ConnectException ? ": nobody listens there" : ": " + failure;
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

    private static final class StrangerException extends IOException {
        private static final long serialVersionUID = 1;
    }

    private static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;
    }
}
